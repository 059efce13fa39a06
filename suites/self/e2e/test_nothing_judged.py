"""A document that cannot be judged by: neither lint, run nor observe is green of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.lab import lab

PATH = "/api/v2/tickets/count"


@pytest.fixture
def document(tmp_path: Path) -> str:
    """One operation whose answer is described by a schema that no validator takes."""
    schema = {"type": "object", "properties": {"count": {"pattern": "("}}}
    answer = {"description": "", "content": {"application/json": {"schema": schema}}}
    operation = {"operationId": "countTickets", "responses": {"200": answer}}
    root = {"openapi": "3.0.3", "info": {"title": "", "version": "1"}, "paths": {PATH: {"get": operation}}}
    path = tmp_path / "document.json"
    path.write_text(json.dumps(root))
    return str(path)


def test_what_no_schema_can_judge_is_not_green(tmp_path: Path, document: str) -> None:
    words = ("--document", document, "--vendor", "zendesk")
    with lab(tmp_path) as org:
        code, said = org.run("run", *words, "--har", "--target", "acme", "--workers", "1", "--report-dir", "report")
        assert code == 2, said
        assert "none of its successes could be judged (a schema cannot be compiled" in " ".join(said.split())
        lines = (tmp_path / "report" / "results.ndjson").read_text().splitlines()
        (outcome,) = [row for row in map(json.loads, lines) if row["method"]]
        assert (outcome["state"], list(outcome["unjudged"])) == ("unjudged", ["a schema cannot be compiled"])
        code, said = org.run("observe", *words, "report/exchanges-zendesk.har")
        assert (code, "a schema cannot be compiled" in said) == (2, True), said
        code, said = org.run("specs", "lint", *words)
        assert (code, "cannot be compiled" in said) == (1, True), said
