"""Recorder: keeps each real attempt as an Exchange and hands it to a sink."""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx

from harness.exchange import Exchange, Headers, Request, Response

# No published answer is near this; a body that never ends must not fill the machine.
LARGEST_BODY = 64 * 1024 * 1024


class Recorder(httpx.BaseTransport):
    """Reads the whole answer, so that layers above and the sink see the same bytes."""

    def __init__(self, inner: httpx.BaseTransport, sink: Callable[[Exchange], None]) -> None:
        self.inner, self.sink = inner, sink

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass the request on, time it, keep it. Raises `httpx.ReadError` for a body over 64 MiB."""
        at, begun = time.time(), time.perf_counter()
        response = self.inner.handle_request(request)
        raw = _read(response, request)
        elapsed = time.perf_counter() - begun
        # Rebuilt on a stream, not on content: httpx sets `elapsed` when it closes the stream.
        fresh = httpx.Response(response.status_code, headers=response.headers, stream=httpx.ByteStream(raw))
        decoded = httpx.Response(response.status_code, headers=response.headers, content=raw).content
        self.sink(
            Exchange(
                request=Request(request.method, str(request.url), headers_of(request.headers), request.read()),
                response=Response(response.status_code, headers_of(response.headers), decoded, elapsed),
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
    declared = response.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > LARGEST_BODY:
        response.close()
        raise httpx.ReadError(f"the answer announces {declared} bytes", request=request)
    chunks, size = [], 0
    for chunk in response.iter_raw():
        chunks.append(chunk)
        size += len(chunk)
        if size > LARGEST_BODY:
            response.close()
            raise httpx.ReadError("the answer does not end", request=request)
    return b"".join(chunks)
