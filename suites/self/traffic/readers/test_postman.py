"""Saved answers of Postman: variables, URLs in parts, bodies of every mode."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from writers import BODY, POSTMAN, newman

from harness.formats.json_text import read_json
from harness.traffic.readers.attached_files import NOTHING_ATTACHED
from harness.traffic.readers.postman import collection_items, read, report_items
from harness.traffic.readers.recording_format import NO_ANSWER


def readings(collection: Any) -> list[Any]:
    items = collection_items(collection)
    assert items is not None
    return [read(item, NOTHING_ATTACHED) for item in items]


def with_request(**request: Any) -> Any:
    collection = copy.deepcopy(POSTMAN)
    response = collection["item"][0]["item"][0]["response"][0]  # type: ignore[index]
    response["originalRequest"] = {"method": "PUT", "header": [], "url": "https://h.example/a"} | request
    return collection


@pytest.mark.parametrize(
    ("url", "read_as"),
    [
        ("{{base}}/a", "https://acme.zendesk.com/api/v2/a"),
        ("{{ base }}/a", "https://acme.zendesk.com/api/v2/a"),
        ("{{other}}/api/v2/a", "{{other}}/api/v2/a"),
        ({"raw": "{{base}}/:id/b?c=1", "variable": [{"key": "id", "value": "7"}]}, "https://acme.zendesk.com/api/v2/7/b?c=1"),
        ({"protocol": "https", "host": ["h", "example"], "port": "8443", "path": ["a", {"value": "b"}],
          "query": [{"key": "c", "value": "1"}, {"key": "d", "disabled": True}]}, "https://h.example:8443/a/b?c=1"),
    ],
)  # fmt: skip
def test_a_url_in_every_form(url: Any, read_as: str) -> None:
    (reading,) = readings(with_request(url=url))
    assert reading.exchange.request.url == read_as


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        (None, b""),
        ({"mode": "raw", "raw": '{"a": 1}'}, b'{"a": 1}'),
        (
            {"mode": "urlencoded", "urlencoded": [{"key": "a", "value": "b c"}, {"key": "d", "disabled": True}]},
            b"a=b+c",
        ),
        ({"mode": "graphql", "graphql": {"query": "{a}"}}, b'{"query": "{a}"}'),
        ({"mode": "file", "file": {"src": "/etc/hostname"}}, b""),
        ({"mode": "formdata", "formdata": []}, b""),
    ],
)
def test_a_body_of_every_mode(body: Any, sent: bytes) -> None:
    (reading,) = readings(with_request(body=body))
    assert (reading.exchange.request.method, reading.exchange.request.body) == ("PUT", sent)


def test_a_collection_without_answers_holds_none() -> None:
    assert readings({"info": {"name": "a"}, "item": [{"name": "b", "request": "https://h.example/"}]}) == []


def test_an_answer_whose_body_was_not_saved_is_not_judged() -> None:
    collection = with_request()
    collection["item"][0]["item"][0]["response"][0]["body"] = None
    (reading,) = readings(collection)
    assert not reading.whole


def test_a_run_holds_bytes_as_numbers() -> None:
    items = report_items(read_json(newman()))
    assert items is not None
    (reading,) = [read(item, NOTHING_ATTACHED) for item in items]
    assert reading.exchange is not None
    assert reading.exchange.response.body == BODY.encode()
    assert reading.exchange.response.elapsed == 0.012
    unanswered = report_items(read_json(newman(response=None)))
    assert unanswered is not None
    assert [read(item, NOTHING_ATTACHED) for item in unanswered] == [NO_ANSWER]


@pytest.mark.parametrize("data", [[], {}, {"info": 1, "item": []}, {"run": {}}, {"requests": []}, "text", None])
def test_other_data_is_no_collection_and_no_report(data: Any) -> None:
    assert collection_items(data) is None
    assert report_items(data) is None
