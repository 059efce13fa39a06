"""gl-code-quality-report.json has what GitLab's widget reads, and no issue twice."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from believable import believable, two_orgs

from harness.report import gitlab
from harness.report.located import located
from harness.results.outcome import Run

# "Code Quality report format" (GitLab's documentation), as a schema of our own.
ISSUE: dict[str, Any] = {
    "type": "object",
    "required": ["description", "check_name", "fingerprint", "severity", "location"],
    "properties": {
        "description": {"type": "string", "minLength": 1},
        "check_name": {"type": "string", "minLength": 1},
        "fingerprint": {"type": "string", "minLength": 1},
        "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
        "location": {
            "type": "object",
            "required": ["path", "lines"],
            "properties": {
                # "The path must be relative and not begin with ./".
                "path": {"type": "string", "pattern": r"^(?!\./|/)."},
                "lines": {
                    "type": "object",
                    "required": ["begin"],
                    "properties": {"begin": {"type": "integer", "minimum": 1}},
                },
            },
        },
    },
}


@pytest.mark.parametrize("run", [believable(), believable(hostile=True), two_orgs(hostile=True)])
def test_every_issue_has_the_fields_of_the_widget(run: Run, tmp_path: Path) -> None:
    raw = gitlab.write(run, tmp_path).read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf"), "GitLab refuses a byte order mark"
    issues = json.loads(raw)
    jsonschema.validate(issues, {"type": "array", "items": ISSUE})
    names = [issue["fingerprint"] for issue in issues]
    assert len(set(names)) == len(names) == sum(not row.finding.waiver for row in located(run))


def test_a_clean_run_is_an_empty_list() -> None:
    assert gitlab.render(replace(believable(), outcomes=())) == []
