"""Recorder: makes of each real attempt an Exchange and hands it to a sink."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import httpx

from harness.exchange import Exchange, Headers, Request, Response
from harness.transport.decompress import TooLargeError, unpack
from harness.transport.layer import TransportLayer

# No published answer is near this; a body that never ends must not fill the machine.
LARGEST_BODY = 64 * 1024 * 1024


class Recorder(TransportLayer):
    """Reads the whole answer, so that layers above and the sink see the same bytes."""

    def __init__(self, inner: httpx.BaseTransport, sink: Callable[[Exchange], None]) -> None:
        super().__init__(inner)
        self.sink = sink

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass the request on, time it, and hand the exchange to the sink.

        Raises `httpx.RequestError` for a body over 64 MiB, packed or not. The network's deadline holds for the body.
        """
        at, started = time.time(), time.perf_counter()
        response = self.inner.handle_request(request)
        raw = _read(response, request)
        elapsed = time.perf_counter() - started
        headers = headers_of(response.headers)
        body = _unpack(headers, raw, request)
        # Rebuilt on a stream, not on content: httpx sets `elapsed` when it closes the stream.
        rebuilt = httpx.Response(response.status_code, headers=_plain(headers), stream=httpx.ByteStream(body))
        self.sink(
            Exchange(
                request=Request(request.method, str(request.url), headers_of(request.headers), request.read()),
                response=Response(response.status_code, headers, body, elapsed),
                at=at,
                attempt=request.extensions.get("attempt", 1),
            )
        )
        return rebuilt


def headers_of(headers: httpx.Headers) -> Headers:
    """Header pairs in wire order with names in lower case."""
    encoding = headers.encoding
    return tuple((name.decode(encoding).lower(), value.decode(encoding)) for name, value in headers.raw)


def _read(response: httpx.Response, request: httpx.Request) -> bytes:
    """The bytes as they came. A body that is too large is no transport error, since a retry would get the same one."""
    declared = response.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared[:20]) > LARGEST_BODY:
        response.close()
        raise httpx.RequestError(f"the answer announces {declared} bytes", request=request)
    assert isinstance(response.stream, httpx.SyncByteStream)
    try:
        return _gather(response.stream, request)
    finally:
        response.close()


def _unpack(headers: Headers, raw: bytes, request: httpx.Request) -> bytes:
    """The body without its content encodings. Raises `httpx.RequestError` for one that would fill the machine."""
    encodings = ", ".join(value for name, value in headers if name == "content-encoding")
    try:
        return unpack(raw, encodings, LARGEST_BODY)
    except TooLargeError as error:
        raise httpx.RequestError(str(error), request=request) from error


def _gather(chunks: Iterable[bytes], request: httpx.Request) -> bytes:
    gathered, size = [], 0
    for chunk in chunks:
        gathered.append(chunk)
        size += len(chunk)
        if size > LARGEST_BODY:
            raise httpx.RequestError("the answer does not end", request=request)
    return b"".join(gathered)


# What httpx would act upon: a body that is unpacked already, the next request of a redirect that is not followed
# (an unreadable address in it would cost the answer), and a cookie jar that is not used.
_ACTED_UPON = frozenset({"content-encoding", "content-length", "transfer-encoding", "location", "set-cookie"})


def _plain(headers: Headers) -> list[tuple[str, str]]:
    """The headers for the layers above; the exchange keeps them all."""
    return [pair for pair in headers if pair[0] not in _ACTED_UPON]
