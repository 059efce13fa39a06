"""`docs/pins.md` is right: its commands run as they stand there, and it names tests that exist."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import pytest

from benchmarks.lab import Lab, lab
from harness import shipped

PAGE = (shipped.root() / "docs" / "pins.md").read_text()
COMMANDS = re.findall(r"^deskcheck (.+)$", PAGE, re.MULTILINE)


@pytest.fixture(scope="module")
def org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with lab(tmp_path_factory.mktemp("pins")) as one:
        yield one


def test_it_names_tests_that_exist() -> None:
    suite = (shipped.root() / "suites" / "zendesk" / "test_content_pins.py").read_text()
    names = re.findall(r"`(test_\w+)`", PAGE)
    assert len(names) == 6
    assert [name for name in names if f"def {name}(" not in suite] == []


@pytest.mark.parametrize("command", [command for command in COMMANDS if "RUN" not in command])
def test_its_commands_do_what_they_say(org: Lab, command: str) -> None:
    words = shlex.split(command)
    report = ("--report-dir", "reports/one", "--budget", "2") if words[0] == "run" else ()
    code, said = org.run(*words, *report)
    assert code == 0, said


def test_the_ledger_of_the_last_run_is_one_that_sweep_takes(org: Lab) -> None:
    (command,) = (command for command in COMMANDS if "RUN" in command)
    files = sorted((org.folder / "reports" / "one").glob(shlex.split(command)[-1].rpartition("/")[2]))
    code, said = org.run("sweep", "--ledger", *map(str, files))
    assert (code, said.endswith("nothing left\n")) == (0, True), said
