"""Raw messages of HTTP/1."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.traffic.readers.raw_http import parse


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_a_message_is_taken_apart(end: bytes) -> None:
    message = parse(end.join([b"HTTP/1.1 200 OK", b"A: 1", b"B:2", b"", b"body\r\n\r\nrest"]))
    assert (message.first, message.headers, message.body) == (
        "HTTP/1.1 200 OK", (("a", "1"), ("b", "2")), b"body\r\n\r\nrest",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "joined"),
    [
        (b"2\r\n{}\r\n0\r\n\r\n", b"{}"),
        (b"1;x=y\r\n{\r\n1\r\n}\r\n0\r\n\r\n", b"{}"),
        (b"{}", b"{}"),
        (b"2\r\n{}\r\n", b"{}"),
    ],
)
def test_chunks_are_joined_where_there_are_any(body: bytes, joined: bytes) -> None:
    assert parse(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body).body == joined


def test_what_has_no_first_line_is_an_error() -> None:
    for raw in (b"", b"\r\n", b"  "):
        with pytest.raises(ValueError, match="first line"):
            parse(raw)


@given(st.binary(max_size=80))
def test_any_bytes_are_parsed_or_refused(raw: bytes) -> None:
    assert parse(b"A b\r\nTransfer-Encoding: chunked\r\n\r\n" + raw).first == "A b"
    with contextlib.suppress(ValueError):
        assert parse(raw).first
