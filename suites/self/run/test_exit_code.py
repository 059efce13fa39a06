"""The exit code of a run: the gravest of all that happened, and never 0 for a run that tested nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.errors import DeskcheckError, GateError, SuiteError, UnfinishedError, UsageError
from harness.finding import Finding
from harness.ledger import LostLedgerError
from harness.results.outcome import Outcome, State, fingerprint
from harness.run.exit_code import exit_code, graver, orgs_without_success
from harness.vendors.obstacle import Obstacle, OrgError

PASSED = Outcome("zendesk:ListTags", "zendesk", "GET", "/", "tags", "read", "get", State.PASSED, succeeded=True)


@pytest.mark.parametrize(("one", "two", "more"), [
    (0, 4, 4), (4, 0, 4), (1, 4, 4), (5, 4, 5), (3, 1, 3), (2, 1, 1), (0, 0, 0), (0, 7, 4), (-9, 0, 4),
])  # fmt: skip
def test_the_graver_code_counts(one: int, two: int, more: int) -> None:
    assert graver(one, two) == more


@pytest.mark.parametrize(
    ("trouble", "ends"),
    [
        (UsageError("the results cannot be written"), 4),
        (DeskcheckError("something else"), 4),
        (UnfinishedError("full"), 4),
        (GateError("refused"), 3),
        (SuiteError("a test without a vendor"), 2),
        (LostLedgerError("gone"), 5),
    ],
)
def test_no_run_with_trouble_ends_with_nothing_new_or_with_findings(trouble: DeskcheckError, ends: int) -> None:
    assert exit_code((), (), [trouble]) == ends


def test_an_org_that_gives_no_success_at_all_was_not_tested() -> None:
    """As with credentials that may do nothing: each 403 is declared, and a green run would mean nothing."""
    nothing = replace(PASSED, state=State.NO_SUCCESS, succeeded=False, cases=3)
    denied = [replace(nothing, key=f"zendesk:List{number}") for number in range(10)]
    (trouble,) = orgs_without_success(denied)
    assert "none of 10 operations of zendesk" in str(trouble)
    assert exit_code(denied, [], [trouble]) == 4
    assert orgs_without_success(denied[:9]) == [], "a few may well have nothing to show"
    assert exit_code(denied[:9], [], []) == 0
    assert orgs_without_success([*denied, replace(PASSED, cases=3)]) == []
    assert orgs_without_success([*denied, replace(denied[0], state=State.FINDINGS)]) == [], "that says enough"


def test_a_run_of_which_nothing_was_judged_is_not_green() -> None:
    unjudged = replace(PASSED, state=State.UNJUDGED)
    assert exit_code([unjudged], [], []) == 2
    assert exit_code([unjudged, PASSED], [], []) == 0
    hand_written = replace(PASSED, key="zendesk:test_a", method="")
    assert exit_code([unjudged, hand_written], [], []) == 2, "what was to be tried was not judged"


@pytest.mark.parametrize(("obstacles", "code"), [
    (("revoked refresh token",), 2), (("dns",), 4), (("production",), 3), (("revoked refresh token", "dns"), 4),
    (("wrong org", ""), 4), (("a word of another version",), 4),
])  # fmt: skip
def test_an_obstacle_ends_a_run_as_it_ends_a_doctor(obstacles: tuple[str, ...], code: int) -> None:
    stopped = [replace(PASSED, state=State.ERROR, obstacle=obstacle) for obstacle in obstacles]
    assert exit_code([PASSED, *stopped], [], []) == code
    found = replace(PASSED, state=State.FINDINGS, findings=(FINDING,))
    assert exit_code([found, *stopped], [], []) == code, "a run that an obstacle ended found not all there is"
    assert exit_code([*stopped], ["a ticket"], []) == 5


def test_a_missing_scope_leaves_the_rest_of_a_run_as_it_is() -> None:
    lacking = replace(PASSED, state=State.UNJUDGED, obstacle="missing scope")
    assert exit_code([PASSED, lacking], [], []) == 0
    assert exit_code([lacking], [], []) == 2


def test_trouble_with_an_org_ends_as_its_obstacle_says() -> None:
    assert exit_code([PASSED], [], [OrgError(Obstacle.WRONG_ORG, "none of ours")]) == 2
    assert exit_code([PASSED], [], [OrgError(Obstacle.QUOTA, "spent")]) == 4


FINDING = Finding("zendesk:ListTags", "body", 200, "/tags/0/name", "null, not text", "type string")


def test_a_finding_that_the_baseline_has_does_not_fail_the_run() -> None:
    other = replace(FINDING, pointer="/count")
    known = {fingerprint(FINDING)}
    found = replace(PASSED, state=State.FINDINGS, findings=(FINDING,))
    assert exit_code([found], [], []) == 1
    assert exit_code([found], [], [], known) == 0
    assert exit_code([replace(found, findings=(FINDING, other))], [], [], known) == 1
    assert exit_code([found], ["a ticket"], [], known) == 5, "nothing else is forgiven"
    assert exit_code([found, replace(PASSED, state=State.ERROR)], [], [], known) == 4
    assert exit_code([replace(PASSED, state=State.REFUSED)], [], [], known) == 2


def test_each_org_of_a_vendor_has_to_give_a_success() -> None:
    state = {"state": State.NO_SUCCESS, "cases": 3}
    denied = [replace(PASSED, key=f"zendesk:{number}", target="us", **state) for number in range(10)]
    given = [replace(outcome, target="eu", state=State.PASSED) for outcome in denied]
    (trouble,) = orgs_without_success([*denied, *given])
    assert "operations of us gave a success" in trouble.what
