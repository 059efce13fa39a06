"""JSON sessions of Charles (`.chlsj`); its HAR files are read as any HAR."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.exchange import Headers, Request
from harness.traffic.readers.attached_files import AttachedFiles
from harness.traffic.readers.message_parts import bytes_of, from_base64, headers_of, status_of, url_of
from harness.traffic.readers.recording_format import NO_ANSWER, Reading, RecordingFormat, reading
from harness.traffic.recorded_exchange import seconds, text, url

COMPLETE = "COMPLETE"
"""The status of an exchange that came to its end, here and in Charles' HAR files."""


def items(data: Any) -> list[Any] | None:
    """The transactions of a session; tunnels are none."""
    if isinstance(data, list) and data and all(map(_is_transaction, data)):
        return [one for one in data if text(one.get("method")).upper() != "CONNECT"]
    return None


def _is_transaction(raw: Any) -> bool:
    return isinstance(raw, Mapping) and {"host", "path", "method", "protocolVersion"} <= raw.keys()


def read(raw: Any, attached: AttachedFiles) -> Reading:
    """One transaction."""
    port = raw.get("port") or raw.get("actualPort")
    address = url(url_of(raw.get("scheme"), raw["host"], port, raw["path"], raw.get("query")))
    asked, answer = raw.get("request") or {}, raw.get("response")
    request = Request(text(raw["method"]).upper(), address, _headers(asked), _body(asked) or b"")
    if not answer or raw.get("status", COMPLETE) != COMPLETE:
        return NO_ANSWER
    at = seconds((raw.get("times") or {}).get("start"))
    return reading(request, status_of(answer.get("status")), _headers(answer), _body(answer), at=at)


def _headers(message: Mapping[str, Any]) -> Headers:
    return headers_of((message.get("header") or {}).get("headers"))


def _body(message: Mapping[str, Any]) -> bytes | None:
    body = message.get("body")
    if not isinstance(body, Mapping):
        return None
    return from_base64(body["encoded"]) if "encoded" in body else bytes_of(body.get("text"))


FORMAT = RecordingFormat("a JSON session of Charles", items, read)
