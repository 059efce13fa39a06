"""The table of reports: each is one function from a run and a folder to the file that it wrote there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from harness.report import allure, junit, page, summary
from harness.results import baseline
from harness.results.outcome import Run

Report = Callable[[Run, Path], Path]

REPORTS: tuple[Report, ...] = (summary.write, page.write, junit.write, allure.write, baseline.write)
"""Every report of a run; another one is a file here and a row. The last one is what a later run is held to."""
