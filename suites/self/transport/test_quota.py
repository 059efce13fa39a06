"""The layer waits until the quota has room, learns from each answer, and ends the run where waiting is of no use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UnfinishedError
from harness.quota.allowance import LATENESS
from harness.quota.limiter import Limiter
from harness.target import Credentials, Target
from harness.transport.quota import LONGEST_ENDPOINT_WAIT, Quota, QuotaSpentError
from harness.transport.waiting import Waiter
from harness.vendors.obstacle import Obstacle, OrgError

ORG = Target("acme", "zendesk", "https://acme.example", Credentials("none"), quota=200)
DESK = replace(ORG, vendor="zoho", base_url="https://desk.example", org_id="7")
SPAN = 60 + LATENESS
Answer = Callable[[httpx.Request], httpx.Response]


class MovedClock:
    """Time that only moves when somebody waits or works."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0, "nobody can wait backwards"
        self.now += seconds


class Org:
    """A client's quota layer above a server that answers as it is told; `left` are the moments of its requests."""

    def __init__(self, target: Target, answer: Answer = lambda request: httpx.Response(200)) -> None:
        self.clock, self.left, self.answer = MovedClock(), [], answer
        self.limiter = Limiter(target, clock=self.clock)
        waiter = Waiter(clock=self.clock, sleep=self.clock.sleep)
        self.layer = Quota(httpx.MockTransport(self._serve), self.limiter, waiter)

    def _serve(self, request: httpx.Request) -> httpx.Response:
        self.left.append(self.clock.now)
        return self.answer(request)

    def send(self, path: str = "/api/v2/tickets", method: str = "GET") -> httpx.Response:
        return self.layer.handle_request(httpx.Request(method, self.limiter.target.base_url + path))


@given(st.integers(1, 7), st.lists(st.integers(0, 90), max_size=40))
def test_no_minute_holds_more_than_the_quota_and_nobody_waits_longer(limit: int, pauses: list[int]) -> None:
    org, at = Org(replace(ORG, quota=limit)), 1000.0
    for index, pause in enumerate(pauses):
        org.clock.sleep(pause)
        org.send()
        free = org.left[index - limit] + SPAN if index >= limit else 0.0
        at = max(at + pause, free)
        assert org.left[index] == at


def test_zero_means_no_limit() -> None:
    org = Org(replace(ORG, quota=0))
    for _ in range(1000):
        org.send("/api/v2/incremental/tickets")
    assert set(org.left) == {1000.0}


def test_it_closes_what_is_below() -> None:
    closed = []

    class Below(httpx.MockTransport):
        def close(self) -> None:
            closed.append(True)

    Quota(Below(lambda request: httpx.Response(200)), Limiter(ORG)).close()
    assert closed == [True]


def headers(limit: int, left: int, resets: int = 60) -> dict[str, str]:
    return {"ratelimit-limit": str(limit), "ratelimit-remaining": str(left), "ratelimit-reset": str(resets)}


def counting(limit: int) -> Answer:
    """A server that allows `limit` requests in each of its minutes, as the first request begins them."""
    spent: Iterator[int] = iter(range(1, 10**6))
    return lambda request: httpx.Response(200, headers=headers(limit, max(0, limit - next(spent))))


def test_it_rises_to_what_the_org_allows() -> None:
    org = Org(replace(ORG, learns_quota=True), counting(700))
    for _ in range(700):
        org.send()
    assert set(org.left) == {1000.0}
    org.send()
    assert org.left[-1] >= 1060.0


def test_a_configured_quota_is_a_ceiling() -> None:
    org = Org(ORG, counting(700))
    for _ in range(201):
        org.send()
    assert org.left[199] == 1000.0
    assert org.left[200] >= 1060.0


def test_an_org_that_allows_less_than_is_configured_goes_before_it() -> None:
    org = Org(replace(ORG, quota=700), counting(10))
    for _ in range(11):
        org.send()
    assert org.left[9] == 1000.0
    assert org.left[10] >= 1060.0


def test_it_yields_to_others_who_use_the_org() -> None:
    """Of 200 requests 190 were sent by somebody else: what is left is theirs as well."""
    org = Org(ORG, lambda request: httpx.Response(200, headers=headers(200, max(0, 10 - len(org.left)), 30)))
    for _ in range(11):
        org.send()
    assert org.left[9] == 1000.0
    assert org.left[10] >= 1030.0


def test_after_a_429_nobody_sends_before_the_org_wants_it() -> None:
    org = Org(ORG, lambda request: httpx.Response(429, headers={"retry-after": "40"}))
    org.send()
    org.answer = lambda request: httpx.Response(200)
    assert org.send().status_code == 200
    assert org.left == [1000.0, 1040.0]


