"""Headers, codes and bodies in the forms that writers share."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.traffic.readers import message_parts
from harness.traffic.readers.message_parts import (
    alternating,
    as_json,
    from_hex,
    headers_of,
    plain_keys,
    status_of,
    text_or_json,
    url_of,
    with_query,
)
from harness.traffic.recorded_exchange import BROKEN

ONE = (("a", "1"), ("b", "2"))


@pytest.mark.parametrize(
    "raw",
    [
        {"A": "1", "B": "2"},
        {"A": ["1"], "B": ["2"]},
        [["A", "1"], ["B", "2"]],
        [["A", ["1"]], ["B", ["2"]]],
        [[["A", "1"], ["B", "2"]]],
        [{"name": "A", "value": "1"}, {"name": "B", "value": 2}],
        [{"name": "A", "value": ["1"]}, {"name": "B", "value": ["2"]}],
        [{"key": "A", "value": "1"}, {"key": "B", "value": "2"}, {"key": "C", "value": "3", "disabled": True}],
        ["A: 1\r\n", "B: 2\r\n"],
        "A: 1\nB: 2\n",
        [[b"A", b"1"], [b"B", b"2"]],
    ],
)
def test_headers_of_every_form(raw: Any) -> None:
    assert headers_of(raw) == ONE


def test_headers_in_one_flat_list() -> None:
    assert alternating(["A", "1", "B", "2"]) == ONE
    assert headers_of(None) == headers_of([]) == headers_of({}) == ()
    assert headers_of({"A": None}) == (("a", ""),)


@pytest.mark.parametrize("raw", [5, [5], [[1, 2, 3]], {"a": {"b": 1}}])
def test_what_is_no_header_is_an_expected_error(raw: Any) -> None:
    with pytest.raises(BROKEN):
        headers_of(raw)


@pytest.mark.parametrize(
    ("candidates", "code"),
    [
        ((200,), 200), (("200",), 200), (("200 OK",), 200), (({"code": 200},), 200), (({"status_code": "200"},), 200),
        ((None, "404 Not Found"), 404), ((None,), None), ((), None), (("",), None), (({},), None), ((True, 200), 200),
        ((["HTTP/1.1", 200, "OK"],), 200),
    ],
)  # fmt: skip
def test_the_code_of_every_form(candidates: tuple[Any, ...], code: int | None) -> None:
    assert status_of(*candidates) == code


@pytest.mark.parametrize("raw", ["many", float("inf"), (200,)])
def test_what_is_no_code_is_an_expected_error(raw: Any) -> None:
    with pytest.raises(BROKEN):
        status_of(raw)


def test_one_key_has_many_spellings() -> None:
    assert plain_keys({":status_code": 1, "StatusCode2": 2}) == {"statuscode": 1, "statuscode2": 2}


@pytest.mark.parametrize(
    ("parts", "url"),
    [
        (("https", "h.example", 443, "/a"), "https://h.example/a"),
        (("http", "h.example", 8080, "/a?b=1"), "http://h.example:8080/a?b=1"),
        ((None, "h.example", None, None, "b=1"), "https://h.example/?b=1"),
        (("https", "h.example", -1, "/a b"), "https://h.example/a%20b"),
        (("https", "", None, "/a"), "https:///a"),
    ],
)
def test_a_url_of_its_parts(parts: tuple[Any, ...], url: str) -> None:
    assert url_of(*parts) == url


def test_a_query_that_is_kept_beside_the_url() -> None:
    assert with_query("/a", [("b", "c d"), ("b", 2)]) == "/a?b=c+d&b=2"
    assert with_query("/a?x=1", [("b", "c")]) == "/a?x=1"
    assert with_query("/a", []) == "/a"


def test_bodies_as_text_as_values_and_in_hexadecimal() -> None:
    assert (text_or_json("a"), text_or_json({"a": 1}), text_or_json(None)) == (b"a", b'{"a": 1}', b"")
    assert from_hex("7b7D") == b"{}"
    with pytest.raises(ValueError, match="hexadecimal"):
        from_hex("xyz")


def test_a_value_that_stands_for_too_many_is_not_written_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message_parts, "MOST_NODES", 1000)
    value: Any = "x"
    for _ in range(30):
        value = [value] * 9
    with pytest.raises(ValueError, match="too many values"):
        as_json(value)
    assert json.loads(as_json({"a": ["ä"]})) == {"a": ["ä"]}
