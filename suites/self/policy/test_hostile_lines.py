"""Hostile lines against servers of many habits: none of them may do worse than the guard said.

The servers stand for any server: each reads the line in its own way and acts on what it read. The same lines go
against the embedded sandbox's router elsewhere.
"""

from __future__ import annotations

import re
import time

import pytest
from contexts import HOST, assessments, context, operations
from hostile import Line, lines
from servers import SERVERS, Server

from harness.exchange import Request
from harness.openapi.catalog import Operation
from harness.policy.judge import judge
from harness.risk.tier import Tier

COUNT = 6000


def _templates() -> list[tuple[str, str]]:
    return [(one.method, f"/{one.vendor}{one.path}") for one in operations()]


def _routes() -> dict[str, list[tuple[re.Pattern[str], Operation]]]:
    """A plain router of its own: full match of templates, case aside, the most dangerous first."""
    found: dict[str, list[tuple[re.Pattern[str], Operation]]] = {}
    for one in sorted(operations(), key=lambda one: -assessments()[one.key].tier):
        text = "/[^/]+".join(map(re.escape, re.split(r"/{[^{}]+}", f"/{one.vendor}{one.path}")))
        found.setdefault(one.method, []).append((re.compile(text, re.IGNORECASE), one))
    return found


@pytest.fixture(scope="module")
def routes() -> dict[str, list[tuple[re.Pattern[str], Operation]]]:
    return _routes()


@pytest.fixture(scope="module")
def hostile() -> list[Line]:
    return list(lines(_templates(), COUNT, seed=20231))


def request(line: Line) -> Request:
    headers = (("host", "127.0.0.1:8099"), ("orgid", "4242"), *((name.lower(), value) for name, value in line.headers))
    return Request(line.method, HOST + line.target, headers, line.body)


@pytest.mark.parametrize("server", SERVERS, ids=lambda server: server.__name__)
def test_no_server_does_worse_than_the_verdict(
    server: Server, hostile: list[Line], routes: dict[str, list[tuple[re.Pattern[str], Operation]]]
) -> None:
    permitted = context()
    acted = 0
    for line in hostile:
        method, path = server(line)
        method = "GET" if method == "HEAD" else method
        done = next((one for pattern, one in routes.get(method, ()) if pattern.fullmatch(path)), None)
        if done is None:
            continue
        acted += 1
        verdict = judge(request(line), permitted)
        assert verdict.tier >= assessments()[done.key].tier, (line, done.key, verdict)
        assert not verdict.allowed or assessments()[done.key].tier is Tier.READ, (line, done.key, verdict)
    assert acted > COUNT // 50, "the lines hardly ever reach an operation, so they prove nothing"


def test_the_same_seed_gives_the_same_lines() -> None:
    templates = _templates()[:50]
    assert list(lines(templates, 200, seed=7)) == list(lines(templates, 200, seed=7))
    assert list(lines(templates, 200, seed=7)) != list(lines(templates, 200, seed=8))


def test_hostile_lines_do_not_slow_the_guard_down(hostile: list[Line]) -> None:
    permitted = context()
    slowest = 0.0
    for line in hostile[:1500]:
        begun = time.process_time()
        judge(request(line), permitted)
        slowest = max(slowest, time.process_time() - begun)
    assert slowest < 0.5
