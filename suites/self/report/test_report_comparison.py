"""What changed between two runs, and what only was not tried again."""

from __future__ import annotations

import json
from dataclasses import replace

from harness.finding import Finding
from harness.report.comparison import compare, document, text
from harness.results import baseline
from harness.results.outcome import Outcome, Run, State

FINDING = Finding("zendesk:A", "body", 200, "/tickets/0/recipient", "null is not of type string", "type string")
OUTCOME = Outcome("zendesk:A", "zendesk", "GET", "/a", "Tickets", "read", "get", State.PASSED)
BAD = replace(OUTCOME, state=State.FINDINGS, findings=(FINDING,))
RUN = Run("r1", "", 1.0, 1, {"zendesk": "sandbox"}, {"tiers": ["read"]}, {"deskcheck": "1"}, 0)


def runs(before: list[Outcome], after: list[Outcome]) -> tuple[Run, Run]:
    return replace(RUN, outcomes=tuple(before)), replace(RUN, id="r2", outcomes=tuple(after))


def test_a_run_compared_with_itself_changed_nothing() -> None:
    same = compare(*runs([BAD], [replace(BAD, findings=(replace(FINDING, pointer="/tickets/7/recipient"),))]))
    assert (same.changed, same.worse, same.same) == (False, False, 1)
    assert "Nothing changed" in text(same)


def test_a_finding_comes_and_goes() -> None:
    came, went = compare(*runs([OUTCOME], [BAD])), compare(*runs([BAD], [OUTCOME]))
    assert (came.new, came.worse) == ((FINDING,), True)
    assert (went.gone, went.worse) == ((FINDING,), False)
    assert [(one.before, one.after) for one in came.moved] == [(State.PASSED, State.FINDINGS)]


def test_what_was_not_tried_again_is_unknown_and_not_gone() -> None:
    for after in ([replace(OUTCOME, state=State.REFUSED)], [replace(OUTCOME, state=State.ERROR)], []):
        change = compare(*runs([BAD], after))
        assert (change.gone, change.unseen) == ((), (FINDING,))


def test_an_operation_without_a_success_tells_nothing_of_what_a_success_held() -> None:
    nothing = replace(OUTCOME, state=State.NO_SUCCESS, detail="no valid request got a 2xx (404 20)")
    assert compare(*runs([BAD], [nothing])).unseen == (FINDING,)
    of_a_404 = replace(FINDING, status=404)
    assert compare(*runs([replace(BAD, findings=(of_a_404,))], [nothing])).gone == (of_a_404,)
    lost = compare(*runs([OUTCOME], [nothing]))
    assert (lost.changed, lost.worse) == (True, False)
    assert "zendesk:A: passed → no_success (no valid request got a 2xx (404 20))" in text(lost)


def test_a_waiver_explains_and_its_end_makes_new() -> None:
    waived = replace(OUTCOME, waived=(replace(FINDING, waiver="W1"),))
    assert compare(*runs([BAD], [waived])).waived == (FINDING,)
    assert compare(*runs([waived], [BAD])).new == (FINDING,)


def test_operations_and_tiers() -> None:
    other = replace(OUTCOME, key="zendesk:B")
    change = compare(*runs([OUTCOME], [replace(OUTCOME, tier="destructive", rule="words"), other]))
    assert (change.added, change.removed) == (("zendesk:B",), ())
    assert [(one.before, one.after) for one in change.retiered] == [("read", "destructive")]
    assert compare(*runs([OUTCOME, other], [OUTCOME])).removed == ("zendesk:B",)


def test_losing_a_verdict_is_worse() -> None:
    assert compare(*runs([OUTCOME], [replace(OUTCOME, state=State.ERROR)])).worse


def test_runs_that_were_not_alike_say_so() -> None:
    one, two = runs([], [])
    change = compare(one, replace(two, permit={"tiers": ["read", "write"]}, seed=2, versions={}))
    assert change.differences == ("permit tiers: read → read, write", "version deskcheck: 1 → none", "seed: 1 → 2")


