"""What the recorder keeps is what was sent and what came back, however the server packs or cuts it."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.exchange import Exchange
from harness.transport import recorder
from harness.transport.recorder import Recorder

URL = "https://org.example/api/v2/tickets?page=2"


def record(response: httpx.Response, **request: object) -> tuple[httpx.Response, Exchange]:
    """The answer as the layers above see it, and the exchange as the sink got it."""
    kept: list[Exchange] = []
    below = httpx.MockTransport(lambda _: response)
    with httpx.Client(transport=Recorder(below, kept.append)) as client:
        seen = client.request("POST", URL, **request)
    (exchange,) = kept
    return seen, exchange


def packed(kind: str, body: bytes) -> httpx.Response:
    data = gzip.compress(body) if kind == "gzip" else zlib.compress(body)
    return httpx.Response(200, headers={"content-encoding": kind}, stream=httpx.ByteStream(data))


def test_an_exchange_holds_both_sides() -> None:
    answer = httpx.Response(201, headers={"X-Id": "7"}, stream=httpx.ByteStream(b"{}"))
    seen, exchange = record(answer, content=b'{"a": 1}')
    assert (exchange.request.method, exchange.request.url, exchange.request.body) == ("POST", URL, b'{"a": 1}')
    assert exchange.request.header("Host") == "org.example"
    assert (exchange.response.status, exchange.response.header("x-id"), exchange.response.body) == (201, "7", b"{}")
    assert exchange.attempt == 1
    assert exchange.at > 1.6e9
    assert exchange.response.elapsed > 0
    assert seen.elapsed.total_seconds() > 0


def test_repeated_headers_stay_apart_and_in_order() -> None:
    pairs = [("Set-Cookie", "a=1"), ("X-Other", "x"), ("Set-Cookie", "b=2")]
    _, exchange = record(httpx.Response(200, headers=pairs, stream=httpx.ByteStream(b"")))
    assert exchange.response.headers == (("set-cookie", "a=1"), ("x-other", "x"), ("set-cookie", "b=2"))


@given(st.sampled_from(["gzip", "deflate"]), st.binary(max_size=2000))
def test_a_packed_body_is_kept_unpacked_and_above_is_the_same(kind: str, body: bytes) -> None:
    seen, exchange = record(packed(kind, body))
    assert exchange.response.body == seen.content == body
    assert exchange.response.header("content-encoding") == kind, "the report shows what came"


@given(st.binary(min_size=2, max_size=200).filter(lambda data: not data.startswith(b"\x1f\x8b")))
def test_a_body_that_lies_about_its_packing_is_kept_as_it_came(body: bytes) -> None:
    answer = httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(body))
    seen, exchange = record(answer)
    assert exchange.response.body == seen.content == body


class Endless(httpx.SyncByteStream):
    """A body that never ends, and knows how much of it was read."""

    def __init__(self) -> None:
        self.read = 0
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        while True:
            self.read += 1024
            yield b"x" * 1024

    def close(self) -> None:
        self.closed = True


def test_a_body_that_never_ends_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "LARGEST_BODY", 10_000)
    stream = Endless()
    with pytest.raises(httpx.RequestError, match="does not end"):
        record(httpx.Response(200, stream=stream))
    assert stream.read < 12_000
    assert stream.closed


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = packed("gzip", b"\0" * 50_000_000)
    monkeypatch.setattr(recorder, "LARGEST_BODY", 1_000_000)
    with pytest.raises(httpx.RequestError, match="unpack to more"):
        record(bomb)


def test_a_size_that_is_announced_too_large_is_not_even_read() -> None:
    stream = Endless()
    with pytest.raises(httpx.RequestError, match="announces"):
        record(httpx.Response(200, headers={"content-length": "9" * 30}, stream=stream))
    assert stream.read == 0
    assert stream.closed


@pytest.mark.parametrize("length", ["²", "-1", "one", "", "3"])
def test_a_length_that_is_none_or_a_lie_does_not_matter(length: str) -> None:
    headers = [(b"content-length", length.encode("latin-1"))]
    seen, exchange = record(httpx.Response(200, headers=headers, stream=httpx.ByteStream(b"body")))
    assert exchange.response.body == seen.content == b"body"


def test_a_broken_connection_is_no_exchange() -> None:
    def network(_: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("cut")

    kept: list[Exchange] = []
    with pytest.raises(httpx.ReadError):
        Recorder(httpx.MockTransport(network), kept.append).handle_request(httpx.Request("GET", URL))
    assert kept == []
