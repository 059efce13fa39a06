"""summary.md reads well on GitHub, and what a server said stays text there."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from believable import believable, two_orgs
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from harness.report import summary

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_it_tells_the_whole_story() -> None:
    told = summary.render(believable())
    assert told.startswith("# deskcheck: ")
    for words in (
        "| zendesk | `read` |",
        "| **all** |",
        "## Refused by the gate",
        "## Waived",
        "$ZENDESK_TOKEN",
        "Next: `deskcheck",
    ):
        assert words in told
    assert len(told) < 100_000


@pytest.mark.parametrize("hostile", [False, True])
def test_it_holds_no_element_but_its_own(hostile: bool) -> None:
    tags = Tags(MARKDOWN.render(summary.render(believable(hostile=hostile)))).tags
    assert tags <= {
        "h1",
        "h2",
        "p",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "code",
        "pre",
        "strong",
        "ul",
        "li",
        "details",
        "summary",
    }


def test_every_row_of_a_hostile_table_has_all_its_cells() -> None:
    html = MARKDOWN.render(summary.render(believable(hostile=True)))
    rows = html.split("<tr>")[1:]
    assert {row.count("<td") for row in rows if "<td" in row} <= {13, 6, 5}


@given(st.text(min_size=1).filter(str.strip))
def test_a_code_span_shows_exactly_its_text(raw: str) -> None:
    page = Tags(MARKDOWN.render(f"a {summary.code(raw, 10_000)} b"))
    assert page.tags == {"p", "code"}
    assert "".join(page.words) == f"a {summary.text.visible(raw)} b\n"


@given(st.text())
def test_nothing_inside_a_block_can_end_it(raw: str) -> None:
    assert Tags(MARKDOWN.render(summary.block(raw, "sh") + "\n\nafter")).tags <= {"pre", "code", "p"}


def test_several_orgs_stand_in_columns() -> None:
    told = summary.render(two_orgs())
    assert "## Side by side" in told
    assert "## Differences between orgs (2)" in told
    assert "| passed | no 2xx |" in told
    assert "## Side by side" not in summary.render(believable())
