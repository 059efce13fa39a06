"""A cell shows the text that it was given, whatever stands in it."""

from __future__ import annotations

import pytest

from harness.reference.markdown_table import code, plain, table


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("an id of <b>", "an id of &lt;b&gt;"),
        ("RUN|FILE", r"RUN\|FILE"),
        ("report_dir and *", r"report\_dir and \*"),
        ("`a_b|c` stays", r"`a_b\|c` stays"),
        ("one ` alone", r"one \` alone"),
        ("two\nlines", "two lines"),
    ],
)
def test_a_text_is_shown_letter_by_letter(text: str, cell: str) -> None:
    assert plain(text) == cell


def test_code_may_hold_a_backquote() -> None:
    assert code("a`b") == "``a`b``"


def test_a_table_has_a_line_for_each_row() -> None:
    assert table(("a", "b"), [("1", "2")]) == "| a | b |\n| --- | --- |\n| 1 | 2 |\n"
