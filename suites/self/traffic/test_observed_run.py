"""Recorded traffic as a run: one outcome an operation, with its findings and the line of its document."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from promised import promise

from harness.checks.waivers import Waiver
from harness.exchange import Exchange, Request, Response
from harness.openapi.catalog import Catalog
from harness.report.formats import FORMATS
from harness.results.outcome import Run, State
from harness.traffic import observe
from harness.traffic.har_writer import HarWriter
from harness.traffic.observed_run import observed_run

STARTED = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
SOURCES = {"zendesk:PutThing": "specs/zendesk/made.yaml:7"}


def run_of(tmp_path: Path, *bodies: object, waivers: tuple[Waiver, ...] = ()) -> Run:
    match, contract = promise({"type": "object", "properties": {"name": {"type": "string"}}})
    with HarWriter(tmp_path / "a.har") as writer:
        for body in bodies:
            request = Request("PUT", "https://example.zendesk.com/api/v2/things/7")
            answer = Response(200, (("content-type", "application/json"),), json.dumps(body).encode())
            writer.append(Exchange(request, answer))
    catalog = Catalog((match.operation,))
    observation = observe([tmp_path / "a.har"], catalog, contract, waivers)
    return observed_run(observation, catalog, SOURCES, STARTED, int(bool(observation.unexplained)))


def test_an_operation_that_was_seen_is_an_outcome(tmp_path: Path) -> None:
    run = run_of(tmp_path, {"name": "a"}, {"name": 3})
    (outcome,) = run.outcomes
    assert (outcome.key, outcome.state, outcome.requests) == ("zendesk:PutThing", State.FINDINGS, 2)
    assert outcome.statuses == {"200": 2}
    assert outcome.source == SOURCES[outcome.key]
    assert [finding.check for finding in outcome.findings] == ["body"]
    assert (run.exit_code, run.vendors) == (1, {"zendesk": "zendesk"})


def test_good_traffic_has_passed(tmp_path: Path) -> None:
    (outcome,) = run_of(tmp_path, {"name": "a"}).outcomes
    assert (outcome.state, outcome.findings) == (State.PASSED, ())


def test_traffic_of_nobody_is_a_run_of_nothing(tmp_path: Path) -> None:
    assert run_of(tmp_path).outcomes == ()


def test_every_report_can_be_written_of_it(tmp_path: Path) -> None:
    for name, bodies in {"some": ({"name": 3},), "none": ()}.items():
        (tmp_path / name).mkdir()
        run = run_of(tmp_path / name, *bodies)
        assert all(row.write(run, tmp_path / name).exists() for row in FORMATS)
