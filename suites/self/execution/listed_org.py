"""Orgs that answer as a test says, in place of a transport, and all that testing them takes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from types import SimpleNamespace
from typing import Any

import pinned

from harness.cases.case import Case, Intent
from harness.cases.source import CaseSource
from harness.exchange import Exchange, Request, Response
from harness.execution.connect import assemble
from harness.execution.org_client import OrgClient
from harness.execution.org_under_test import OrgUnderTest
from harness.openapi.catalog import Operation
from harness.target import Credentials, Target

CREATES = ("zendesk:CreateTicket", "zendesk:CreateUser", "zoho:createTask", "zoho:createTicket")


class Org:
    """Makes records with rising ids, and keeps what it was asked."""

    secrets: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Any]] = []
        self.exchanges = SimpleNamespace(sent=0)
        self.made = 100
        self.pages: dict[str, int] = {}
        self.instead: list[Response] = []
        self.target = Target("here", "zendesk", "", Credentials("none"))

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


@dataclass(frozen=True)
class GivenCases(CaseSource):
    """The given cases for reads, and one valid case for each create: nothing is generated."""

    given: tuple[Case, ...] = ()

    def cases(self, operation: Operation) -> tuple[Case, ...]:
        if operation.key not in CREATES:
            return self.given
        return (Case("POST", operation.path, Intent.EXAMPLE, has_json=True, json={"subject": "x"}),)


class Answering:
    """Answers each request by a function: a response, or an error for a request that got none."""

    secrets: tuple[str, ...] = ()

    def __init__(self, answer: Callable[[Request, bool], Response | Exception]) -> None:
        self.answer = answer
        self.sent: list[str] = []
        self.exchanges = SimpleNamespace(sent=0, last=None)
        self.target = Target("here", "zendesk", "", Credentials("none"))

    def send(self, request: Request, *, signed: bool = True) -> Exchange:
        self.sent.append(f"{request.method} {request.url}")
        response = self.answer(request, signed)
        if isinstance(response, Exception):
            raise response
        self.exchanges.sent += 1
        self.exchanges.last = Exchange(request, response)
        return self.exchanges.last


def answer_json(body: object, status: int = 200) -> Response:
    return Response(status, (("content-type", "application/json"),), json.dumps(body).encode())


def org_under_test(
    org: Org | Answering, vendor: str = "zendesk", mark: str = "", cases: tuple[Case, ...] = ()
) -> OrgUnderTest:
    org.target = Target("here", vendor, "", Credentials("none"))
    documents = pinned.documents()
    client = OrgClient(org)  # type: ignore[arg-type]
    return assemble(client, documents, GivenCases(documents, 5, 1, given=cases), lambda operation: True, mark, count(1))
