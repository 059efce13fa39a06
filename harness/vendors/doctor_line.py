"""DoctorLine: what `deskcheck doctor` reports of one point, with its obstacle, its remedy and its exit code."""

from __future__ import annotations

from dataclasses import dataclass

from harness.vendors.diagnosis import REMEDIES, Diagnosis
from harness.vendors.obstacle import Obstacle, exit_code


@dataclass(frozen=True, slots=True)
class DoctorLine:
    """`state` is ok, problem, warning or unknown. A problem has an obstacle, a remedy, and the exit code it ends with.

    `obstacle` is empty where nothing is in the way.
    """

    name: str
    state: str
    message: str
    remedy: str = ""
    code: int = 0
    obstacle: str = ""


def problem(name: str, obstacle: Obstacle, message: str, remedy: str = "") -> DoctorLine:
    """A line that ends the command as its obstacle says; the obstacle's own remedy unless another is given."""
    return DoctorLine(name, "problem", message, remedy or REMEDIES[obstacle], exit_code(obstacle), str(obstacle))


def of_diagnosis(name: str, diagnosis: Diagnosis) -> DoctorLine:
    """The line for what an answer showed."""
    return problem(name, diagnosis.obstacle, diagnosis.what, diagnosis.remedy)


def ok(name: str, message: str) -> DoctorLine:
    """A line that is as it should be."""
    return DoctorLine(name, "ok", message)


def unknown(name: str, message: str) -> DoctorLine:
    """A line about what the org does not tell."""
    return DoctorLine(name, "unknown", message)


def warning(name: str, message: str, remedy: str) -> DoctorLine:
    """A line about what will be in the way one day, and is not yet."""
    return DoctorLine(name, "warning", message, remedy)
