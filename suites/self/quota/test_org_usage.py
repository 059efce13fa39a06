"""What a request waits for, and what an answer changes, on values alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.quota.allowance import used
from harness.quota.answer import EndpointReport, QuotaReport, SpentLimit
from harness.quota.org_usage import (
    FEWER_AT_ONCE,
    NOTHING_USED,
    RESERVE_KEPT,
    Demand,
    Held,
    OrgUsage,
    admit,
    calls_at_once,
    ended,
    learn,
    requests_a_minute,
    shape_of,
    without,
)
from harness.vendors.vendor import EndpointLimit

EXPORTS = EndpointLimit("incremental-exports", 10, 60, "")
UPDATES = EndpointLimit("per-ticket-updates", 30, 600, "", each=True)
READ = Demand(limit=200, shape="GET /api/v2/tickets", path="/api/v2/tickets")
CALL = Demand(cost=3, at_once=5, ends=120, run="1")


def sent(usage: OrgUsage, demand: Demand, now: float, most: int) -> tuple[OrgUsage, int]:
    """The usage after all requests that may leave at one moment, and how many those were."""
    count = 0
    while count < most:
        usage, admission = admit(usage, replace(demand, owner=f"1-{count}"), now)
        if admission.held is not Held.NOTHING:
            break
        count += 1
    return usage, count


@pytest.mark.parametrize(
    ("says", "limit", "is_ceiling", "allowed"),
    [(0, 200, False, 200), (700, 200, False, 700), (700, 200, True, 200), (100, 200, True, 100), (700, 0, True, 0)],
)
def test_what_the_org_says_goes_before_what_is_configured(
    says: int, limit: int, is_ceiling: bool, allowed: int
) -> None:
    usage = learn(NOTHING_USED, READ, QuotaReport(limit=says or None), 0.0)
    assert requests_a_minute(usage, limit, is_ceiling) == allowed


def test_a_known_endpoint_is_held_back_before_the_org_says_anything() -> None:
    usage, count = sent(NOTHING_USED, replace(READ, endpoints=(EXPORTS,)), 0.0, 50)
    assert count == 10
    assert admit(usage, READ, 0.0)[1].held is Held.NOTHING


def test_each_record_has_updates_of_its_own() -> None:
    usage = NOTHING_USED
    for ticket in ("1", "2"):
        usage, count = sent(usage, replace(READ, endpoints=(UPDATES,), path=f"/tickets/{ticket}"), 0.0, 50)
        assert count == 30


def test_what_an_org_says_of_an_endpoint_goes_before_what_is_known() -> None:
    demand = replace(READ, endpoints=(EXPORTS,))
    report = QuotaReport(endpoints=(EndpointReport("incremental-exports", 30, 29, 60),))
    usage = learn(NOTHING_USED, demand, report, 0.0)
    assert sent(usage, demand, 0.0, 50)[1] == 29


def test_a_limit_that_only_a_header_told_of_holds_its_own_requests_back() -> None:
    report = QuotaReport(endpoints=(EndpointReport("tickets-index", 100, 2, 17),))
    usage = learn(NOTHING_USED, READ, report, 0.0)
    usage, count = sent(usage, READ, 0.0, 50)
    assert count == 2
    assert admit(usage, READ, 0.0)[1].wait == 18
    assert admit(usage, replace(READ, shape="GET /api/v2/users"), 0.0)[1].held is Held.NOTHING


def test_an_answer_that_says_nothing_new_leaves_the_very_same_value() -> None:
    report = QuotaReport(limit=700, left=699, resets=60)
    usage, _ = admit(learn(NOTHING_USED, READ, report, 0.0), READ, 0.0)
    assert learn(usage, READ, QuotaReport(limit=700, left=698, resets=60), 0.0) is usage


def test_calls_at_once_are_counted_until_they_end() -> None:
    usage, count = sent(NOTHING_USED, CALL, 0.0, 50)
    assert count == 5
    usage = ended(usage, "1-0")
    assert admit(usage, replace(CALL, owner="1-9"), 0.0)[1].held is Held.NOTHING


def test_a_call_of_which_nobody_says_that_it_ended_counts_no_longer_than_it_can_take() -> None:
    usage, _ = sent(NOTHING_USED, CALL, 0.0, 50)
    assert admit(usage, CALL, 119.0)[1].held is Held.CALLS
    assert admit(usage, CALL, 121.0)[1].held is Held.NOTHING


def test_a_refused_call_makes_them_fewer_for_a_while() -> None:
    usage, _ = sent(NOTHING_USED, CALL, 0.0, 50)
    usage = learn(usage, CALL, QuotaReport(spent=SpentLimit.CONCURRENCY), 0.0)
    assert calls_at_once(usage, 5, 1.0) == 4
    assert calls_at_once(usage, 5, FEWER_AT_ONCE + 1) == 5


@given(st.lists(st.just(None), min_size=1, max_size=40))
def test_one_call_always_may(refusals: list[None]) -> None:
    usage = NOTHING_USED
    for _ in refusals:
        usage = learn(usage, CALL, QuotaReport(spent=SpentLimit.CONCURRENCY), 0.0)
    assert calls_at_once(usage, 5, 1.0) == 1


def test_tests_stop_at_what_teardown_needs_and_teardown_goes_on() -> None:
    usage = learn(NOTHING_USED, CALL, QuotaReport(credits=100), 0.0)
    tests = replace(CALL, at_once=0, reserve=40)
    usage, count = sent(usage, tests, 0.0, 50)
    assert count == 20
    assert admit(usage, tests, 0.0)[1].held is Held.CREDITS
    assert admit(usage, replace(tests, takes_back=True), 0.0)[1].held is Held.NOTHING


def test_a_run_leaves_another_run_what_its_teardown_needs() -> None:
    usage = learn(NOTHING_USED, CALL, QuotaReport(credits=100), 0.0)
    usage, _ = admit(usage, replace(CALL, at_once=0, run="1", reserve=50), 0.0)
    other = replace(CALL, at_once=0, run="2")
    assert sent(usage, other, 0.0, 50)[1] == 15
    fresh = learn(usage, other, QuotaReport(credits=100), RESERVE_KEPT + 1)
    assert sent(fresh, other, RESERVE_KEPT + 1, 50)[1] == 33


def test_what_was_said_of_credits_is_not_relied_upon_for_ever() -> None:
    usage = learn(NOTHING_USED, CALL, QuotaReport(spent=SpentLimit.CREDITS), 0.0)
    assert admit(usage, CALL, 1.0)[1].held is Held.CREDITS
    assert admit(usage, CALL, 61.0)[1].held is Held.NOTHING


def test_who_is_gone_holds_nothing() -> None:
    usage, _ = sent(NOTHING_USED, replace(CALL, reserve=5), 0.0, 50)
    assert without(usage, lambda owner: False) is usage
    freed = without(usage, lambda owner: True)
    assert (freed.running, freed.reserves) == ((), {})


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/api/v2/tickets/12/comments", "GET /api/v2/tickets/{id}/comments"),
        ("/api/v1/tickets/1892000000042034", "GET /api/v1/tickets/{id}"),
        ("/api/v2/content_pins/01H5ZX", "GET /api/v2/content_pins/{id}"),
        ("/api/v2/tickets", "GET /api/v2/tickets"),
        ("/oauth/tokens", "GET /oauth/tokens"),
    ],
)
def test_requests_of_one_kind_have_one_shape(path: str, shape: str) -> None:
    assert shape_of("GET", path) == shape


def test_what_the_org_did_not_count_is_not_counted() -> None:
    """A refused login has no rate headers: a run that probes credentials would use half of the quota otherwise."""
    usage = learn(NOTHING_USED, READ, QuotaReport(limit=10, left=10, resets=60), 0.0)
    for _ in range(50):
        usage, admission = admit(usage, READ, 0.0)
        assert admission.held is Held.NOTHING
        usage = learn(usage, READ, QuotaReport(), 0.0)
    assert (usage.account.left, used(usage.account, 60, 0.0)) == (10, 0)


def test_of_an_org_that_never_shows_its_count_every_request_is_counted() -> None:
    usage = NOTHING_USED
    for _ in range(200):
        usage = learn(admit(usage, READ, 0.0)[0], READ, QuotaReport(), 0.0)
    assert admit(usage, READ, 0.0)[1].held is Held.ACCOUNT


def test_what_the_org_counted_without_showing_it_is_found_out_by_the_next_answer() -> None:
    usage = learn(NOTHING_USED, READ, QuotaReport(limit=200, left=10, resets=60), 0.0)
    for _ in range(9):
        usage = learn(admit(usage, READ, 0.0)[0], READ, QuotaReport(), 0.0)
    usage = learn(admit(usage, READ, 0.0)[0], READ, QuotaReport(limit=200, left=0, resets=60), 0.0)
    assert admit(usage, READ, 0.0)[1].held is Held.ACCOUNT
