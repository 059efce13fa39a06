"""deskcheck completion: what a shell needs to complete commands, options, targets, operations, runs and faults."""

from __future__ import annotations

from argparse import Action, ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from harness.cli.command_parser import one_of

SHELLS = ("bash", "zsh", "fish")
INSTALL = """to keep it:
  bash   deskcheck completion bash > ~/.local/share/bash-completion/completions/deskcheck
  zsh    deskcheck completion zsh > ~/.zfunc/_deskcheck     (a folder of fpath)
  fish   deskcheck completion fish > ~/.config/fish/completions/deskcheck.fish"""


def add(parser: ArgumentParser) -> None:
    """Options."""
    parser.epilog = f"{parser.epilog or ''}\n\n{INSTALL}"
    parser.add_argument("shell", metavar="SHELL", type=one_of("shell", SHELLS), help=", ".join(SHELLS))


def main(options: Namespace) -> int:
    """Print the shell's code; it asks this program for words whenever the user presses TAB."""
    from argcomplete.shell_integration import shellcode

    print(shellcode(["deskcheck"], shell=options.shell))
    return 0


def answer(parser: ArgumentParser) -> None:
    """Answer a shell that asks for words, and end the process; does nothing where none asks."""
    import argcomplete
    from argcomplete.completers import BaseCompleter

    class Completer(BaseCompleter):
        def __call__(self, *, prefix: str, action: Action, **_: Any) -> Iterable[str]:
            return complete(prefix, action)

    argcomplete.autocomplete(parser, always_complete_options="long", default_completer=Completer())


def complete(prefix: str, action: Action) -> Iterable[str]:
    """The words that a value may be, by what the help calls it; files where nothing better is known."""
    from argcomplete.completers import FilesCompleter

    kind = str(action.metavar or "")
    if kind not in WORDS:
        files: Iterable[str] = FilesCompleter()(prefix)
        return files
    try:
        return [word for word in WORDS[kind](prefix) if word.startswith(prefix)]
    except Exception:
        # A broken configuration is told by the command itself; a message now would land in the line being typed.
        return []


def _targets(_: str) -> Iterator[str]:
    from harness import settings
    from harness.target import EMBEDDED, embedded_name
    from harness.vendors import VENDORS

    yield EMBEDDED
    yield from map(embedded_name, VENDORS)
    yield from settings.load().targets


def _tiers(prefix: str) -> Iterator[str]:
    """The next tier behind those that are there, since the option takes a list."""
    from harness.risk.tier import Tier

    given, comma, _ = prefix.rpartition(",")
    for tier in Tier:
        if str(tier) not in given.split(","):
            yield f"{given}{comma}{tier}"


def _vendors(_: str) -> Iterable[str]:
    from harness.vendors import VENDORS

    return VENDORS


def _operations(_: str) -> Iterable[str]:
    from harness.openapi.document_cache import open_documents
    from harness.settings import cache_folder

    return open_documents(cache_folder()).catalog.by_key


def _operations_and_checks(prefix: str) -> Iterator[str]:
    from harness import checks

    yield from checks.BY_NAME
    yield from _operations(prefix)


def _faults(prefix: str) -> Iterator[str]:
    from harness.sandbox.mutators import NAMES

    name, colon, _ = prefix.partition(":")
    yield from (f"{name}:{key}" for key in _operations(prefix)) if colon else NAMES


def _runs(_: str) -> Iterator[str]:
    from harness import settings
    from harness.results.archive import LATEST, RUN

    yield LATEST
    yield from sorted({path.parent.name for path in (settings.load().reports).glob(f"*/{RUN}")} - {LATEST})


def _formats(_: str) -> Iterator[str]:
    from harness.report import formats

    yield from formats.BY_NAME


def _findings(_: str) -> Iterator[str]:
    """Those of the latest run."""
    from harness import settings
    from harness.results import archive
    from harness.results.outcome import fingerprint

    run = archive.load(archive.locate(archive.LATEST, settings.load().reports))
    yield from sorted({fingerprint(finding) for outcome in run.outcomes for finding in outcome.findings})


WORDS: Mapping[str, Callable[[str], Iterable[str]]] = {
    "T": _targets,
    "TIERS": _tiers,
    "V": _vendors,
    "VENDOR": _vendors,
    "KEY": _operations,
    "PATTERN": _operations,
    "OPERATION|CHECK": _operations_and_checks,
    "F": _faults,
    "RUN": _runs,
    "ID": _runs,
    "RUN|FILE": _runs,
    "FINDING": _findings,
    "FORMAT": _formats,
    "SHELL": lambda _: SHELLS,
    **dict.fromkeys(("N", "S", "P", "SECONDS", "ORG", "FOLDER"), lambda _: ()),
}
"""What gives the words of a value, by what the help calls it."""
