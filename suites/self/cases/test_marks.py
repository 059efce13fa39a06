"""A run's mark: unlike any other run's, short where there is little room, known again after a vendor's hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.cases.marks import Mark, carries, of_run, short

RUN = of_run("20260709-171036-5796")


def test_runs_of_two_days_have_two_marks() -> None:
    """In a container each run has the same process id, and a nightly one the same time."""
    assert of_run("20260709-020005-23") != of_run("20260710-020005-23")


@pytest.mark.parametrize("made", [str.upper, str.title, lambda text: text.replace("-", "_"), lambda text: text[:20]])
def test_a_mark_is_known_after_a_vendor_has_changed_it(made) -> None:
    assert carries(f"x {made(Mark(RUN, 7).long)} y", RUN)


@given(st.integers(1, 10**6))
def test_the_short_form_is_the_runs_own(number: int) -> None:
    form = Mark(RUN, number).short
    assert carries(form, RUN)
    assert not carries(form, of_run("another"))


def test_the_longest_form_that_fits_is_taken() -> None:
    mark = Mark(RUN, 7)
    assert mark.within(100) == f"{RUN}-7"
    assert mark.within(15) == f"{short(RUN)}7"
    assert mark.within(8) == ""


def test_two_requests_have_two_marks_in_either_form() -> None:
    marks = [Mark(RUN, number) for number in (1, 11, 36)]
    assert len({mark.long for mark in marks} | {mark.short for mark in marks}) == 6


def test_no_mark_is_carried_by_nothing() -> None:
    assert not carries("anything", "")
