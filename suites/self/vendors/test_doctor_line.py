"""A line of the doctor: fine, or a problem with what to do and the exit code that it ends with."""

from __future__ import annotations

from harness.errors import UnfinishedError, UsageError
from harness.vendors.doctor_line import DoctorLine, ok, problem


def test_what_is_fine_has_no_remedy_and_no_exit_code() -> None:
    assert ok("login", "user 7, role admin") == DoctorLine("login", "ok", "user 7, role admin", remedy="", code=0)


def test_a_problem_is_wrong_configuration_unless_said_otherwise() -> None:
    wrong = problem("login", "taken for nobody", "Check secret_env.")
    assert (wrong.state, wrong.remedy, wrong.code) == ("problem", "Check secret_env.", UsageError.exit_code)
    assert problem("org", "away", "Try later.", UnfinishedError.exit_code).code == 4
