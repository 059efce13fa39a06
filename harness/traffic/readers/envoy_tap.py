"""Taps of Envoy in JSON: one exchange in a buffered trace, or spread over the segments of a streamed one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from harness.exchange import Headers, Request
from harness.traffic.readers.attached_files import AttachedFiles
from harness.traffic.readers.message_parts import bytes_of, from_base64, headers_of, status_of, url_of
from harness.traffic.readers.recording_format import NO_ANSWER, Reading, RecordingFormat, reading
from harness.traffic.recorded_exchange import text, url

# Envoy writes the names of its protocol; other writers of the same messages put them into camel case.
_BUFFERED = ("http_buffered_trace", "httpBufferedTrace")
_STREAMED = ("http_streamed_trace_segment", "httpStreamedTraceSegment")


def buffered_items(data: Any) -> list[Any] | None:
    """The trace of one file or line."""
    trace = _inner(data, _BUFFERED)
    return None if trace is None else [trace]


def streamed_items(data: Any) -> list[Any] | None:
    """One segment."""
    segment = _inner(data, _STREAMED)
    return None if segment is None else [segment]


def _inner(data: Any, names: tuple[str, ...]) -> Any:
    return next((data[name] for name in names if name in data), None) if isinstance(data, Mapping) else None


def gathered(segments: list[Any]) -> Iterable[dict[str, dict[str, Any]]]:
    """Traces, each put together of the segments with its id."""
    traces: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for segment in segments:
        trace = traces[text(segment.get("trace_id", segment.get("traceId")))]
        for side in ("request", "response"):
            message = trace.setdefault(side, {"headers": [], "chunks": []})
            message["headers"] += (_of(segment, f"{side}_headers") or {}).get("headers") or ()
            if chunk := _of(segment, f"{side}_body_chunk"):
                message["chunks"].append(chunk)
    return traces.values()


def _of(message: Mapping[str, Any], name: str) -> Any:
    first, *rest = name.split("_")
    return message.get(name, message.get(first + "".join(map(str.capitalize, rest))))


def read(raw: Any, attached: AttachedFiles) -> Reading:
    """One trace."""
    asked, answer = raw["request"], raw.get("response") or {}
    names, given = _headers(asked), _headers(answer)
    plain = {name: value for name, value in names if name.startswith(":")}
    address = url_of(plain.get(":scheme"), plain.get(":authority"), None, plain[":path"])
    body, _ = _body(asked)
    request = Request(plain[":method"].upper(), url(address), _without_pseudo(names), body)
    status = status_of(dict(given).get(":status"))
    if status is None:
        return NO_ANSWER
    answer_body, whole = _body(answer)
    return reading(request, status, _without_pseudo(given), answer_body, whole=whole)


def _headers(message: Mapping[str, Any]) -> Headers:
    return headers_of([(one["key"], _raw_value(one) or one.get("value", "")) for one in message.get("headers") or ()])


def _raw_value(header: Mapping[str, Any]) -> bytes:
    return from_base64(_of(header, "raw_value") or "")


def _without_pseudo(headers: Headers) -> Headers:
    return tuple((name, value) for name, value in headers if not name.startswith(":"))


def _body(message: Mapping[str, Any]) -> tuple[bytes, bool]:
    """The bytes, and whether they are all: a tap keeps no more than it is told to."""
    chunks = message.get("chunks") or [message.get("body") or {}]
    data = b"".join(_chunk(chunk) for chunk in chunks)
    return data, not any(chunk.get("truncated") for chunk in chunks)


def _chunk(chunk: Mapping[str, Any]) -> bytes:
    as_string = _of(chunk, "as_string")
    return bytes_of(as_string) if as_string is not None else from_base64(_of(chunk, "as_bytes") or "")


BUFFERED = RecordingFormat("a tap of Envoy in JSON", buffered_items, read)
STREAMED = RecordingFormat("a streamed tap of Envoy in JSON", streamed_items, read, gathered)
