"""The table of report formats: each is one function from a run and a folder to the file that it wrote there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.errors import UsageError
from harness.report import allure, comment, github, gitlab, junit, junit_strict, page, sarif, summary, wfc
from harness.results import baseline
from harness.results.outcome import Run


@dataclass(frozen=True, slots=True)
class ReportFormat:
    """One report that can be written of a run.

    `name` is what `--format` takes, `file` what is written, `reader` who reads it. Those that are `always` written need
    no `--format`. One that is a `folder` cannot be printed.
    """

    name: str
    file: str
    reader: str
    write: Callable[[Run, Path], Path]
    always: bool = False
    is_folder: bool = False


FORMATS: tuple[ReportFormat, ...] = (
    ReportFormat("summary", "summary.md", "people; job summary of GitHub and Azure", summary.write, always=True),
    ReportFormat("page", "index.html", "people, in a browser", page.write, always=True),
    ReportFormat("junit", "junit.xml", "every CI server", junit.write, always=True),
    ReportFormat("allure", "allure-results", "Allure 2 and 3", allure.write, always=True, is_folder=True),
    ReportFormat("baseline", baseline.FILE, "a later run, with --baseline", baseline.write, always=True),
    ReportFormat("sarif", sarif.FILE, "GitHub's code scanning, and editors (SARIF 2.1.0)", sarif.write),
    ReportFormat("github", github.FILE, "GitHub Actions, as annotations, when a step prints it", github.write),
    ReportFormat("gitlab", gitlab.FILE, "GitLab's code quality widget", gitlab.write),
    ReportFormat("comment", comment.FILE, "people, as one comment of a pull request", comment.write),
    ReportFormat("junit-strict", junit_strict.FILE, "Jenkins' xUnit plugin, by its XSD", junit_strict.write),
    ReportFormat("wfc", wfc.FILE, "tools of Web Fuzzing Commons", wfc.write),
)
"""Every report of a run; another one is a file here and a row."""

BY_NAME: Mapping[str, ReportFormat] = {row.name: row for row in FORMATS}


def chosen(names: Iterable[str]) -> tuple[ReportFormat, ...]:
    """The formats of these names, each once. Raises `UsageError` for a name that is none."""
    wanted = tuple(dict.fromkeys(names))
    for name in wanted:
        if name not in BY_NAME:
            remedy = f"Formats: {', '.join(BY_NAME)}."
            raise UsageError(f"unknown format {name!r}", where="--format", remedy=remedy)
    return tuple(BY_NAME[name] for name in wanted)


def of_run(names: Iterable[str]) -> tuple[ReportFormat, ...]:
    """What a run writes: the formats that are always written, and those of these names."""
    more = [row for row in chosen(names) if not row.always]
    return (*(row for row in FORMATS if row.always), *more)


def listing() -> str:
    """The formats with their readers, one a line, for a help text."""
    return "\n".join(f"  {row.name:12}  {row.file:28}  {row.reader}" for row in FORMATS)
