"""What the doctor makes of a Zoho organisation's answers."""

from __future__ import annotations

import json

from harness.exchange import Response
from harness.openapi.catalog import Operation, Parameter
from harness.target import Credentials, Target
from harness.vendors.doctor_line import DoctorLine, Examination
from harness.vendors.zoho.doctor import refusal, scopes

DENIED = Response(403, (), json.dumps({"errorCode": "SCOPE_MISMATCH"}).encode())


def target(org_id: str = "7") -> Target:
    return Target("desk", "zoho", "https://desk.zoho.example", Credentials("none"), org_id=org_id)


def list_of(name: str, *scopes: str, path: str = "", parameters: tuple[Parameter, ...] = ()) -> Operation:
    """A list that one of these scopes is enough for."""
    return Operation("zoho", f"get{name}", "GET", path or f"/api/v1/{name}", scopes=scopes, parameters=parameters)


def examine(*reads: Operation, denied: str = "") -> tuple[DoctorLine, list[str]]:
    """The line about scopes, and the paths that were asked for."""
    asked: list[str] = []

    def ask(path: str) -> Response:
        asked.append(path)
        return DENIED if path == denied else Response(200, (), b"{}")

    (line,) = scopes(Examination(target(), ask, reads))
    return line, asked


def test_only_a_mismatch_of_the_org_is_told_as_one() -> None:
    wrong = refusal({"errorCode": "OAUTH_ORG_MISMATCH"}, target())
    assert wrong is not None
    assert "'7'" in wrong.message
    assert refusal({"errorCode": "INVALID_OAUTH"}, target()) is None


def test_each_set_of_scopes_is_asked_for_once() -> None:
    line, asked = examine(
        list_of("tickets", "tickets.READ"), list_of("queue", "tickets.READ"), list_of("tasks", "t.READ")
    )
    assert asked == ["/api/v1/tickets", "/api/v1/tasks"]
    assert line.message.startswith("2 of 2 kinds of record can be read")


def test_a_scope_that_was_not_granted_is_named() -> None:
    line, _ = examine(list_of("tickets", "tickets.READ"), list_of("tasks", "tasks.READ"), denied="/api/v1/tasks")
    assert line.state == "problem"
    assert "Grant at consent: tasks.READ" in line.remedy


def test_nothing_is_asked_that_needs_an_argument_or_says_little() -> None:
    _, asked = examine(
        list_of("one", "a.READ", path="/api/v1/tickets/{id}"),
        list_of("count", "b.READ", path="/api/v1/ticketsCount"),
        list_of("needy", "c.READ", parameters=(Parameter("departmentId", "query", True),)),
        list_of("many", "d.READ", "e.READ", "f.READ"),
        list_of("none"),
    )
    assert asked == []
