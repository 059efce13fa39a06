"""Stubs and requests of WireMock."""

from __future__ import annotations

from typing import Any

import pytest
from writers import EVENTS, PATH, stub

from harness.traffic.readers.attached_files import NOTHING_ATTACHED
from harness.traffic.readers.recording_format import NO_ANSWER
from harness.traffic.readers.wiremock import MANY, event_items, read_event, read_stub, stub_items


def asked(**request: Any) -> Any:
    return stub(body="{}") | {"request": {"method": "PUT", "urlPath": PATH} | request}


def test_what_a_stub_demands_of_a_request_is_the_request() -> None:
    raw = asked(
        queryParameters={"page": {"equalTo": "2"}, "other": {"matches": ".*"}},
        headers={"Accept": {"equalTo": "text/plain"}, "X": {"absent": True}},
        bodyPatterns=[{"matches": ".*"}, {"equalToJson": '{"a": 1}', "ignoreExtraElements": True}],
    )
    request = read_stub(raw, NOTHING_ATTACHED).exchange.request  # type: ignore[union-attr]
    assert (request.method, request.url, request.headers, request.body) == (
        "PUT", f"{PATH}?page=2", (("accept", "text/plain"),), b'{"a": 1}',
    )  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "body"),
    [({"equalToJson": {"a": 1}}, b'{"a": 1}'), ({"equalTo": "a"}, b"a"), ({"binaryEqualTo": "YQ=="}, b"a"), ({}, b"")],
)
def test_a_body_in_every_form(pattern: Any, body: bytes) -> None:
    exchange = read_stub(asked(bodyPatterns=[pattern]), NOTHING_ATTACHED).exchange
    assert exchange is not None
    assert exchange.request.body == body


@pytest.mark.parametrize(
    "request_",
    [
        {"urlPattern": "/a.*", "method": "GET"},
        {"urlPathTemplate": "/a/{id}", "method": "GET"},
        {"url": "/a", "method": "ANY"},
    ],
)
def test_a_stub_of_many_requests_shows_none(request_: Any) -> None:
    reading = read_stub(stub(body="{}") | {"request": request_}, NOTHING_ATTACHED)
    assert (reading.exchange, reading.note) == (None, MANY)


@pytest.mark.parametrize("answer", [{"fault": "EMPTY_RESPONSE"}, {"proxyBaseUrl": "https://h.example"}])
def test_a_stub_that_gives_no_answer_of_its_own(answer: Any) -> None:
    assert read_stub(stub(**answer), NOTHING_ATTACHED) == NO_ANSWER


def test_a_stub_answers_200_where_it_says_nothing_else() -> None:
    reading = read_stub({"request": {"url": "/a", "method": "GET"}, "response": {"body": "{}"}}, NOTHING_ATTACHED)
    assert reading.exchange is not None
    assert reading.exchange.response.status == 200


def test_a_request_alone_and_one_that_failed() -> None:
    event = EVENTS["requests"][0]  # type: ignore[index]
    assert event_items(event) == [event]
    assert (
        read_event(event | {"response": {"fault": "RANDOM_DATA_THEN_CLOSE", "status": 200}}, NOTHING_ATTACHED)
        == NO_ANSWER
    )


@pytest.mark.parametrize(
    "data",
    [[], {}, {"requests": [{"id": 1, "status": "open"}], "count": 1}, {"request": {"method": "GET"}, "response": {}}],
)
def test_other_data_is_of_neither_form(data: Any) -> None:
    assert stub_items(data) is None
    assert event_items(data) is None
