"""Schemathesis generates and checks, and sends nothing but through our door."""

from __future__ import annotations

import copy
import socket

import pytest
import requests
import things
from schemathesis.schemas import BaseSchema

from harness.cases.schema import BASE, open_schema, operation, request_of, response_for_checks
from harness.exchange import Request, Response


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """No socket may be opened."""

    def connect(*_: object) -> None:
        raise AssertionError("something was sent past the door")

    monkeypatch.setattr(socket.socket, "connect", connect)


def test_a_call_of_a_generated_case_comes_to_the_door() -> None:
    sent: list[Request] = []

    def send(request: Request) -> Response:
        sent.append(request)
        return Response(404, (("content-type", "application/json"), ("a", "1"), ("a", "2")), b'{"error": "x"}', 0.5)

    schema = open_schema(things.TREE, send)
    case = operation(schema, "POST", "/api/v2/things").Case(body={"name": "x"}, media_type="application/json")
    answer = case.call(headers={"X-One": "1"})
    assert [(one.method, one.url, one.body) for one in sent] == [("POST", f"{BASE}/api/v2/things", b'{"name": "x"}')]
    assert sent[0].header("x-one") == "1"
    assert (answer.status_code, answer.json(), answer.headers["a"]) == (404, {"error": "x"}, ["1", "2"])


def test_without_a_door_nothing_is_sent_at_all() -> None:
    case = operation(open_schema(things.TREE), "GET", "/api/v2/things").Case()
    with pytest.raises(RuntimeError, match="nothing may be sent"):
        case.call()


def test_every_sender_of_schemathesis_asks_the_schema_for_its_transport() -> None:
    """The private place that the door stands in: if it moves, requests would leave past the guard."""
    assert isinstance(BaseSchema.__dict__["transport"], property)
    schema = open_schema(things.TREE)
    assert type(schema).__mro__[1].__name__ == "OpenApiSchema"
    one = operation(schema, "GET", "/api/v2/things")
    assert one.schema.transport is schema.transport
    assert type(schema.transport).__name__ == "_FunctionTransport"


def test_a_schema_of_its_own_does_not_change_the_others() -> None:
    first, second = open_schema(things.TREE, lambda request: Response(200)), open_schema(things.TREE)
    assert first.transport is not second.transport


def test_the_tree_is_left_as_it_was() -> None:
    tree = copy.deepcopy(things.TREE)
    open_schema(tree)
    assert tree == things.TREE


def test_a_configuration_file_in_the_working_directory_is_not_read(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "schemathesis.toml").write_text('base-url = "http://elsewhere.example"\nthis is no TOML')
    monkeypatch.chdir(tmp_path)
    assert open_schema(things.TREE).config.base_url == BASE


def test_requests_are_translated_without_loss() -> None:
    prepared = requests.Request("PUT", f"{BASE}/a?b=%20", headers={"X-One": "1"}, data=b"\xff").prepare()
    ours = request_of(prepared)
    assert (ours.method, ours.url, ours.body, ours.header("x-one")) == ("PUT", f"{BASE}/a?b=%20", b"\xff", "1")
    assert request_of(requests.Request("GET", BASE).prepare()).body == b""
    theirs = response_for_checks(prepared, Response(201, (("a", "b"),), b"{}", 0.25))
    assert (theirs.status_code, theirs.content, theirs.elapsed, theirs.request) == (201, b"{}", 0.25, prepared)
