"""Ten of the kills of `benchmarks/kills.py`: whenever a run is killed, a sweep removes what it made, or names it."""

from __future__ import annotations

import pytest

from benchmarks import kills
from benchmarks.attack import differences, unnamed
from benchmarks.kills import Kill, Result

TICKET = ("zendesk", "tickets", "35")
AUDIT = ("zendesk", "tickets/audits", "9001")
UPLOAD = ("zendesk", "uploads", "t0ken9")


@pytest.mark.parametrize("kill", list(kills.plan(seed=10, count=10)), ids=lambda kill: f"{kill.number}-{kill.phase}")
def test_a_killed_run_is_swept(kill: Kill) -> None:
    result = kills.attempt(kill)
    assert result.verdict not in kills.BAD, f"{kills.line(result)}\n{result.output}"


def test_a_seed_gives_the_same_kills_however_many_they_are() -> None:
    assert list(kills.plan(1, 8)) == list(kills.plan(1, 40))[:8]
    every = list(kills.plan(1, 40))
    assert {kill.phase for kill in every} == set(kills.PHASES)
    assert {(kill.workers, kill.victim) for kill in every} == {
        (worker, who) for worker in (1, 2) for who in kills.VICTIMS
    }


def result(left: list[tuple[str, str, str]], sweep: int, named: list[str], **more: object) -> Result:
    (kill,) = kills.plan(1, 1)
    rows = {row: {"ticket_id": 35} for row in left}
    return Result(kill, "all", 9, -9, sweep, rows, unnamed(rows, named), named, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (result([], 0, []), "clean"),
        (result([TICKET], 5, ["acme: /api/v2/tickets/35 (made by zendesk:CreateTicket)"]), "listed"),
        (result([TICKET], 0, []), "UNLISTED"),
        (result([TICKET], 5, ["acme: /api/v2/tickets/36 (made by zendesk:CreateTicket)"]), "UNLISTED"),
        (result([TICKET, UPLOAD], 5, ["acme: /api/v2/uploads may hold a record"]), "UNLISTED"),
        (result([UPLOAD], 5, ["acme: /api/v2/uploads may hold a record"]), "listed"),
        (result([], 5, ["acme: /api/v2/uploads may hold a record"]), "FALSE 5"),
        (result([], 0, [], false=True), "FALSE 5"),
        (result([], 0, [], silent=[TICKET]), "SILENT"),
    ],
)
def test_the_witness_decides_and_not_the_sweep(found: Result, verdict: str) -> None:
    assert found.verdict == verdict


def test_what_hangs_on_a_named_record_is_named_with_it() -> None:
    assert unnamed({AUDIT: {"id": 9001, "ticket_id": 3512}}, ["acme: /api/v2/tickets/3512 (made by X)"]) == []
    assert unnamed({AUDIT: {"id": 9001, "ticket_id": 3513}}, ["acme: /api/v2/tickets/3512 (made by X)"]) == [AUDIT]


def test_records_that_are_new_gone_or_different_are_found_and_those_of_jobs_are_not() -> None:
    job = ("zendesk", "job_statuses", "V3-1")
    assert differences({TICKET: 1, UPLOAD: 1}, {TICKET: 2, AUDIT: 1, job: 1}) == {TICKET: 2, UPLOAD: None, AUDIT: 1}