def test_both_forms_tell_the_same() -> None:
    change = compare(*runs([OUTCOME], [BAD]))
    told = json.loads(json.dumps(document(change)))
    assert (told["new"][0]["operation"], told["worse"], told["moved"][0]["after"]) == ("zendesk:A", True, "findings")
    assert told["new"][0]["id"] in text(change)


def test_a_server_cannot_draw_on_the_terminal() -> None:
    hostile = replace(BAD, findings=(replace(FINDING, message="\x1b[2J\ud800"),))
    assert "\\x1b[2J\\ud800" in text(compare(*runs([OUTCOME], [hostile])))


def test_long_lists_are_cut_and_say_so() -> None:
    many = [replace(OUTCOME, key=f"zendesk:{n}") for n in range(100)]
    assert "and 88 more (--json has all)" in text(compare(*runs([], many)))


def test_a_baseline_and_the_run_it_came_from_are_compared_alike() -> None:
    """One function: what is new, gone or still there since a run is so since the baseline of that run."""
    other = replace(FINDING, pointer="/count")
    before, after = runs([replace(BAD, findings=(FINDING, other))], [replace(BAD, findings=(FINDING,))])
    for first, second in ((before, after), (after, before)):
        by_run, by_file = compare(first, second), compare(baseline.next_of(first), second)
        for name in ("new", "gone", "waived", "unseen", "still"):
            causes = [[finding.cause for finding in getattr(change, name)] for change in (by_run, by_file)]
            assert causes[0] == causes[1]
        assert by_run.worse == by_file.worse
        assert (by_file.added, by_file.removed, by_file.moved) == ((), (), ())


def test_what_only_a_test_showed_is_unknown_until_the_test_runs_again() -> None:
    test = replace(BAD, key="zendesk:test_pages", method="")
    assert compare(*runs([OUTCOME, test], [OUTCOME])).unseen == (FINDING,)
    assert compare(*runs([OUTCOME, test], [OUTCOME, replace(test, state=State.PASSED, findings=())])).gone == (FINDING,)


ORGS = replace(RUN, targets={"eu": "eu", "us": "us"}, orgs={"eu": "zendesk", "us": "zendesk"})


def on(target: str, outcome: Outcome) -> Outcome:
    return replace(outcome, target=target)


def test_operations_are_compared_org_by_org_and_findings_by_cause() -> None:
    before = replace(ORGS, outcomes=(on("eu", OUTCOME), on("us", BAD)))
    change = compare(before, replace(ORGS, id="r2", outcomes=(on("eu", BAD), on("us", OUTCOME))))
    assert (change.new, change.gone, change.still) == ((), (), (FINDING,))
    assert [(one.key, one.before, one.after) for one in change.moved] == [
        ("zendesk:A@eu", State.PASSED, State.FINDINGS), ("zendesk:A@us", State.FINDINGS, State.PASSED),
    ]  # fmt: skip


def test_a_cause_is_gone_where_every_org_could_have_shown_it() -> None:
    before = replace(ORGS, outcomes=(on("eu", OUTCOME), on("us", BAD)))
    both = (on("eu", OUTCOME), on("us", OUTCOME))
    assert compare(before, replace(ORGS, outcomes=both)).gone == (FINDING,)
    away = (on("eu", OUTCOME), on("us", replace(OUTCOME, state=State.ERROR)))
    assert compare(before, replace(ORGS, outcomes=away)).unseen == (FINDING,)


def test_a_second_org_is_compared_with_the_one_that_there_was() -> None:
    """An earlier run named no org in its results."""
    old = replace(RUN, outcomes=(OUTCOME,))
    change = compare(old, replace(ORGS, outcomes=(on("eu", OUTCOME), on("us", BAD))))
    assert [one.key for one in change.moved] == ["zendesk:A@us"]
    assert (change.added, change.removed) == ((), ())


def test_an_org_that_is_not_tested_any_more_is_removed_with_its_operations() -> None:
    before = replace(ORGS, outcomes=(on("eu", OUTCOME), on("us", OUTCOME)))
    after = replace(RUN, targets={"zendesk": "eu"}, orgs={"eu": "zendesk"}, outcomes=(on("eu", OUTCOME),))
    assert compare(before, after).removed == ("zendesk:A@us",)
