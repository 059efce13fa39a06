"""Ids for one request: any that exist for a read, the run's own for a change, new ones for what uses them up."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pinned
import pytest

from harness.cases.case import Case, Intent
from harness.exchange import Exchange, Request, Response
from harness.execution.session import Session
from harness.resources.rows import rows_of
from harness.target import Credentials, Target

CREATES = ("zendesk:CreateTicket", "zendesk:CreateUser", "zoho:createTask", "zoho:createTicket")


class Org:
    """Makes records with rising ids, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Any]] = []
        self.tape = SimpleNamespace(sent=0)
        self.made = 100
        self.pages: dict[str, int] = {}
        self.instead: list[Response] = []

    def send(self, request: Request, *, signed: bool = True) -> Exchange:
        body = json.loads(request.body or b"null")
        self.asked.append((request.method, request.url, body))
        if self.instead and request.method == "GET":
            return Exchange(request, self.instead.pop(0))
        if request.method == "GET" and "limit=" in request.url:
            rows = self.pages.get(request.url.partition("?")[2])
            body = json.dumps({"data": [{"id": str(number)} for number in range(rows or 0)]}).encode()
            return Exchange(request, Response(500 if rows is None else 200, (), body))
        if request.method == "GET":
            return Exchange(request, Response(200, (), b'{"data": [{"id": "5"}]}'))
        self.made += 1
        return Exchange(request, Response(201, (), json.dumps({"id": self.made}).encode()))


@pytest.fixture
def org() -> Org:
    return Org()


def session(org: Org, vendor: str) -> Session:
    made = Session(Target("here", vendor, "", Credentials("none")), pinned.documents(), org, 5, 1)  # type: ignore[arg-type]
    for key in CREATES:
        one = pinned.catalog().by_key[key]
        made._made[key] = (Case("POST", one.path, Intent.EXAMPLE, has_json=True, json={"subject": "x"}),)
    return made


def body(org: Org, key: str, given: Any, *, fresh: bool = False) -> Any:
    """What the body of an operation becomes in this org."""
    one = pinned.catalog().by_key[key]
    case = Case(one.method, one.path, Intent.FUZZ, has_json=True, json=given)
    return session(org, one.vendor).fill(one, case, {}, fresh=fresh).json


def test_a_change_names_a_record_of_the_run_and_makes_one_once(org: Org) -> None:
    sent = body(org, "zoho:mergeTicket", {"ticketIds": ["1", "2"], "ticketId": "3"})
    assert sent["ticketIds"] == [sent["ticketId"]] != ["3"]
    assert [url for method, url, _ in org.asked if method == "POST"].count("/api/v1/tickets") == 1


def test_what_uses_records_up_gets_new_ones(org: Org) -> None:
    assert body(org, "zoho:deleteTask", {"entityIds": ["1"]}, fresh=True) == {"entityIds": ["101"]}
    assert body(org, "zoho:deleteTask", {"entityIds": ["1"]}, fresh=True) == {"entityIds": ["102"]}


def test_a_record_goes_through_what_must_come_before(org: Org) -> None:
    (record,) = body(org, "zoho:deleteEntities", {"ids": ["1"]}, fresh=True)["ids"]
    assert [url for _, url, _ in org.asked[-2:]] == ["/api/v1/tickets", "/api/v1/tickets/moveToTrash"]
    assert org.asked[-1][2] == {"ticketIds": [record]}


@pytest.mark.parametrize(
    ("key", "parameter", "step"),
    [
        ("zendesk:RestoreDeletedTicket", "ticket_id", "/api/v2/tickets/101"),
        ("zendesk:PermanentlyDeleteUser", "deleted_user_id", "/api/v2/users/101"),
    ],
)
def test_so_does_a_record_in_the_path(org: Org, key: str, parameter: str, step: str) -> None:
    values = session(org, "zendesk").values(pinned.catalog().by_key[key], own=True, fresh=True)
    assert values == {parameter: "101"}
    assert org.asked[-1] == ("DELETE", step, None)


def test_a_read_names_what_is_there(org: Org) -> None:
    one = pinned.catalog().by_key["zoho:getAgentsByIds"]
    case = Case("GET", one.path, Intent.FUZZ, query="agentIds=1")
    assert session(org, "zoho").fill(one, case, {}).query == "agentIds=5"
    assert all(method == "GET" for method, _, _ in org.asked)


def walked(org: Org, key: str) -> list[int | None]:
    """The rows of each page that a walk shows; None where it was given up."""
    one = pinned.catalog().by_key[key]
    pages = session(org, one.vendor)._lists.walk(one, one.path)
    return [len(rows_of(page.json)) if page else None for page in pages]


def test_a_list_is_walked_to_its_end(org: Org) -> None:
    org.pages = {"from=1&limit=50": 50, "from=51&limit=50": 50, "from=101&limit=50": 3}
    assert walked(org, "zoho:getTickets") == [50, 50, 3]


def test_a_list_that_breaks_off_or_never_ends_is_given_up(org: Org) -> None:
    org.pages = {"from=1&limit=50": 50}
    assert walked(org, "zoho:getAccounts") == [50, None]
    org.pages = {f"from={1 + 50 * page}&limit=50": 50 for page in range(1000)}
    assert walked(org, "zoho:getAccounts")[-2:] == [50, None]


SPOILED = {
    "half a page": Response(200, (), b'{"data": [{"id": "1"}, {"i'),
    "an empty page": Response(200, (), b""),
    "bytes that are not what they say": Response(200, (), b"\x1f\x8bnonsense"),
    "an odd status": Response(299),
    "refused by a proxy": Response(503, (), b"no upstream"),
}


@pytest.mark.parametrize("spoiled", SPOILED.values(), ids=SPOILED)
def test_a_page_that_a_proxy_spoiled_is_asked_for_again(org: Org, spoiled: Response) -> None:
    org.pages, org.instead = {"from=1&limit=50": 50, "from=51&limit=50": 3}, [spoiled] * 2
    assert walked(org, "zoho:getTickets") == [50, 3]


@pytest.mark.parametrize("spoiled", SPOILED.values(), ids=SPOILED)
def test_half_a_page_is_never_the_end_of_a_list(org: Org, spoiled: Response) -> None:
    org.pages, org.instead = {"from=1&limit=50": 3}, [spoiled] * 99
    assert walked(org, "zoho:getAccounts") == [None]
