"""Seal: the request that was judged, frozen to the byte, and what proves later that it is still the same."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass

import httpx

SEAL = "judged"
"""The extension in which a request carries its seal past the layers."""

# What tells the network to send something else than the request says, or calls code of others on the way.
_DIVERTING = ("target", "sni_hostname", "trace")
_KEY = secrets.token_bytes(32)


@dataclass(frozen=True, slots=True)
class Seal:
    """What was judged, in words for a report, and a digest that only this process can make."""

    said: str
    digest: bytes


def freeze(request: httpx.Request) -> httpx.Request:
    """A copy that nobody else holds: method, URL, raw headers and the bytes that its stream gives."""
    # A body that can be read only once is kept; what the network would send is the stream, whatever `content` says.
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
    return Seal(_said(frozen), _digest(frozen))


def broken(frozen: httpx.Request) -> str:
    """What is wrong with the seal that a request carries, as a part of a sentence; nothing where it holds."""
    one = frozen.extensions.get(SEAL)
    if not isinstance(one, Seal):
        return f"{_said(frozen)}, which was never judged,"
    if not hmac.compare_digest(one.digest, _digest(frozen)):
        return f"{_said(frozen)}, which was judged as {one.said},"
    return ""


def wire(frozen: httpx.Request) -> bytes:
    """The bytes that HTTP/1.1 makes of a request: its line, the host first, the other headers, the body."""
    headers = sorted(frozen.headers.raw, key=lambda pair: pair[0].lower() != b"host")
    lines = [b"%s %s HTTP/1.1" % (frozen.method.encode(), frozen.url.raw_path)]
    chunked = False
    for name, value in headers:
        if name.lower() == b"transfer-encoding":
            chunked, value = True, value.lower()
        lines.append(name + b": " + value)
    body = frozen.content
    if chunked:
        body = (b"%x\r\n%s\r\n" % (len(body), body) if body else b"") + b"0\r\n\r\n"
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def _digest(frozen: httpx.Request) -> bytes:
    url = frozen.url
    place = f"{url.scheme}://{url.netloc.decode('ascii', 'replace')} "
    return hmac.digest(_KEY, place.encode() + wire(frozen), "sha256")


def _said(frozen: httpx.Request) -> str:
    """Without the query and the headers, which may hold secrets."""
    size = len(frozen.content)
    return f"{frozen.method} {frozen.url.copy_with(query=None)}" + (f" with {size} bytes" if size else "")
