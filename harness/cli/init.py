"""deskcheck init: a first deskcheck.toml, a first suite and a file for CI, each with what to change in it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path

from harness import config_schema
from harness.errors import UsageError
from harness.settings import CONFIG

SUITE_FOLDER = "tests/desk"
CI_FILES = {"github": ".github/workflows/deskcheck.yml", "gitlab": ".gitlab-ci.yml"}
"""The file of each kind of CI, by what `--ci` calls it."""
_TEXTS = Path(__file__).parents[1] / "first_files"


def add(parser: ArgumentParser) -> None:
    """Options."""
    parser.add_argument(
        "--ci", choices=[*CI_FILES, "none"], default="github", help="whose file for CI to write; default github"
    )


def main(parsed: Namespace) -> int:
    """Write what is not there yet, say of each file what became of it, and what to do next."""
    folder = Path.cwd()
    _print({name: write_new(folder / name, text) for name, text in texts(parsed.ci).items()})
    return 0


def texts(ci: str) -> dict[str, str]:
    """The text of each file, by its path in the project; `ci` is a key of `CI_FILES`, or "none"."""
    first = {
        CONFIG: _text("config.toml"),
        config_schema.PATH.name: config_schema.text(),
        f"{SUITE_FOLDER}/test_first_ticket.py": _text("suite.txt"),
    }
    return first | ({CI_FILES[ci]: _text(f"{ci}.yml")} if ci in CI_FILES else {})


def _text(name: str) -> str:
    return (_TEXTS / name).read_text(encoding="utf-8")


def write_new(path: Path, text: str) -> bool:
    """Write a file where there is none; whether it was written. Raises `UsageError` where the folder cannot be used.

    Whatever has the name already stays as it is, also a link that leads nowhere.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        if not path.parent.is_dir():
            raise _unusable(path, error) from error
        return False
    except OSError as error:
        raise _unusable(path, error) from error
    return True


def _unusable(path: Path, error: OSError) -> UsageError:
    remedy = "Run `deskcheck init` in a folder that you may write into."
    return UsageError(f"cannot be written: {error.strerror}", where=str(path), remedy=remedy)


def _print(states: Mapping[str, bool]) -> None:
    width = max(map(len, states))
    for name, is_new in states.items():
        print(f"{name:<{width}}  {'written' if is_new else 'kept as it is'}")
    print("\nWithout an account: deskcheck run --only '*Ticket*'")
    print(f"Your first suite:   pytest {SUITE_FOLDER} --target embedded")
    print("Your own org:       fill in [targets.acme] of deskcheck.toml, then: deskcheck doctor --target acme")
