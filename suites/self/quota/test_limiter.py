"""One process at the shared quota: it counts with the others, falls back to its share, and tells what is left."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from harness.quota import left
from harness.quota.limiter import Limiter, problem, what_is_left
from harness.quota.org_usage import NOTHING_USED, Held
from harness.target import Credentials, Target

ORG = Target("acme", "zendesk", "https://acme.example", Credentials("none"), quota=200)
LIST = "https://acme.example/api/v2/tickets"
ZENDESK_HEADERS = {"ratelimit-limit": "700", "ratelimit-remaining": "600", "ratelimit-reset": "30"}


@pytest.fixture
def org(tmp_path: Path) -> Target:
    tmp_path.chmod(0o700)
    return replace(ORG, quota_store=str(tmp_path))


def limiter(target: Target, **more: object) -> Limiter:
    return Limiter(target, clock=lambda: 1000.0, **more)  # type: ignore[arg-type]


def admitted(one: Limiter, most: int = 1000, url: str = LIST, method: str = "GET") -> int:
    """How many requests may leave at one moment."""
    for count in range(most):
        if one.acquire(one.demand(method, url)).held is not Held.NOTHING:
            return count
    return most


def test_two_runs_share_one_quota(org: Target) -> None:
    first, second = limiter(org), limiter(replace(org, name="the same org"))
    assert admitted(first, 150) == 150
    assert admitted(second) == 50
    assert admitted(first) == 0


def test_what_one_run_learns_the_other_knows(org: Target) -> None:
    org = replace(org, learns_quota=True)
    first, second = limiter(org), limiter(org)
    first.learn(first.demand("GET", LIST), 200, ZENDESK_HEADERS, b"")
    assert admitted(second) == 600


def test_without_a_store_each_worker_keeps_to_its_share(org: Target, tmp_path: Path) -> None:
    broken = replace(org, quota_store=str(tmp_path / "missing" / ".." / "file"))
    (tmp_path / "file").write_text("")
    one = limiter(broken, workers=4)
    assert admitted(one) == 50
    assert problem(broken).startswith("acme: the use of its quota is not shared")
    assert left(broken) is None


def test_its_share_is_one_of_what_the_org_really_has(org: Target, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    one = limiter(replace(org, quota_store=str(tmp_path / "file"), learns_quota=True), workers=4)
    one.learn(one.demand("GET", LIST), 200, ZENDESK_HEADERS, b"")
    assert admitted(one) == 175


def test_a_store_that_fails_while_the_run_goes_on_is_no_error(org: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    one = limiter(org, workers=2)
    assert admitted(one, 10) == 10

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    assert admitted(one) == 100
    assert "No space left" in problem(org)


def test_a_store_that_works_is_no_problem(org: Target) -> None:
    assert problem(org) == ""


@pytest.mark.parametrize("path", ["/api/v2/incremental/tickets/cursor", "/api/v2/incremental/users.json"])
def test_exports_are_held_back_before_they_are_refused(org: Target, path: str) -> None:
    assert admitted(limiter(org), url=f"https://acme.example{path}?start_time=0") == 10


def test_thirty_updates_of_one_ticket(org: Target) -> None:
    one = limiter(org)
    assert admitted(one, url="https://acme.example/api/v2/tickets/7.json", method="PUT") == 30
    assert admitted(one, 20, url="https://acme.example/api/v2/tickets/8", method="PUT") == 20


def test_pages_far_behind_have_a_limit_of_their_own(org: Target) -> None:
    assert admitted(limiter(org), url=f"{LIST}?per_page=1&page=501") == 50
    assert admitted(limiter(org), 60, url=f"{LIST}?per_page=1&page=500") == 60


def test_calls_of_a_process_that_was_killed_are_under_way_no_more(org: Target) -> None:
    desk = replace(org, vendor="zoho", base_url="https://desk.example", org_id="7", quota=0)
    one = limiter(desk)
    gone = tuple((f"{2**22 + number}-1", 5000.0) for number in range(25))
    one.store.change(lambda usage, now: (usage._replace(running=gone), None))
    assert admitted(one, 1, url="https://desk.example/api/v1/tickets/1") == 1


def test_an_orgs_edition_says_how_many_calls_it_takes(org: Target) -> None:
    desk = replace(org, vendor="zoho", base_url="https://desk.example", org_id="7", quota=0)
    one = limiter(desk)
    body = b'{"data":[{"id":"6","edition":"ENTERPRISE"},{"id":"7","edition":"Standard"}]}'
    one.learn(one.demand("GET", "https://desk.example/api/v1/organizations"), 200, {}, body)
    assert admitted(one, url="https://desk.example/api/v1/tickets/1") == 10


def test_nobody_knows_what_is_left_before_the_org_was_asked(org: Target) -> None:
    assert left(org) is None
    assert left(ORG) is None


def test_what_is_left_is_the_smaller_of_both_counts(org: Target) -> None:
    one = limiter(org)
    demand = one.demand("GET", LIST)
    one.acquire(demand)
    own = one.store.change(lambda usage, now: (usage, what_is_left(usage, org, now)))
    assert (own.a_minute, own.requests, own.credits) == (200, 199, None)
    one.learn(demand, 200, {**ZENDESK_HEADERS, "ratelimit-remaining": "12"}, b"")
    told = one.store.change(lambda usage, now: (usage, what_is_left(usage, org, now)))
    assert (told.a_minute, told.requests) == (200, 12)
    assert 0 < told.resets <= 62


def test_credits_are_told_where_the_vendor_counts_them(org: Target) -> None:
    desk = replace(org, vendor="zoho", base_url="https://desk.example", org_id="7")
    one = Limiter(desk)
    one.learn(one.demand("GET", "https://desk.example/api/v1/tickets"), 200, {"x-rate-limit-remaining-v3": "900"}, b"")
    known = left(desk)
    assert known is not None
    assert (known.a_minute, known.credits) == (200, 900)


def test_a_quota_of_nothing_knows_no_number(org: Target) -> None:
    assert what_is_left(NOTHING_USED, replace(org, quota=0), 0.0).requests is None
