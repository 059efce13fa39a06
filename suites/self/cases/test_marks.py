"""A run's mark: unlike any other run's, short where there is little room, known again after a vendor's hand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.cases.marks import Mark, at_start, began, carries, numbered, of_run, short, short_at_start

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


@given(st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2037, 12, 31)), st.integers(1, 10**7))
def test_a_mark_says_when_its_run_began(moment: datetime, process: int) -> None:
    run = of_run(f"{moment:%Y%m%d-%H%M%S}-{process}")
    assert began(run) == moment.replace(microsecond=0, tzinfo=UTC)
    assert carries(Mark(run, 7).short, run)


@pytest.mark.parametrize("name", ["20269999-999999-1", "a run", "", "20260709"])
def test_a_run_without_a_time_has_a_mark_all_the_same(name: str) -> None:
    assert at_start(of_run(name)) == of_run(name)


def test_two_runs_of_one_second_have_two_marks() -> None:
    assert of_run("20260709-171036-5796") != of_run("20260709-171036-5797")


@pytest.mark.parametrize("text", [RUN, f"{RUN} printer on fire", f"{RUN}-12", f"{RUN}-12: a name", f"{RUN}-7.txt"])
def test_a_text_that_begins_with_a_mark_is_known_by_it(text: str) -> None:
    assert at_start(text) == RUN


@pytest.mark.parametrize(
    "text",
    [
        f"Re: {RUN}-12", f"“{RUN}”", f" {RUN}", RUN.upper(), f"{RUN}x", RUN[:-1], "deskcheck-handbook", "deskcheck",
        RUN.replace("-", "_"), "",
    ],
)  # fmt: skip
def test_a_text_that_only_looks_alike_or_quotes_a_mark_is_not(text: str) -> None:
    assert at_start(text) == ""


def test_the_mark_of_one_request_is_told_from_that_of_the_run() -> None:
    assert numbered(f"{RUN}-12 lamp") == f"{RUN}-12"
    assert numbered(f"{RUN} lamp") == ""
    assert short_at_start(Mark(RUN, 7).short) == short(RUN)
    assert short_at_start("dk") == short_at_start(RUN) == ""
