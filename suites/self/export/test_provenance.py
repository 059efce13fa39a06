"""Provenance: ids of a request become variables of the answers that they came from."""

from __future__ import annotations

import json
from typing import Any

from pinned import catalog

from harness.exchange import Exchange, Request, Response
from harness.export.provenance import Trace, steps_of
from harness.export.standalone import MARK, Capture, Role, Step, Template, Variable, plain
from harness.resources import cleanup

BASE = "https://acme.example"
TICKETS = "/api/v2/tickets"


def exchange(method: str, path: str, answer: Any, body: Any = None, status: int = 200) -> Exchange:
    headers = (("host", "acme.example"), ("accept", "application/json"), ("authorization", "Basic ~masked~"))
    sent = b"" if body is None else json.dumps(body).encode()
    return Exchange(Request(method, BASE + path, headers, sent), Response(status, (), json.dumps(answer).encode()))


def steps(*exchanges: Exchange, sends: tuple[int, ...] = (), **more: Any) -> Any:
    trace = Trace(exchanges, sends or (len(exchanges) - 1,), BASE, "zendesk", **more)
    return steps_of(trace, catalog(), cleanup.load(catalog()))


def shown(step: Step) -> tuple[Role, str, str]:
    return (
        step.role,
        step.method,
        "".join(f"<{piece.name}>" if isinstance(piece, Variable) else piece for piece in step.path.pieces),
    )


MADE = exchange("POST", TICKETS, {"ticket": {"id": 35, "subject": "a"}}, {"ticket": {"subject": "a"}}, 201)
LISTED = exchange("GET", "/api/v2/groups", {"groups": [{"id": 7, "name": "b"}, {"id": 360001}]})


def test_a_record_that_the_run_made_is_made_by_the_test_and_removed() -> None:
    built = steps(LISTED, MADE, exchange("PUT", f"{TICKETS}/35", {}, {"ticket": {"status": "open"}}))
    assert [shown(step) for step in built.sent] == [
        (Role.CREATE, "POST", TICKETS),
        (Role.SEND, "PUT", f"{TICKETS}/<ticket>"),
    ], "the list is not needed"
    assert built.sent[0].captures == (Capture("ticket", ("ticket", "id")),)
    assert [shown(step)[1:] for step in built.removals] == [
        ("DELETE", f"{TICKETS}/<ticket>"),
        ("DELETE", "/api/v2/deleted_tickets/<ticket>"),
    ]


def test_a_record_that_was_there_is_found_by_the_test() -> None:
    built = steps(LISTED, exchange("GET", "/api/v2/groups/360001", {"group": {"id": 360001}}))
    assert [shown(step) for step in built.sent] == [
        (Role.FIND, "GET", "/api/v2/groups"),
        (Role.SEND, "GET", "/api/v2/groups/<group>"),
    ]
    assert built.sent[0].captures[0].parts == ("groups", "1", "id")
    assert not built.removals


def test_a_record_that_no_answer_shows_is_asked_for() -> None:
    built = steps(exchange("GET", f"{TICKETS}/99", {"ticket": {}}))
    (given,) = built.inputs
    assert (given.name, given.default) == ("TICKET_ID", "99")
    assert shown(built.sent[0])[2] == f"{TICKETS}/<TICKET_ID>"


def test_an_id_that_no_record_can_have_stays() -> None:
    built = steps(exchange("GET", f"{TICKETS}/9223372036854775807", {}, status=404))
    assert shown(built.sent[0])[2] == f"{TICKETS}/9223372036854775807"
    assert not built.inputs


def test_an_id_in_a_body_keeps_its_type() -> None:
    body = {"ticket": {"group_id": 360001, "tags": ["360001"], "priority": 7}}
    built = steps(LISTED, MADE, exchange("PUT", f"{TICKETS}/35", {}, body))
    sent = built.sent[-1].json["ticket"]
    assert sent["group_id"] == Template((Variable("group"),), is_text=False)
    assert (sent["tags"], sent["priority"]) == (["360001"], 7), "these are no ids"


def test_the_mark_of_the_run_is_new_in_each_execution() -> None:
    built = steps(
        exchange("POST", TICKETS, {}, {"ticket": {"subject": "deskcheck-abc-12 changed"}}), mark="deskcheck-abc"
    )
    assert built.sent[0].json["ticket"]["subject"] == Template((Variable(MARK), " changed"))


def test_a_change_that_prepared_the_record_is_repeated() -> None:
    deleted = exchange("DELETE", f"{TICKETS}/35", None, status=204)
    built = steps(MADE, deleted, exchange("PUT", "/api/v2/deleted_tickets/35/restore", {}))
    assert [shown(step)[1] for step in built.sent] == ["POST", "DELETE", "PUT"]


def test_a_cursor_comes_from_the_page_before() -> None:
    first = exchange("GET", "/api/v2/groups?page[size]=1", {"groups": [], "meta": {"after_cursor": "eyJvIjoiaWQiLCJ2"}})
    second = exchange("GET", "/api/v2/groups?page[size]=1&page[after]=eyJvIjoiaWQiLCJ2", {"groups": []})
    built = steps(first, second, sends=(0, 1))
    assert built.sent[1].query[0] == ("page[size]", plain("1"))
    assert built.sent[1].query[1][1].variables == (built.sent[0].captures[0].name,)


def test_nothing_that_proves_who_asks_is_kept() -> None:
    assert dict(steps(LISTED).sent[0].headers) == {"accept": "application/json"}
