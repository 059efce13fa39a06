"""Every report of the table is written, and a folder that cannot be written says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from believable import believable

from harness.errors import UsageError
from harness.report import summary
from harness.report.formats import FORMATS, chosen, of_run

SMALL = believable(zendesk=40, zoho=20)


def test_every_report_is_written_under_the_name_that_the_table_says(tmp_path: Path) -> None:
    assert [row.write(SMALL, tmp_path) for row in FORMATS] == [tmp_path / row.file for row in FORMATS]
    assert all((tmp_path / row.file).is_dir() == row.is_folder for row in FORMATS)
    assert not list(tmp_path.rglob(".*"))


@pytest.mark.parametrize("report", FORMATS, ids=lambda report: report.name)
def test_a_folder_that_cannot_be_written_is_a_usage_error(report, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        report.write(SMALL, tmp_path / "taken")


def test_a_run_writes_some_always_and_each_of_the_others_once() -> None:
    always = ["summary", "page", "junit", "allure", "baseline"]
    assert [row.name for row in of_run(())] == always
    assert [row.name for row in of_run(("sarif", "junit", "sarif"))] == [*always, "sarif"]


def test_an_unknown_format_says_which_there_are() -> None:
    with pytest.raises(UsageError, match="unknown format 'sariff'") as caught:
        chosen(("sarif", "sariff"))
    assert "sarif" in caught.value.remedy


def test_the_table_names_files_and_formats_once() -> None:
    assert len({row.file for row in FORMATS}) == len({row.name for row in FORMATS}) == len(FORMATS)


def test_no_report_tells_the_paths_of_this_machine(tmp_path: Path) -> None:
    for row in FORMATS:
        row.write(SMALL, tmp_path)
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert str(tmp_path).encode() not in written
    assert str(Path.home()).encode() + b"/" not in written


def test_the_job_summary_fits_into_what_github_takes() -> None:
    """A step's summary has 1 MiB at most (GitHub's documentation: job summaries)."""
    assert len(summary.render(believable(hostile=True)).encode("utf-8", "backslashreplace")) < 2**20
