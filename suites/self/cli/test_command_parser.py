"""The parser of commands: each slip on a command line is answered with the words that were meant."""

from __future__ import annotations

import pytest

from harness.cli.command_parser import CommandParser, misplaced_options
from harness.errors import UsageError


def parser() -> CommandParser:
    made = CommandParser(prog="deskcheck run", example="deskcheck run --only 'zoho:*'")
    made.add_argument("--allow", metavar="TIERS")
    made.add_argument("--only", metavar="PATTERN")
    made.add_argument("--workers", type=int, metavar="N")
    made.add_argument("--level", choices=("note", "warning"))
    return made


def refused(*words: str, of: CommandParser | None = None) -> UsageError:
    with pytest.raises(UsageError) as caught:
        (of or parser()).parse_args(words)
    return caught.value


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["--alow", "read"], "--allow?"),
        (["--wrkers=2"], "--workers?"),
        (["--allow", "read,", "write"], "read,write"),
        (["zoho:*"], "deskcheck run --only 'zoho:*'"),
        (["--workers", "two"], "--workers 2"),
        (["--allow"], "--allow TIERS"),
        (["--level", "warnin"], "warning?"),
        (["--zzz"], "deskcheck run --help"),
    ],
)
def test_a_slip_is_answered_with_what_was_meant(words: list[str], meant: str) -> None:
    assert meant in refused(*words).remedy


def test_an_option_of_another_command_names_that_command() -> None:
    other, called = CommandParser(prog="deskcheck plan"), parser()
    other.add_argument("--list", action="store_true")
    called.others = lambda: {"plan": other}
    assert refused("--list", of=called).remedy == "It belongs to: deskcheck plan"


def test_what_is_missing_is_shown_by_an_example() -> None:
    made = CommandParser(prog="deskcheck replay", example="deskcheck replay 1a2b")
    made.add_argument("finding", metavar="FINDING")
    error = refused(of=made)
    assert "FINDING" in error.what
    assert error.remedy == "For example: deskcheck replay 1a2b"
    assert "one word too many: 'b'" in refused("a", "b", of=made).what


def test_options_before_the_command_are_moved_behind_it() -> None:
    error = misplaced_options(["--target", "my org", "run"], ["run", "plan"])
    assert error.remedy == "Write: deskcheck run --target 'my org'"
    assert "--help" in misplaced_options(["--target", "acme"], ["run", "plan"]).remedy
