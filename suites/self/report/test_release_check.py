"""The release check says on one page what changed, is new, needs upkeep and is to be tested; its code follows."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from harness.finding import Finding
from harness.report.comparison import compare
from harness.report.release_check import ReleaseCheck, document, markdown, page
from harness.results.outcome import Outcome, Run, State, fingerprint
from harness.review.change import Change, Diff
from harness.review.touched import Touched

FINDING = Finding("zendesk:ListTags", "body", 200, "/tags/0/name", "null, not text", "type string")
OUTCOME = Outcome("zendesk:ListTags", "zendesk", "GET", "/", "tags", "read", "get", State.PASSED, succeeded=True)
BAD = replace(OUTCOME, state=State.FINDINGS, findings=(FINDING,))
RUN = Run("r1", "", 1.0, 1, {"zendesk": "acme"}, {}, {}, 0, (OUTCOME,))
NOTHING = ReleaseCheck("zendesk", Diff("spring", "autumn", ()), (), (), (), 3, "deskcheck run")
CHANGE = Change("parameter", "removed", "zendesk:ListTags", "query parameter q removed", "query/q")


def with_change(**words: bool) -> ReleaseCheck:
    return replace(NOTHING, difference=replace(NOTHING.difference, changes=(replace(CHANGE, **words),)))


def behaving(before: Outcome, after: Outcome) -> ReleaseCheck:
    runs = replace(RUN, outcomes=(before,)), replace(RUN, id="r2", outcomes=(after,))
    return replace(NOTHING, behaviour=compare(*runs))


STALE, LOOK = Touched("W1", "its operation is gone"), Touched("W2", "nothing needed it in run r2", is_stale=False)


@pytest.mark.parametrize(("check", "code", "reason"), [
    (NOTHING, 0, ""),
    (with_change(), 0, ""),
    (with_change(breaks_client=True, breaks_suites=True), 1, "1 change breaks a client"),
    (with_change(breaks_suites=True), 1, "1 change breaks the suites"),
    (with_change(understood=False), 1, "1 change is not understood"),
    (behaving(BAD, OUTCOME), 0, ""),
    (behaving(BAD, BAD), 0, ""),
    (behaving(OUTCOME, BAD), 1, "1 new finding"),
    (behaving(OUTCOME, replace(OUTCOME, state=State.ERROR)), 1, "operations lost their verdict"),
    (replace(NOTHING, waivers=(STALE,)), 1, "1 waiver or overlay is stale"),
    (replace(NOTHING, overlays=(STALE, STALE)), 1, "2 waivers or overlays are stale"),
    (replace(NOTHING, waivers=(LOOK,), overlays=(LOOK,)), 0, ""),
    (replace(behaving(OUTCOME, BAD), unfinished="run r2 ended with 4, could not finish"), 4, "run r2 ended with 4"),
])  # fmt: skip
def test_the_code_follows_from_what_needs_a_look(check: ReleaseCheck, code: int, reason: str) -> None:
    assert check.exit_code == code
    for form in (page(check), markdown(check), json.dumps(document(check))):
        assert reason in form
        assert check.verdict in form


def test_nothing_is_called_good_that_was_not_compared() -> None:
    assert "behaviour was not compared" in NOTHING.verdict
    assert "--baseline RUN|FILE" in page(NOTHING)
    assert "not compared" not in behaving(OUTCOME, OUTCOME).verdict


def test_the_page_holds_every_part() -> None:
    check = replace(
        behaving(OUTCOME, BAD),
        difference=replace(NOTHING.difference, changes=(replace(CHANGE, breaks_client=True),), added=("zendesk:New",)),
        waivers=(STALE,),
        overlays=(LOOK,),
        retest=("zendesk:ListTags", "zendesk:New"),
        command="deskcheck run --changed-since spring.yaml",
    )
    for form in (page(check), markdown(check)):
        for part in (
            "1 change from spring to autumn", "zendesk:ListTags query/q: query parameter q removed", "zendesk:New",
            "r1 to r2: 1 new finding", fingerprint(FINDING), "W1: its operation is gone", "W2: nothing needed it",
            "2 of 3 operations: deskcheck run --changed-since spring.yaml",
        ):  # fmt: skip
            assert part in form
    told = document(check)
    assert told["tests"]["keys"] == ["zendesk:ListTags", "zendesk:New"]
    assert told["behaviour"]["new"][0]["id"] == fingerprint(FINDING)


def test_long_lists_are_cut_on_a_terminal_and_whole_as_json() -> None:
    keys = tuple(f"zendesk:Op{number}" for number in range(100))
    check = replace(NOTHING, retest=keys)
    assert "and 75 more (--json has all)" in page(check)
    assert len(document(check)["tests"]["keys"]) == 100


def test_a_document_cannot_draw_on_the_terminal() -> None:
    hostile = replace(CHANGE, place="zendesk:\x1b[2J", breaks_client=True)
    shown = page(replace(NOTHING, difference=replace(NOTHING.difference, changes=(hostile,))))
    assert "\\x1b[2J" in shown
    assert "\x1b" not in shown
