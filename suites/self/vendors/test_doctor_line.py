"""A line of the doctor: fine, or a problem with its obstacle, what to do and the exit code that it ends with."""

from __future__ import annotations

import pytest

from harness.vendors.diagnosis import REMEDIES, Diagnosis
from harness.vendors.doctor_line import DoctorLine, of_diagnosis, ok, problem, unknown, warning
from harness.vendors.obstacle import Obstacle


def test_a_problem_ends_the_command_as_its_obstacle_says() -> None:
    line = problem("login", Obstacle.THROTTLED, "429")
    assert line == DoctorLine("login", "problem", "429", REMEDIES[Obstacle.THROTTLED], 4, "throttled")
    assert problem("login", Obstacle.PRODUCTION, "it is", "Move on.").remedy == "Move on."


def test_a_diagnosis_is_a_line_with_its_own_remedy() -> None:
    line = of_diagnosis("login", Diagnosis(Obstacle.REVOKED, "revoked", "Consent anew."))
    assert (line.message, line.remedy, line.code) == ("revoked", "Consent anew.", 2)


@pytest.mark.parametrize("line", [ok("clock", "2 s"), unknown("quota", "?"), warning("credentials", "soon", "Change.")])
def test_what_is_no_problem_ends_nothing(line: DoctorLine) -> None:
    assert (line.code, line.obstacle) == (0, "")
