"""Messages of HTTP/1 as they went over the wire: first line, headers, body, whole or in chunks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.exchange import Headers
from harness.traffic.readers.message_parts import header, headers_of

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[^\r\n]{0,1000}\r?\n")


@dataclass(frozen=True, slots=True)
class RawMessage:
    """One message. `first` is its request line or status line."""

    first: str
    headers: Headers
    body: bytes


def parse(raw: bytes) -> RawMessage:
    """A message. Raises `ValueError` for what has no first line."""
    end = _HEAD_END.search(raw)
    head, body = (raw[: end.start()], raw[end.end() :]) if end else (raw, b"")
    first, *lines = head.decode("latin-1").lstrip("\r\n").splitlines() or [""]
    if not first.strip():
        raise ValueError("the message has no first line")
    headers = headers_of(lines)
    if "chunked" in header(headers, "transfer-encoding").lower():
        body = _joined(body)
    return RawMessage(first.strip(), headers, body)


def _joined(body: bytes) -> bytes:
    """The chunks of a body; one that is in no chunks any more is given as it is."""
    out, at = bytearray(), 0
    while match := _CHUNK.match(body, at):
        size = int(match[1], 16)
        if size == 0:
            return bytes(out)
        out += body[match.end() : match.end() + size]
        at = match.end() + size
        if body[at : at + 2] == b"\r\n":
            at += 2
        elif body[at : at + 1] == b"\n":
            at += 1
    return bytes(out) if out and at >= len(body) else body
