"""gl-code-quality-report.json: findings for the code quality widget of a GitLab merge request.

The fields are those of "Code Quality report format" (GitLab's documentation): description, check_name, fingerprint,
severity, and a location with a relative path and a first line.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from harness.checks.check import Severity
from harness.report import text
from harness.report.located import LocatedFinding, located
from harness.results import archive
from harness.results.outcome import Run

FILE = "gl-code-quality-report.json"
SEVERITIES = {Severity.CRITICAL: "critical", Severity.NORMAL: "major", Severity.MINOR: "minor"}
_LONGEST = 2_000


def write(run: Run, folder: Path) -> Path:
    """Write `gl-code-quality-report.json` into the folder; raises what `archive.write` raises."""
    return archive.write(folder / FILE, json.dumps(render(run), indent=1))


def render(run: Run) -> list[dict[str, Any]]:
    """One issue a finding. Known ones are there too, since GitLab compares two reports itself; waived ones are not."""
    return [_issue(row) for row in located(run) if not row.finding.waiver]


def _issue(row: LocatedFinding) -> dict[str, Any]:
    return {
        "type": "issue",
        "check_name": row.check.name or row.finding.check,
        "description": text.cut(f"{row.sentence} [{row.id}]", _LONGEST),
        "fingerprint": row.id,
        "severity": SEVERITIES[row.check.severity],
        "location": {"path": row.source.file, "lines": {"begin": row.source.line}},
    }
