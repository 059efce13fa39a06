"""Every error deskcheck raises, in one tree; each says what happened, where, and what to do next.

DeskcheckError
├── UsageError        2  the command line or the configuration is wrong
│   ├── DocumentError 2  a vendor document cannot be used as it is
│   └── SuiteError    2  a hand-written test does not say what a run has to know of it
├── GateError         3  the permit does not cover what was asked for
├── NotAllowedError   3  a hand-written test is above what the run may do
├── UnfinishedError   4  an outage or a spent quota stopped the run
│   └── OrphanedError 4  a worker's controller is gone, so it sends nothing any more
├── ForecastError     4  a test needs more requests than the run's forecast has
└── LeftoverError     5  something this run created is still there
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class DeskcheckError(Exception):
    """Base of all errors meant for a user; `exit_code` is what the process ends with.

    `where` names the place (a file with its line, a URL, an operation), `remedy` the next step.
    """

    exit_code = 2

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what, self.where, self.remedy = what, where, remedy

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.what}" + (f"\n  {self.remedy}" if self.remedy else "")


class UsageError(DeskcheckError):
    """Something the user typed or configured cannot work."""


class DocumentError(UsageError):
    """A vendor document is broken, hostile or not OpenAPI."""


class SuiteError(UsageError):
    """A hand-written test does not say what a run has to know of it, so that its file cannot be collected."""


class GateError(DeskcheckError):
    """The gate said no: proof, permit or confirmation is missing."""

    exit_code = 3


class NotAllowedError(DeskcheckError):
    """A hand-written test was not started: its tier is above what the run may do."""

    exit_code = 3


class UnfinishedError(DeskcheckError):
    """The run could not finish: the server is out of reach or its quota is spent."""

    exit_code = 4


class OrphanedError(UnfinishedError):
    """The controller of this worker is gone. Raised before a request leaves: nothing of it has reached the org."""

    def __init__(self, *, where: str = "") -> None:
        super().__init__(
            "the controller of this worker is gone, so nothing is sent any more",
            where=where,
            remedy="`deskcheck sweep --all` removes what the run left in the org.",
        )


class ForecastError(DeskcheckError):
    """A test needs more requests than the forecast of its run has. Raised before a request leaves.

    It ends that test alone: the others bring requests of their own.
    """

    exit_code = 4

    def __init__(self) -> None:
        super().__init__(
            "the requests that the run's forecast has for it are used up: too many were sent again",
            remedy="The notes of the report say what was lost on the way. Try it alone: deskcheck run --only KEY",
        )


class LeftoverError(DeskcheckError):
    """Teardown could not remove all that the run created."""

    exit_code = 5


@contextmanager
def os_errors_as(kind: type[DeskcheckError], what: str, where: Path, remedy: str) -> Iterator[None]:
    """Raise an `OSError` of the block as an error for a user: what could not be done, and why."""
    try:
        yield
    except OSError as error:
        raise kind(f"{what}: {error.strerror or error}", where=str(where), remedy=remedy) from error
