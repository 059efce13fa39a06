"""Bytes to a call and a reply to bytes, as a server hands them over and takes them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import MutableMapping
from typing import Any

import pytest
from boxes import DOCUMENT, service

from harness.sandbox import app as app_module
from harness.sandbox.app import App, encoded
from harness.sandbox.call import ABSENT, Call, Reply
from harness.sandbox.faults import parse
from harness.sandbox.state import SandboxState

SEEN: list[Call] = []


def echo(org: Any, call: Call) -> Reply:
    """Keep the call, and answer with its body."""
    SEEN.append(call)
    return Reply(200, call.body)


@pytest.fixture
def state() -> SandboxState:
    SEEN.clear()
    made = service(behaviours={"createBox": echo, "listBoxes": echo})
    return SandboxState({"zendesk": made}, documents=lambda name: [DOCUMENT])


def send(
    state: SandboxState, method: str, path: str, *parts: bytes, query: bytes = b"", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of one request, whose body comes in these parts."""
    waiting = [{"body": part, "more_body": True} for part in parts] + [{"body": b""}]
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return waiting.pop(0)

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": method, "raw_path": path.encode(), "query_string": query,
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    asyncio.run(App(state)(scope, receive, send))
    shown = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], shown, sent[1]["body"]


def test_a_body_may_come_in_parts(state: SandboxState) -> None:
    status, headers, body = send(state, "POST", "/zendesk/api/v2/boxes", b'{"box": ', b'{"label": "a"}}')
    assert (status, json.loads(body)) == (200, {"box": {"label": "a"}})
    assert headers == {"content-type": "application/json; charset=utf-8", "content-length": str(len(body))}


def test_a_body_that_is_no_json_is_noted(state: SandboxState) -> None:
    send(state, "POST", "/zendesk/api/v2/boxes", b'{"cut', content_type="application/json")
    assert SEEN[0].body is ABSENT
    assert SEEN[0].state["malformed"]


def test_a_body_that_claims_to_be_something_else_is_left_alone(state: SandboxState) -> None:
    send(state, "POST", "/zendesk/api/v2/boxes", b"{}", content_type="text/plain")
    assert (SEEN[0].body, SEEN[0].raw, SEEN[0].state) == (ABSENT, b"{}", {})


def test_a_query_is_decoded_once_and_blank_values_stay(state: SandboxState) -> None:
    send(state, "GET", "/zendesk/api/v2/boxes", query=b"a=1%202&b=&a=%2531")
    assert SEEN[0].query == (("a", "1 2"), ("b", ""), ("a", "%31"))


def test_a_head_answer_has_the_length_of_a_body_that_is_not_sent(state: SandboxState) -> None:
    _, headers, body = send(state, "HEAD", "/zendesk/api/v2/boxes/9")
    assert body == b""
    assert int(headers["content-length"]) > 0


def test_what_nobody_serves_is_told_who_is_served(state: SandboxState) -> None:
    status, _, body = send(state, "GET", "/elsewhere")
    assert (status, json.loads(body)) == (404, {"error": "the sandbox serves /zendesk"})


def test_a_body_above_the_limit_is_not_read_to_its_end(state: SandboxState, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_module, "LIMIT", 10)
    assert send(state, "POST", "/zendesk/api/v2/boxes", b"x" * 8, b"x" * 8, b"x" * 8)[0] == 413
    assert SEEN == []


def test_every_request_is_in_the_journal_as_it_came(state: SandboxState) -> None:
    send(state, "GET", "/zendesk/api/v2/boxes", query=b"a=%20")
    send(state, "GET", "/elsewhere")
    rows = [(row["target"], row["operation"], row["status"]) for row in state.journal.dump()]
    assert rows == [("/zendesk/api/v2/boxes?a=%20", "zendesk:listBoxes", 200), ("/elsewhere", "", 404)]


def test_a_connection_that_a_fault_cuts_breaks_off(state: SandboxState) -> None:
    state.faults.set([parse("cut")])
    with pytest.raises(ConnectionResetError):
        send(state, "GET", "/zendesk/api/v2/boxes")
    assert state.journal.dump()[0]["status"] == 0


@pytest.mark.parametrize(
    ("reply", "data"),
    [
        (Reply(204), b""),
        (Reply(200, None), b"null"),
        (Reply(200, b"as it is"), b"as it is"),
        (Reply(200, "text"), b'"text"'),
        (Reply(500, "text", media_type="text/plain"), b"text"),
    ],
)
def test_a_body_is_json_unless_it_is_bytes_or_labelled_otherwise(reply: Reply, data: bytes) -> None:
    assert encoded(reply) == data
