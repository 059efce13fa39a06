"""`deskcheck run` gives pytest a context, and gets the run's exit code back."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from harness.planning.run_context import RunContext
from harness.run.collection import CONTEXT, context_of
from harness.run.exit_code import EXIT_CODE
from harness.run.handover import STARTING, Handover

CONTEXT_GIVEN = cast(RunContext, object())


def config() -> Any:
    return SimpleNamespace(stash=pytest.Stash())


def test_the_context_is_there_before_anything_is_collected() -> None:
    session = config()
    Handover(CONTEXT_GIVEN, None).pytest_configure(session)
    assert context_of(session) is CONTEXT_GIVEN
    assert STARTING not in session.stash


def test_a_sandbox_that_was_started_before_is_handed_on() -> None:
    session, sandbox = config(), cast(Any, object())
    Handover(CONTEXT_GIVEN, sandbox).pytest_configure(session)
    assert session.stash[CONTEXT] is CONTEXT_GIVEN
    assert session.stash[STARTING] is sandbox


@pytest.mark.parametrize("code", [0, 4])
def test_the_exit_code_of_the_run_comes_back(code: int) -> None:
    session, handover = config(), Handover(CONTEXT_GIVEN, None)
    session.stash[EXIT_CODE] = code
    handover.pytest_unconfigure(session)
    assert handover.exit_code == code


def test_without_a_run_there_is_no_exit_code() -> None:
    handover = Handover(CONTEXT_GIVEN, None)
    handover.pytest_unconfigure(config())
    assert handover.exit_code is None
