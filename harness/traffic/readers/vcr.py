"""Cassettes of VCR in all its dialects, and of betamax: interactions with a request and a response."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from harness.exchange import Headers, Request
from harness.traffic.readers.attached_files import AttachedFiles
from harness.traffic.readers.message_parts import (
    as_json,
    bytes_of,
    from_base64,
    header,
    headers_of,
    plain_keys,
    status_of,
    url_of,
)
from harness.traffic.readers.packed_body import unpacked
from harness.traffic.readers.recording_format import NO_ANSWER, Reading, RecordingFormat, reading
from harness.traffic.recorded_exchange import seconds, text, url

_LISTS = ("httpinteractions", "interactions")
_HEADERS = ("headers", "requestheaders", "responseheaders", "contentheaders")
_KEPT = frozenset({"encoding", "string", "base64string", "file", "fields"})
_GZIP: Headers = (("content-encoding", "gzip"),)


def items(data: Any) -> list[Any] | None:
    """The interactions: under a name (betamax, Ruby since 2, Python since 1, Go, R), or alone in a list (Ruby 1, Python
    before 1, PHP, EasyVCR).
    """
    if isinstance(data, Mapping):
        plain = plain_keys(data)
        return next((plain[name] for name in _LISTS if isinstance(plain.get(name), list)), None)
    if isinstance(data, list) and any(map(_is_interaction, data)):
        return data
    return None


def _is_interaction(raw: Any) -> bool:
    return isinstance(raw, Mapping) and {"request", "response"} <= plain_keys(raw).keys()


def read(raw: Any, attached: AttachedFiles) -> Reading:
    """One interaction."""
    whole = plain_keys(raw)
    asked, answer = plain_keys(whole["request"]), whole["response"]
    request = Request(_method(asked), _url(asked), _headers(asked), _body(asked.get("body"), attached) or b"")
    if answer is None:
        return NO_ANSWER
    answer = plain_keys(answer)
    headers = _headers(answer)
    # Go has the line in `status` and the number in `code`.
    status = status_of(answer.get("code"), answer.get("statuscode"), answer.get("status"))
    # vcrpy before 5 kept answers of httpx under a name of their own.
    kept = answer.get("body", answer.get("content"))

    def body() -> bytes | None:
        data = _body(kept, attached)
        is_binary = header(headers, "content-transfer-encoding") == "binary"
        return _binary_of_php(data) if data is not None and is_binary else data

    return reading(request, status, headers, body, at=seconds(whole.get("recordedat")))


def _method(asked: dict[str, Any]) -> str:
    # A symbol of Ruby begins with a colon.
    return text(asked["method"]).lstrip(":").upper()


def _url(asked: dict[str, Any]) -> str:
    if "host" in asked and "path" in asked and "protocol" in asked:
        return url(url_of(asked["protocol"], asked["host"], asked.get("port"), asked["path"]))
    return url(asked.get("uri") or asked["url"])


def _headers(message: dict[str, Any]) -> Headers:
    return tuple(pair for name in _HEADERS for pair in headers_of(message.get(name)))


def _body(raw: Any, attached: AttachedFiles) -> bytes | None:
    """A body as text or bytes, or a mapping that says how it is kept; None where there is none."""
    if not isinstance(raw, Mapping):
        return None if raw is None else bytes_of(raw)
    kept = plain_keys(raw)
    if kept.get("base64string"):
        return from_base64(kept["base64string"])
    if kept.get("rawgzip"):
        return unpacked(from_base64(kept["rawgzip"]), _GZIP)
    if kept.get("ondisk"):
        return attached.read(kept["ondisk"])
    if kept.get("file") and kept.get("string"):
        return attached.read(kept["string"])
    # What says nothing of how it is kept is the value that the body's JSON had.
    return bytes_of(kept.get("string")) if not kept or kept.keys() & _KEPT else as_json(raw)


def _binary_of_php(body: bytes) -> bytes:
    """php-vcr keeps bodies that call themselves binary in base64."""
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        return body


FORMAT = RecordingFormat("a cassette of VCR (Ruby, Python, Go, R, PHP), betamax or EasyVCR", items, read)
