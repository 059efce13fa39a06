"""A run's end: whatever breaks on the way is told, and never makes the exit code milder."""

from __future__ import annotations

import pytest

from harness import closing
from harness.ending import graver
from harness.errors import UnfinishedError
from harness.results import Run


@pytest.mark.parametrize(("one", "two", "more"), [
    (0, 4, 4), (4, 0, 4), (1, 4, 4), (5, 4, 5), (3, 1, 3), (2, 1, 1), (0, 0, 0), (0, 7, 4), (-9, 0, 4),
])  # fmt: skip
def test_the_graver_code_counts(one: int, two: int, more: int) -> None:
    assert graver(one, two) == more


@pytest.mark.parametrize(("before", "after"), [(0, 4), (1, 4), (4, 4), (5, 5)])
@pytest.mark.parametrize("error", [RuntimeError("boom"), OSError(28, "No space left"), UnfinishedError("full")])
def test_a_step_that_breaks_leaves_a_note_and_no_milder_code(before: int, after: int, error: Exception) -> None:
    run = Run("1", "now", 0.0, 1, {}, {}, {}, before)
    worse = closing._worse(run, "writing the reports", error)
    assert worse.exit_code == after
    assert worse.notes[-1].startswith("writing the reports")
