"""Printed commands: each that the code can print is one that the parser takes, and those of a run work as they are."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.cli.main import COMMANDS, _parser, main
from harness.finding import Finding
from harness.ledger import Ledger
from harness.report.text import next_step
from harness.results.outcome import Run, fingerprint

ROOT = Path(__file__).resolve().parents[3]
NAMES = "|".join(name for name, _, _ in COMMANDS)
# A command in a sentence ends where the sentence does, at the end of a quotation, or before a column.
PRINTED = re.compile(rf"deskcheck (?:{NAMES})(?: +(?:'[^']*'|[^\s`;,()']+))*")
UNKNOWN = "x"
"""What stands for a value that is only known when the command is printed."""


def texts(tree: ast.AST) -> Iterator[str]:
    """Every text of a module that is no docstring, values in it as `x`."""
    remarks = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    inner = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in remarks | inner:
            yield node.value
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else UNKNOWN for part in node.values)


def built(tree: ast.AST) -> Iterator[list[str]]:
    """The words of every `command_line(...)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "command_line":
            yield [str(word.value) if isinstance(word, ast.Constant) else UNKNOWN for word in node.args]


def in_sentence(text: str) -> Iterator[list[str]]:
    """The commands in a text, without what belongs to the sentence only."""
    for line in text.splitlines():
        for match in PRINTED.finditer(line):
            # Two blanks stand between columns, and what is not an option, a key or a value ends a command.
            command = re.split(r" {2,}| #|(?<=[a-z])\.(?=\s|$)", match[0])[0].rstrip(".:")
            yield shlex.split(command)[1:]


def commands() -> Iterator[tuple[str, list[str]]]:
    for path in sorted((ROOT / "harness").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for words in (*built(tree), *(words for text in texts(tree) for words in in_sentence(text))):
            if words[0] != UNKNOWN:
                yield path.relative_to(ROOT).as_posix(), words


def options_of(words: list[str]) -> list[str]:
    """The command with its options alone: the words of the sentence behind it are no part of it."""
    return [words[0], *(word for word in words[1:] if word.startswith("--"))]


@pytest.mark.parametrize(
    ("name", "example"), [(name, line) for name, _, text in COMMANDS for line in text.splitlines()]
)
def test_an_example_of_the_help_is_one_that_is_parsed(name: str, example: str) -> None:
    words = shlex.split(example)[1:]
    assert _parser(words).parse_args(words).command == name


def test_every_option_of_a_printed_command_is_one_of_that_command() -> None:
    found = list(commands())
    assert len(found) > 40, "the search finds nothing any more"
    for file, words in found:
        parser = _parser(words)
        for action in parser._actions:
            if action.dest == "command":
                command = action.choices[words[0]]
        known = set(command._option_string_actions) | {"--help"}
        nested = [name for action in command._actions if action.dest == "action" for name in action.choices]
        if nested:
            assert len(words) == 1 or words[1] in nested, (file, words)
        else:
            assert set(options_of(words)[1:]) <= known, (file, words)


ODD_FOLDERS = ("my report's", 'of "Ann" & co', "costs $HOME", "a; b  (2)", "back\\slash*")
"""Names that a shell reads otherwise where they are not quoted."""


def pasted(line: str) -> list[str]:
    """The words of a command as a shell reads them; nothing of it is executed."""
    script = f'deskcheck() {{ printf \'%s\\0\' "$@"; }}; pytest() {{ deskcheck "$@"; }}; {line}'
    read = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    return read.stdout.split("\0")[:-1]


def test_the_commands_that_a_run_prints_work_when_they_are_pasted(tmp_path: Path) -> None:
    folder = tmp_path / " ".join(ODD_FOLDERS)
    run = deskcheck(
        "run", "--only", "zendesk:ListTickets", "--fault", "undocumented_status:ListTickets", "--workers", "1",
        "--budget", "3", "--report-dir", str(folder),
    )  # fmt: skip
    assert run.returncode == 1, run.stderr
    (printed,) = re.findall(r"Next +(.+)", run.stdout)
    words = pasted(printed)
    assert words[0] == "replay"
    replayed = deskcheck(*words, "--fault", "undocumented_status:ListTickets")
    assert replayed.returncode == 1, replayed.stderr
    assert replayed.stdout.startswith("The finding is still there.")
    exported = deskcheck("export", *words[1:], "--fault", "undocumented_status:ListTickets", "-o", str(folder / "out"))
    assert exported.returncode == 0, exported.stderr
    (command,) = re.findall(r"run it: (.+)", exported.stdout)
    (path,) = pasted(command)
    assert Path(path).is_file()


@pytest.mark.parametrize("name", ODD_FOLDERS)
def test_a_run_that_left_something_is_swept_by_the_command_that_it_names(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / name
    with Ledger.open(folder / "ledger.ndjson"):
        pass
    left = Run("1", "", 1.0, 1, {}, {}, {}, 5, (), leftovers=("a ticket",), place=str(folder))
    assert main([*pasted(next_step(left))]) == 0, capsys.readouterr().err


@pytest.mark.parametrize("name", ODD_FOLDERS)
def test_a_finding_without_a_request_names_the_test_to_run_again(
    name: str, keep: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """It is planned here, and would run as it is planned."""
    key = "zendesk:test_small_pages_hold_what_one_large_page_holds[groups-by_cursor]"
    finding = Finding(key, "suite", 0, "", "expected 2 rows")
    folder = keep(name, finding)
    assert main(["replay", fingerprint(finding), "--run", str(folder)]) == 2
    words = pasted(re.findall(r"(deskcheck run .+)", capsys.readouterr().err)[0])
    assert main(["plan", *words[1:]]) == 0, capsys.readouterr().err


def test_the_plan_names_an_operation_that_can_be_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "--only", "zendesk:*Tag*"]) == 0
    each, one = re.findall(r"(deskcheck .+?)(?:   |$)", capsys.readouterr().out.splitlines()[-1])
    assert main([*pasted(each), "--only", "zendesk:*Tag*"]) == 0
    assert main(pasted(one)) == 0


def deskcheck(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "import sys; from harness.cli.main import main; sys.exit(main())", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=ROOT)