def test_a_429_of_one_endpoint_holds_no_other_back() -> None:
    """Recorded: the account's own number stays full."""
    org = Org(ORG, lambda request: httpx.Response(429, headers={**headers(200, 150), "retry-after": "50"}))
    org.send("/api/v2/tickets/12/metrics")
    org.answer = lambda request: httpx.Response(200, headers=headers(200, 100))
    org.send("/api/v2/users")
    assert org.left[-1] == 1000.0
    org.send("/api/v2/tickets/13/metrics")
    assert org.left[-1] == 1050.0


def test_an_account_that_wants_nothing_for_an_hour_ends_the_run() -> None:
    org = Org(ORG, lambda request: httpx.Response(429, headers={"retry-after": "3600"}))
    org.send()
    with pytest.raises(UnfinishedError, match="3,600 s") as raised:
        org.send()
    assert isinstance(raised.value, OrgError)
    assert (raised.value.obstacle, raised.value.exit_code) == (Obstacle.QUOTA, 4)


def test_an_endpoint_that_wants_nothing_for_an_hour_ends_its_own_operation_alone() -> None:
    asked = str(int(LONGEST_ENDPOINT_WAIT) + 100)
    org = Org(ORG, lambda request: httpx.Response(429, headers={**headers(200, 150), "retry-after": asked}))
    org.send("/api/v2/requests", "POST")
    with pytest.raises(OrgError) as raised:
        org.send("/api/v2/requests", "POST")
    assert not isinstance(raised.value, UnfinishedError)
    org.answer = lambda request: httpx.Response(200, headers=headers(200, 150))
    assert org.send("/api/v2/users").status_code == 200


def test_credits_that_are_gone_end_the_run_and_say_when_they_are_back() -> None:
    body = {"errorCode": "THRESHOLD_EXCEEDED", "message": "..."}
    org = Org(DESK, lambda request: httpx.Response(429, json=body, headers={"retry-after": "7200"}))
    with pytest.raises(QuotaSpentError, match=r"back in 7,200 s"):
        org.send("/api/v1/tickets/1")
    assert len(org.left) == 1


def test_too_many_calls_at_once_are_an_answer_that_retry_repeats() -> None:
    body = {"errorCode": "TOO_MANY_REQUESTS", "message": "..."}
    org = Org(DESK, lambda request: httpx.Response(429, json=body))
    assert org.send("/api/v1/tickets/1").status_code == 429
    org.answer = lambda request: httpx.Response(200)
    assert org.send("/api/v1/tickets/1").status_code == 200


def test_what_goes_to_another_host_does_not_count() -> None:
    org = Org(replace(ORG, quota=1))
    for _ in range(5):
        org.layer.handle_request(httpx.Request("POST", "https://accounts.example/oauth/v2/token"))
    assert org.left == [1000.0] * 5


def test_a_call_without_an_answer_is_under_way_no_more() -> None:
    def lose(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("late")

    org = Org(DESK, lose)
    for _ in range(50):
        with pytest.raises(httpx.ReadTimeout):
            org.send("/api/v1/tickets/1")
    assert org.limiter.store.change(lambda usage, now: (usage, usage.running)) == ()


class MinuteServer:
    """Counts in minutes that begin at a phase of their own, and takes a moment for each answer."""

    def __init__(self, limit: int, phase: int, spelling: str) -> None:
        self.limit, self.phase, self.spelling = limit, phase, spelling
        self.served: dict[int, int] = {}
        self.refused = 0

    def __call__(self, org: Org) -> httpx.Response:
        org.clock.sleep(0.04)
        at = org.clock.now + self.phase
        minute, resets = int(at // 60), 60 - int(at % 60)
        served = self.served.get(minute, 0)
        shown = self._headers(max(0, self.limit - served - 1), resets)
        if served >= self.limit:
            self.refused += 1
            return httpx.Response(429, headers={**shown, "retry-after": str(resets)})
        self.served[minute] = served + 1
        return httpx.Response(200, headers=shown)

    def _headers(self, left: int, resets: int) -> dict[str, str]:
        if self.spelling == "x":
            return {"x-rate-limit": str(self.limit), "x-rate-limit-remaining": str(left)}
        return headers(self.limit, left, resets) if self.spelling else {}


@pytest.mark.parametrize("phase", [0, 1, 29, 59])
@pytest.mark.parametrize(("limit", "spelling"), [(200, ""), (200, "x"), (200, "2024"), (300, "2024"), (300, "x")])
def test_whenever_an_orgs_minutes_begin_they_are_used_and_none_is_overrun(
    limit: int, spelling: str, phase: int
) -> None:
    server = MinuteServer(limit, phase, spelling)
    org = Org(replace(ORG, learns_quota=True))
    org.answer = lambda request: server(org)
    while org.clock.now < 1000.0 + 6 * 60:
        org.send()
    whole = [served for _, served in sorted(server.served.items())][1:-1]
    assert server.refused <= len(org.left) / 100
    assert sum(whole) >= 0.9 * limit * len(whole)
