"""Errors tell a user where, what and what to do next, and each ends the process with a code of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from harness import errors
from harness.errors import DeskcheckError, OrphanedError, UnfinishedError


def family(kind: type[DeskcheckError]) -> Iterator[type[DeskcheckError]]:
    """An error and all that are special cases of it, those of this file only."""
    yield kind
    for child in kind.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from family(child)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (DeskcheckError("it broke"), "it broke"),
        (DeskcheckError("it broke", where="a.toml:3"), "a.toml:3: it broke"),
        (DeskcheckError("it broke", where="a.toml:3", remedy="Mend it."), "a.toml:3: it broke\n  Mend it."),
        (DeskcheckError("it broke", remedy="Mend it."), "it broke\n  Mend it."),
    ],
)
def test_an_error_reads_as_place_sentence_and_remedy(error: DeskcheckError, text: str) -> None:
    assert str(error) == text


def test_the_tree_that_is_drawn_is_the_tree_that_is_raised() -> None:
    drawn = re.findall(r"(\w+Error) +(\d) ", errors.__doc__ or "")
    raised = [(kind.__name__, str(kind.exit_code)) for kind in family(DeskcheckError) if kind is not DeskcheckError]
    assert drawn == raised


def test_a_worker_without_its_controller_is_an_unfinished_run() -> None:
    error = OrphanedError(where="https://acme.zendesk.example")
    assert isinstance(error, UnfinishedError)
    assert str(error).startswith("https://acme.zendesk.example: the controller of this worker is gone")
    assert "deskcheck sweep" in error.remedy
