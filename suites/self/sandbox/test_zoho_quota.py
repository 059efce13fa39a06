"""Credits and concurrency: weights, headers, and the two kinds of 429."""

from __future__ import annotations

import pytest
from zoho_desk import Desk, code, engine

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
    found = engine().operation(name)
    assert quota.weight(found, Call(found.method, found.path, query=tuple(query.items()))) == credits


def test_every_answer_says_what_it_cost_and_what_is_left():
    desk = Desk()
    first, second = desk.get("/departments"), desk.get("/tickets/1")
    assert first.headers["X-Rate-Limit-Request-Weight-v3"] == "3"
    assert second.status == 404
    left = [int(one.headers["X-Rate-Limit-Remaining-v3"]) for one in (first, second)]
    assert left[0] - left[1] == 1


def test_when_the_credits_are_gone_it_says_when_to_come_back():
    desk = Desk()
    quota.spent(desk.org).limit = 4
    assert desk.get("/departments").status == 200
    refused = desk.get("/departments")
    assert (refused.status, code(refused)) == (429, "THRESHOLD_EXCEEDED")
    assert int(refused.headers["Retry-After"]) == 12 * 3600
    desk.clock.advance(12 * 3600)
    desk.token = desk.refreshed().body["access_token"]
    assert desk.get("/departments").status == 200


def test_too_many_calls_at_one_time_are_refused_without_a_hint():
    desk = Desk()
    quota.spent(desk.org).running = [desk.clock.now() + 5] * quota.CONCURRENT
    refused = desk.get("/departments")
    assert (refused.status, code(refused)) == (429, "TOO_MANY_REQUESTS")
    assert "Retry-After" not in refused.headers
    desk.clock.advance(6)
    assert desk.get("/departments").status == 200
