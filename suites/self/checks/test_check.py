"""A check is a row that says all of itself, and says nothing unless it is told to."""

from __future__ import annotations

import pytest
from allure_commons.types import Severity as AllureSeverity

from harness.checks.check import Check, Need, Severity, Subject


def test_severities_are_allures() -> None:
    assert {severity.value for severity in Severity} <= {severity.value for severity in AllureSeverity}


def test_a_row_claims_nothing_that_it_does_not_write_down() -> None:
    check = Check("body", Severity.NORMAL, Subject.ANSWER, "The body is not as documented.", lambda: ())
    assert check.needs == frozenset()
    flags = (
        check.on_negative_cases, check.network_can_cause, check.status_decides, check.per_resource,
        check.expected_varies,
    )  # fmt: skip
    assert not any(flags)


@pytest.mark.parametrize("word", [*Subject, *Need])
def test_what_a_check_looks_at_and_needs_reads_as_a_phrase(word: Subject | Need) -> None:
    assert word.value.split()[0] in ("a", "an", "the")
