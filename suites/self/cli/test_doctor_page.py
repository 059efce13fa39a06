"""docs/doctor.md tells each obstacle with its exit code and its remedies, as the code has them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from harness.vendors import VENDORS
from harness.vendors.diagnosis import REMEDIES
from harness.vendors.obstacle import Obstacle, exit_code

PAGE = Path(__file__).parents[3] / "docs" / "doctor.md"
BEGINNING = "<!-- obstacles: held by suites/self/cli/test_doctor_page.py -->\n"
END = "\n## `--json`"


def table() -> str:
    """A row an obstacle; below the general remedy those of the vendors."""
    rows = [f"| {obstacle} | {exit_code(obstacle)} | {'<br>'.join(remedies(obstacle))} |" for obstacle in Obstacle]
    return "\n".join(["", "| obstacle | code | what to do |", "|---|---|---|", *rows, ""])


def remedies(obstacle: Obstacle) -> Iterator[str]:
    yield REMEDIES[obstacle]
    for vendor in VENDORS.values():
        if own := vendor.signs.remedies.get(obstacle):
            yield f"{vendor.title}: {own}"


def test_the_page_has_each_obstacle_with_its_code_and_remedies() -> None:
    """`DOCTOR_PAGE=write pytest suites/self/cli/test_doctor_page.py` writes the table anew."""
    text = PAGE.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGINNING)
    _, _, tail = rest.partition(END)
    expected = head + BEGINNING + table() + END + tail
    if os.environ.get("DOCTOR_PAGE") == "write":
        PAGE.write_text(expected, encoding="utf-8")
    assert text == expected or os.environ.get("DOCTOR_PAGE") == "write"
