"""Messages are read from the code with the remedy that goes with each, also where both have names."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.reference import messages_page

FILE = """
from harness.errors import UsageError


def first(path, kind):
    raise UsageError(f"no file {path!r}", remedy="Check the path.")


def second(kind):
    if kind:
        what, remedy = "one thing is wrong", "Do this."
    else:
        what, remedy = "another thing is wrong", "Do that."
    raise UsageError(what, remedy=remedy)


def third(given, wanted):
    if given:
        remedy = "Leave it out."
        raise UsageError("it is given", remedy=remedy)
    remedy = "Give it."
    raise UsageError("it is " + "not given", remedy=remedy)


def fourth(error):
    raise UsageError(str(error))
"""


@pytest.fixture
def pairs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the file above gives: each message with its remedy."""
    (tmp_path / "shipped.py").write_text(FILE)  # the name of a module that exists, for its constants
    monkeypatch.setattr(messages_page, "_PACKAGE", tmp_path)
    return {message.what: message.remedy for message in messages_page.messages()}


@pytest.mark.parametrize(
    ("what", "remedy"),
    [
        ("no file '…'", "Check the path."),
        ("one thing is wrong", "Do this."),
        ("another thing is wrong", "Do that."),
        ("it is given", "Leave it out."),
        ("it is not given", "Give it."),
    ],
)
def test_a_message_has_its_own_remedy(pairs: dict[str, str], what: str, remedy: str) -> None:
    assert pairs[what] == remedy


def test_a_message_without_words_of_its_own_is_left_out(pairs: dict[str, str]) -> None:
    assert len(pairs) == 5


@pytest.mark.parametrize(
    ("what", "remedy", "code"),
    [
        ("no target is named", "Name one of deskcheck.toml.", 2),
        ("--document and --vendor go together", "Say whose document it is: --vendor …", 2),
        ("the controller of this worker is gone", "", 4),
    ],
)
def test_the_page_has_messages_of_the_code(what: str, remedy: str, code: int) -> None:
    rows = [row for row in messages_page.messages() if row.what.startswith(what)]
    assert [(row.remedy.startswith(remedy), row.exit_code) for row in rows] == [(True, code)]
