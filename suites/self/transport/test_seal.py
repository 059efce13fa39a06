"""A seal holds for the very bytes that were judged, and for nothing else that may come of them."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from harness.transport import seal as seal_module
from harness.transport.seal import SEAL, Seal, freeze, seal, seal_problem, stripped, wire

URL = "http://org.example/api/v2/tickets?a=%20b"


def sealed(method: str = "GET", url: str = URL, **more: object) -> httpx.Request:
    frozen = freeze(httpx.Request(method, url, **more))  # type: ignore[arg-type]
    frozen.extensions[SEAL] = seal(frozen)
    return frozen


def test_a_request_that_nobody_touched_is_whole() -> None:
    assert seal_problem(sealed()) == ""
    assert seal_problem(sealed("POST", json={"a": 1})) == ""


def test_a_request_without_a_verdict_is_told_without_its_query() -> None:
    assert (
        seal_problem(freeze(httpx.Request("GET", URL)))
        == "GET http://org.example/api/v2/tickets, which was never judged,"
    )


def test_another_request_under_the_seal_is_told_with_what_was_judged() -> None:
    request = sealed()
    request.method = "DELETE"
    assert seal_problem(request) == (
        "DELETE http://org.example/api/v2/tickets, which was judged as GET http://org.example/api/v2/tickets,"
    )


def test_a_body_is_told_by_its_size_alone() -> None:
    assert seal(freeze(httpx.Request("POST", URL, content=b"password"))).description.endswith("with 8 bytes")


def test_nobody_else_can_make_a_seal(monkeypatch: pytest.MonkeyPatch) -> None:
    request = sealed()
    monkeypatch.setattr(seal_module, "_KEY", b"another process's")
    assert seal_problem(request)
    request.extensions[SEAL] = Seal("GET", b"guessed")
    assert seal_problem(request)


def test_a_frozen_request_does_not_change_with_the_one_it_was_made_of() -> None:
    request = httpx.Request("GET", URL)
    frozen = freeze(request)
    request.method = "DELETE"
    request.headers["x-http-method-override"] = "DELETE"
    assert wire(frozen) == wire(freeze(httpx.Request("GET", URL)))


def test_a_body_that_can_be_read_once_is_kept() -> None:
    def pieces() -> Iterator[bytes]:
        yield b"one, "
        yield b"two"

    frozen = freeze(httpx.Request("POST", URL, content=pieces()))
    assert (frozen.content, b"".join(frozen.stream)) == (b"one, two", b"one, two")  # type: ignore[arg-type]


def test_what_would_divert_a_request_is_taken_off() -> None:
    request = sealed()
    request.extensions |= {"target": b"/other", "sni_hostname": "other", "trace": print, "timeout": {"read": 5.0}}
    assert set(stripped(request).extensions) == {SEAL, "timeout"}


def test_the_expected_bytes_are_those_of_http() -> None:
    get = httpx.Request("GET", URL, headers={"Accept": "*/*"})
    assert wire(freeze(get)) == b"GET /api/v2/tickets?a=%20b HTTP/1.1\r\nHost: org.example\r\nAccept: */*\r\n\r\n"


def test_a_chunked_body_has_its_chunks() -> None:
    frozen = freeze(httpx.Request("POST", "http://org.example/", content=iter([b"abc"])))
    assert wire(frozen).endswith(b"\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
