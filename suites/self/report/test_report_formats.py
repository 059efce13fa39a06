"""Every report of the table is written, and a folder that cannot be written says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from believable import believable

from harness.errors import UsageError
from harness.report.formats import REPORTS

SMALL = believable(zendesk=40, zoho=20)


def test_every_report_is_written(tmp_path: Path) -> None:
    paths = [report(SMALL, tmp_path) for report in REPORTS]
    assert [path.name for path in paths] == [
        "summary.md",
        "index.html",
        "junit.xml",
        "allure-results",
        "baseline.ndjson",
    ]
    assert all(path.exists() for path in paths)
    assert not list(tmp_path.rglob(".*"))


@pytest.mark.parametrize("report", REPORTS)
def test_a_folder_that_cannot_be_written_is_a_usage_error(report, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        report(SMALL, tmp_path / "taken")
