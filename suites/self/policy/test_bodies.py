"""Bodies and queries as some server could read them; what cannot be read counts as the worst."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.policy.bodies import body_of, query_of
from harness.risk.escalate import UNREADABLE, RepeatedValues

JSON = (("content-type", "application/json"),)
FORM = (("content-type", "application/x-www-form-urlencoded"),)
PARTS = (("content-type", "multipart/form-data; boundary=XyZ"),)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(value=VALUES)
def test_json_is_json_whatever_it_is_called(value: Any) -> None:
    body = json.dumps(value).encode()
    for headers in (JSON, (), (("content-type", "text/plain"),), (("content-type", "application/vnd.api+json"),)):
        assert body_of(headers, body) == value


def test_a_key_said_twice_keeps_both_values() -> None:
    found = body_of(JSON, b'{"public": false, "public": true, "x": 1}')
    assert isinstance(found["public"], RepeatedValues)
    assert list(found["public"]) == [False, True]


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (JSON, b"{'a': 1}"),
        (JSON, b'{"a": 1'),
        ((), b"\xff\xfe\x00nothing"),
        ((("content-type", "application/json; charset=utf-7"),), b'{"a": 1}'),
        ((*JSON, ("content-encoding", "gzip")), b"\x1f\x8b"),
        ((("content-type", "application/xml"),), b"<ticket><status>closed</status></ticket>"),
        ((("content-type", "multipart/form-data"),), b"--x\r\n\r\n"),
        (PARTS, b"--XyZ\r\ncontent-type: text/plain\r\n\r\nnameless\r\n--XyZ--"),
        (JSON, b"[" * 100_000),
    ],
)
def test_what_another_server_may_read_is_unreadable(headers: Any, body: bytes) -> None:
    assert body_of(headers, body) is UNREADABLE


def test_files_are_opaque_and_no_body_is_none() -> None:
    assert body_of((("content-type", "application/octet-stream"),), b"\x89PNG") is None
    assert body_of(JSON, b"") is None


def test_forms_and_parts_are_trees() -> None:
    assert body_of(FORM, b"ticket[status]=closed&ids[]=1&ids[]=2") == {
        "ticket": {"status": "closed"},
        "ids": ["1", "2"],
    }
    body = (
        b'--XyZ\r\nContent-Disposition: form-data; name="_method"\r\n\r\nDELETE\r\n'
        b'--XyZ\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\nPNG\r\n--XyZ--\r\n'
    )
    assert body_of(PARTS, body) == {"_method": "DELETE"}


def test_a_query_is_parted_by_both_signs() -> None:
    found = query_of("http://h/p?a=1;_method=delete&b=2#x")
    assert ("_method", "delete") in found
    assert ("b", "2") in found
    assert query_of("http://h/p") == []
