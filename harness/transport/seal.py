"""Seal: the request that was judged, frozen to the byte, and what proves later that it is still the same."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass

import httpx

SEAL = "judged"
"""The extension in which a request carries its seal past the layers."""

# What tells the network to send something else than the request says, or calls other code on the way.
_DIVERTING = ("target", "sni_hostname", "trace")
_KEY = secrets.token_bytes(32)


@dataclass(frozen=True, slots=True)
class Seal:
    """What was judged, described for a report, and a digest that only this process can make."""

    description: str
    digest: bytes


def freeze(request: httpx.Request) -> httpx.Request:
    """A copy that no other code can reach: method, URL, raw headers and the bytes that its stream gives."""
    # Read first, so that a stream which gives its bytes once stays readable. What counts is the stream, which the
    # network would send, whatever `content` says.
    request.read()
    assert isinstance(request.stream, httpx.SyncByteStream)
    body = b"".join(request.stream)
    frozen = httpx.Request(
        request.method, httpx.URL(request.url), headers=request.headers.raw, stream=httpx.ByteStream(body)
    )
    frozen.extensions = dict(request.extensions)
    frozen.read()
    return frozen


def stripped(frozen: httpx.Request) -> httpx.Request:
    """The same request without what would divert it below the gate."""
    frozen.extensions = {name: value for name, value in frozen.extensions.items() if name not in _DIVERTING}
    return frozen


def seal(frozen: httpx.Request) -> Seal:
    """The seal of a frozen request that was allowed."""
    return Seal(_describe(frozen), _digest(frozen, wire(frozen)))


def seal_problem(frozen: httpx.Request, bytes_on_wire: bytes | None = None) -> str:
    """What is wrong with the seal that a request carries, as a part of a sentence; nothing where it is right.

    `bytes_on_wire` are what `wire` makes of it, from a caller who has them already.
    """
    carried = frozen.extensions.get(SEAL)
    if not isinstance(carried, Seal):
        return f"{_describe(frozen)}, which was never judged,"
    if not hmac.compare_digest(carried.digest, _digest(frozen, bytes_on_wire or wire(frozen))):
        return f"{_describe(frozen)}, which was judged as {carried.description},"
    return ""


def wire(frozen: httpx.Request, target: bytes = b"") -> bytes:
    """The bytes that HTTP/1.1 makes of a request: its line, the host first, the other headers, the body.

    `target` stands in its line in place of path and query: a proxy gets the full URL there.
    """
    headers = sorted(frozen.headers.raw, key=lambda pair: pair[0].lower() != b"host")
    lines = [b"%s %s HTTP/1.1" % (frozen.method.encode(), target or frozen.url.raw_path)]
    chunked = False
    for name, value in headers:
        if name.lower() == b"transfer-encoding":
            chunked, value = True, value.lower()
        lines.append(name + b": " + value)
    body = frozen.content
    if chunked:
        body = (b"%x\r\n%s\r\n" % (len(body), body) if body else b"") + b"0\r\n\r\n"
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def _digest(frozen: httpx.Request, bytes_on_wire: bytes) -> bytes:
    url = frozen.url
    origin = f"{url.scheme}://{url.netloc.decode('ascii', 'replace')} "
    return hmac.digest(_KEY, origin.encode() + bytes_on_wire, "sha256")


def _describe(frozen: httpx.Request) -> str:
    """Without user, query and headers, which may hold secrets."""
    url, size = frozen.url, len(frozen.content)
    path = url.raw_path.partition(b"?")[0].decode("ascii", "replace")
    address = f"{url.scheme}://{url.netloc.decode('ascii', 'replace')}{path}"
    return f"{frozen.method} {address}" + (f" with {size} bytes" if size else "")
