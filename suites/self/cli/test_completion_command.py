"""Completion: a real bash that has read our code completes commands, options and values as a user types them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from argparse import Action
from pathlib import Path

import pytest

from harness.cli.completion import SHELLS, WORDS, complete
from harness.cli.main import COMMANDS, _parser, main

ROOT = Path(__file__).resolve().parents[3]
BASH = shutil.which("bash")
# What readline does when TAB is pressed: it calls the function that is registered for the word.
PRESS_TAB = """
eval "$(deskcheck completion bash)"
COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=9
read -ra COMP_WORDS <<< "$1"
[[ $1 == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
function=$(complete -p deskcheck | sed 's/.*-F \\([^ ]*\\).*/\\1/')
$function deskcheck "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}" 2>/dev/null
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def press_tab(tmp_path: Path):
    """`press_tab(line)`: the words that bash offers at the end of the line, in a folder with one target."""
    program = tmp_path / "bin" / "deskcheck"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\nimport sys\nfrom harness.cli.main import main\nsys.exit(main())\n")
    program.chmod(0o755)
    (tmp_path / "deskcheck.toml").write_text(
        '[targets.acme]\nvendor = "zendesk"\nbase_url = "https://acme.example"\nauth = "none"\n'
    )
    environ = os.environ | {"PATH": f"{program.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}

    def offered(line: str) -> list[str]:
        command = [BASH or "bash", "--norc", "-c", PRESS_TAB, "bash", line]
        done = subprocess.run(command, capture_output=True, text=True, env=environ, cwd=tmp_path, timeout=120)
        return [word.rstrip() for word in done.stdout.splitlines()]

    return offered


@pytest.mark.skipif(BASH is None, reason="no bash")
@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("deskcheck pl", "plan"),
        ("deskcheck run --allow-o", "--allow-operation"),
        ("deskcheck run --target ac", "acme"),
        ("deskcheck run --allow read,wr", "read,write"),
        ("deskcheck plan --vendor zo", "zoho"),
        ("deskcheck specs li", "lint"),
        ("deskcheck run --fault missing_", "missing_field"),
        # A colon ends a word for readline, so what is offered begins behind it.
        ("deskcheck plan --only zendesk:ListTicketM", "ListTicketMetrics"),
    ],
)
def test_bash_completes(press_tab, line: str, word: str) -> None:
    assert word in press_tab(line)


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_gets_code_of_its_own(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    assert "deskcheck" in capsys.readouterr().out


def test_an_unknown_shell_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "bsh"]) == 2
    assert "Did you mean bash" in capsys.readouterr().err


def action(metavar: str) -> Action:
    return Action([], "value", metavar=metavar)


def test_a_broken_configuration_offers_nothing_and_says_nothing(tmp_path, monkeypatch, capsys) -> None:
    (tmp_path / "deskcheck.toml").write_text("[targets")
    monkeypatch.chdir(tmp_path)
    assert list(complete("acme", action("T"))) == []
    assert capsys.readouterr() == ("", "")


def test_what_is_a_file_is_completed_by_files(tmp_path, monkeypatch) -> None:
    (tmp_path / "session.har").write_text("")
    monkeypatch.chdir(tmp_path)
    assert list(complete("ses", action("FILE|DIR"))) == ["session.har"]


FILES = {"FILE", "DIR", "FILE|DIR", "OLD", "NEW", "SOURCE"}


@pytest.mark.parametrize("command", [name for name, _, _ in COMMANDS])
def test_every_value_of_a_command_is_one_that_is_known(command: str) -> None:
    parser = _parser([command])
    (commands,) = (row for row in parser._actions if row.dest == "command")
    kinds = {str(row.metavar) for row in commands.choices[command]._actions if row.metavar and row.nargs != 0}
    assert kinds - FILES - {"ACTION"} <= WORDS.keys()
