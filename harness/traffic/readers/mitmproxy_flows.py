"""Dumps of mitmproxy: flows as typed netstrings, one after the other, of all its versions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from harness.exchange import Request
from harness.traffic.readers.attached_files import NOTHING_ATTACHED, AttachedFiles
from harness.traffic.readers.message_parts import header, headers_of, status_of, url_of
from harness.traffic.readers.recording_format import NO_ANSWER, Reading, RecordingFormat, reading
from harness.traffic.recorded_exchange import url

LARGEST = 64 << 20
"""Bytes in one flow."""
_DEEPEST = 40
_BEGIN = re.compile(rb"[1-9]\d{0,11}:\d{1,12}:")
_DIGITS = 12


class BrokenFlowError(ValueError):
    """A dump that does not go on as such: nothing behind can be read."""


def is_dump(head: bytes) -> bool:
    """Whether a file begins as a dump: the length of a flow, and the length of its first key."""
    return _BEGIN.match(head) is not None


def flows(stream: BinaryIO) -> Iterator[dict[str, Any]]:
    """Every flow, as plain data. Raises `BrokenFlowError`."""
    while prefix := _prefix(stream):
        if prefix > LARGEST:
            raise BrokenFlowError(f"a flow has over {LARGEST >> 20} MiB")
        data = stream.read(prefix + 1)
        if len(data) <= prefix:
            raise BrokenFlowError("the file ends inside this flow")
        value = _value(data[-1:], memoryview(data)[:-1], 0)
        if not isinstance(value, dict):
            raise BrokenFlowError("a flow is no dictionary")
        yield value


def _prefix(stream: BinaryIO) -> int:
    """The length of the next flow; 0 at the end."""
    digits = b""
    while (char := stream.read(1)) != b":":
        if not char and not digits:
            return 0
        if not char.isdigit() or len(digits) >= _DIGITS:
            raise BrokenFlowError("a flow does not begin with its length")
        digits += char
    return int(digits or b"0")


def _value(kind: bytes, data: memoryview, depth: int) -> Any:
    if depth > _DEEPEST:
        raise BrokenFlowError("a flow nests too deep")
    match kind:
        case b",":
            return data.tobytes()
        case b";":
            return str(data, "utf-8", "replace")
        case b"#":
            return int(data.tobytes())
        case b"^":
            return float(data.tobytes())
        case b"!":
            return data.tobytes() == b"true"
        case b"~":
            return None
        case b"]":
            return list(_members(data, depth))
        case b"}":
            return _mapping(list(_members(data, depth)))
    raise BrokenFlowError(f"a value of an unknown kind {kind!r}")


def _mapping(members: list[Any]) -> dict[str, Any]:
    # Before version 0.17 keys were bytes.
    names = [name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name) for name in members[::2]]
    return dict(zip(names, members[1::2], strict=False))


def _members(data: memoryview, depth: int) -> Iterator[Any]:
    at = 0
    while at < len(data):
        digits, colon, _ = data[at : at + _DIGITS + 1].tobytes().partition(b":")
        if not colon or not digits.isdigit():
            raise BrokenFlowError("a value does not begin with its length")
        begin = at + len(digits) + 1
        end = begin + int(digits)
        if end >= len(data):
            raise BrokenFlowError("a value is longer than what holds it")
        yield _value(data[end : end + 1].tobytes(), data[begin:end], depth + 1)
        at = end + 1


def read(raw: Mapping[str, Any], attached: AttachedFiles = NOTHING_ATTACHED) -> Reading:
    """One flow."""
    asked, answer = raw["request"], raw.get("response")
    headers = headers_of(asked.get("headers"))
    # A transparent proxy knows the host by its number alone.
    named = _text(asked.get("authority")) or header(headers, "host")
    host, port = (named, None) if named else (_text(asked["host"]), asked.get("port"))
    address = url(url_of(_text(asked["scheme"]), host, port, _text(asked["path"])))
    request = Request(_text(asked["method"]).upper(), address, headers, asked.get("content") or b"")
    if not answer:
        return NO_ANSWER
    status = status_of(answer.get("status_code", answer.get("code")))
    begun, ended = asked.get("timestamp_start") or 0.0, answer.get("timestamp_end") or 0.0
    # An error beside an answer is a connection that broke while the answer came.
    whole = not raw.get("error")
    body = answer.get("content")
    elapsed = ended - begun if ended else 0.0
    return reading(request, status, headers_of(answer.get("headers")), body, whole=whole, at=begun, elapsed=elapsed)


def _text(raw: Any) -> str:
    return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw or "")


def is_http(raw: Mapping[str, Any]) -> bool:
    """Whether a flow is HTTP; others are DNS, TCP and UDP."""
    return _text(raw.get("type", "http")) == "http" and isinstance(raw.get("request"), Mapping)


FORMAT = RecordingFormat("a dump of mitmproxy", lambda data: None, read)
