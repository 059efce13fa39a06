"""Recordings of nock (Node): a list of scopes with the answer's code in `status` and its body in `response`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.exchange import Headers, Request
from harness.traffic.readers.attached_files import AttachedFiles
from harness.traffic.readers.message_parts import alternating, from_hex, header, headers_of, status_of, text_or_json
from harness.traffic.readers.recording_format import Reading, RecordingFormat, reading
from harness.traffic.recorded_exchange import text, url


def items(data: Any) -> list[Any] | None:
    """The list, where its members are as nock writes them."""
    if isinstance(data, list) and data and all(map(_is_definition, data)):
        return data
    return None


def _is_definition(raw: Any) -> bool:
    return isinstance(raw, Mapping) and {"scope", "path"} <= raw.keys() and bool(raw.keys() & {"status", "reply"})


def read(raw: Any, attached: AttachedFiles) -> Reading:
    """One definition."""
    scope = text(raw["scope"]).rstrip("/")
    address = url(scope + text(raw["path"]))
    method = text(raw.get("method") or "GET").upper()
    request = Request(method, address, headers_of(raw.get("reqheaders")), text_or_json(raw.get("body") or None))
    headers = _headers(raw)
    return reading(request, status_of(raw.get("status"), raw.get("reply")), headers, _body(raw, headers))


def _headers(raw: Mapping[str, Any]) -> Headers:
    kept = raw.get("rawHeaders")
    if isinstance(kept, list) and kept and isinstance(kept[0], str):
        return alternating(kept)
    return headers_of(kept or raw.get("headers"))


def _body(raw: Mapping[str, Any], headers: Headers) -> bytes:
    """Text or a value; of a packed answer the chunks in hexadecimal; of any other that is no text, all of it so."""
    body = raw.get("response")
    is_packed = header(headers, "content-encoding") not in ("", "identity")
    if is_packed and isinstance(body, list) and all(isinstance(chunk, str) for chunk in body):
        return b"".join(map(from_hex, body))
    if raw.get("responseIsBinary") and isinstance(body, str):
        return from_hex(body)
    return b"" if body == "" else text_or_json(body)


FORMAT = RecordingFormat("a recording of nock", items, read)
