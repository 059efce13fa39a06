"""DoctorLine: what `deskcheck doctor` reports of one point, and the org that a vendor's questions go to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from harness.errors import UsageError
from harness.exchange import Response
from harness.openapi.catalog import Operation
from harness.target import Target


@dataclass(frozen=True, slots=True)
class DoctorLine:
    """`state` is ok, warning, problem or unknown. A problem has a remedy, and the exit code that it ends with."""

    name: str
    state: str
    message: str
    remedy: str = ""
    code: int = 0


@dataclass(frozen=True)
class Examination:
    """An org that answers: `ask` gives the answer to a GET of a path, `reads` are the operations that only read."""

    target: Target
    ask: Callable[[str], Response]
    reads: Iterable[Operation]


def problem(name: str, message: str, remedy: str, code: int = UsageError.exit_code) -> DoctorLine:
    """A line that ends with an exit code; wrong configuration unless said otherwise."""
    return DoctorLine(name, "problem", message, remedy, code)


def ok(name: str, message: str) -> DoctorLine:
    """A line that is as it should be."""
    return DoctorLine(name, "ok", message)
