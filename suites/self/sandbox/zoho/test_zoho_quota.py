"""Credits and concurrency: weights, headers, and the two kinds of 429."""

from __future__ import annotations

import pytest
from zoho_portal import Portal, code, engine

from harness.sandbox.call import Call
from harness.sandbox.zoho import quota


@pytest.mark.parametrize(
    ("name", "query", "credits"),
    [
        ("getTicket", {}, 1),
        ("createTicket", {}, 1),
        ("getTickets", {}, 3),
        ("getTickets", {"from": "1990", "limit": "20"}, 5),
        ("getTickets", {"from": "9990", "limit": "20"}, 10),
        ("getTickets", {"from": "60000"}, 50),
        ("getTickets", {"from": "200000"}, 100),
        ("searchTickets", {}, 3),
        ("getTicketsCount", {}, 50),
        ("getAgentsCount", {}, 50),
    ],
)
def test_what_a_call_costs(name, query, credits):
    operation = engine().operation(name)
    assert quota.weight(operation, Call(operation.method, operation.path, query=tuple(query.items()))) == credits


def test_every_answer_says_what_it_cost_and_what_is_left():
    portal = Portal()
    first, second = portal.get("/departments"), portal.get("/tickets/1")
    assert first.headers["X-Rate-Limit-Request-Weight-v3"] == "3"
    assert second.status == 404
    left = [int(one.headers["X-Rate-Limit-Remaining-v3"]) for one in (first, second)]
    assert left[0] - left[1] == 1


def test_when_the_credits_are_gone_it_says_when_to_come_back():
    portal = Portal()
    portal.org.state_of(quota.Usage).limit = 4
    assert portal.get("/departments").status == 200
    refused = portal.get("/departments")
    assert (refused.status, code(refused)) == (429, "THRESHOLD_EXCEEDED")
    assert int(refused.headers["Retry-After"]) == 12 * 3600
    portal.clock.advance(12 * 3600)
    portal.token = portal.refreshed().body["access_token"]
    assert portal.get("/departments").status == 200


def test_too_many_calls_at_one_time_are_refused_without_a_hint():
    portal = Portal()
    portal.org.state_of(quota.Usage).running = [portal.clock.now() + 5] * quota.CONCURRENT
    refused = portal.get("/departments")
    assert (refused.status, code(refused)) == (429, "TOO_MANY_REQUESTS")
    assert "Retry-After" not in refused.headers
    portal.clock.advance(6)
    assert portal.get("/departments").status == 200


def test_the_control_path_sets_both_limits_and_the_portal_counts_what_it_used():
    portal = Portal()
    portal.org.memo["limits"] = {"credits": 4, "at_once": 5}
    assert [portal.get("/departments").status for _ in range(2)] == [200, 429]
    assert quota.usage(portal.org) == {"credits": 3, "limit": 4, "at_once": 5, "refused": 1}
