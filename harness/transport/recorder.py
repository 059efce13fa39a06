"""Recorder: keeps each real attempt as an Exchange and hands it to a sink."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import httpx

from harness.exchange import Exchange, Headers, Request, Response
from harness.transport.decompress import TooLargeError, unpack

# No published answer is near this; a body that never ends must not fill the machine.
LARGEST_BODY = 64 * 1024 * 1024


class Recorder(httpx.BaseTransport):
    """Reads the whole answer, so that layers above and the sink see the same bytes."""

    def __init__(self, inner: httpx.BaseTransport, sink: Callable[[Exchange], None]) -> None:
        self.inner, self.sink = inner, sink

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass the request on, time it, keep it.

        Raises `httpx.RequestError` for a body over 64 MiB, packed or not. The network's deadline holds for the body.
        """
        at, begun = time.time(), time.perf_counter()
        response = self.inner.handle_request(request)
        raw = _read(response, request)
        elapsed = time.perf_counter() - begun
        body = _unpack(response.headers, raw, request)
        # Rebuilt on a stream, not on content: httpx sets `elapsed` when it closes the stream.
        fresh = httpx.Response(response.status_code, headers=_plain(response.headers), stream=httpx.ByteStream(body))
        self.sink(
            Exchange(
                request=Request(request.method, str(request.url), headers_of(request.headers), request.read()),
                response=Response(response.status_code, headers_of(response.headers), body, elapsed),
                at=at,
                attempt=request.extensions.get("attempt", 1),
            )
        )
        return fresh

    def close(self) -> None:
        """Close the layers below."""
        self.inner.close()


def headers_of(headers: httpx.Headers) -> Headers:
    """Header pairs in wire order with names in lower case."""
    return tuple((name.lower(), value) for name, value in headers.multi_items())


def _read(response: httpx.Response, request: httpx.Request) -> bytes:
    """The bytes as they came. What is too large is no transport error: to repeat it would only cost the same again."""
    declared = response.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared[:20]) > LARGEST_BODY:
        response.close()
        raise httpx.RequestError(f"the answer announces {declared} bytes", request=request)
    assert isinstance(response.stream, httpx.SyncByteStream)
    try:
        return _gather(response.stream, request)
    finally:
        response.close()


def _unpack(headers: httpx.Headers, raw: bytes, request: httpx.Request) -> bytes:
    """The body without its content encodings. Raises `httpx.RequestError` for one that would fill the machine."""
    try:
        return unpack(raw, headers.get("content-encoding", ""), LARGEST_BODY)
    except TooLargeError as error:
        raise httpx.RequestError(str(error), request=request) from error


def _gather(chunks: Iterable[bytes], request: httpx.Request) -> bytes:
    found, size = [], 0
    for chunk in chunks:
        found.append(chunk)
        size += len(chunk)
        if size > LARGEST_BODY:
            raise httpx.RequestError("the answer does not end", request=request)
    return b"".join(found)


# What httpx would act upon: a body that is unpacked already, the next request of a redirect that is not followed
# (an unreadable address in it would cost the answer), and a jar of cookies that nobody uses.
_ACTED_UPON = ("content-encoding", "content-length", "transfer-encoding", "location", "set-cookie")


def _plain(headers: httpx.Headers) -> httpx.Headers:
    """The headers for the layers above; the exchange keeps them all."""
    plain = headers.copy()
    for name in _ACTED_UPON:
        plain.pop(name, None)
    return plain
