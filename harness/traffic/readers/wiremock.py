"""Stubs of WireMock, recorded or written, and the requests that its admin API lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.exchange import Headers, Request
from harness.traffic.readers.attached_files import AttachedFiles
from harness.traffic.readers.message_parts import (
    as_json,
    bytes_of,
    from_base64,
    headers_of,
    status_of,
    text_or_json,
    with_query,
)
from harness.traffic.readers.recording_format import NO_ANSWER, Reading, RecordingFormat, reading
from harness.traffic.recorded_exchange import seconds, text, url

_EXACT = ("url", "urlPath")
_ADDRESSES = (*_EXACT, "urlPattern", "urlPathPattern", "urlPathTemplate")
_TEMPLATED = "response-template"
MANY = "the stub answers more than one URL or method: not judged"


def stub_items(data: Any) -> list[Any] | None:
    """The stubs of one file: one, several, or an export of all."""
    if not isinstance(data, Mapping):
        return None
    stubs = data.get("mappings")
    if isinstance(stubs, list):
        return stubs
    return [data] if _is_stub(data) else None


def _is_stub(data: Mapping[str, Any]) -> bool:
    asked = data.get("request")
    return isinstance(asked, Mapping) and any(name in asked for name in _ADDRESSES) and "response" in data


def event_items(data: Any) -> list[Any] | None:
    """The requests of `/__admin/requests`, all or one."""
    if not isinstance(data, Mapping):
        return None
    listed = data.get("requests")
    if isinstance(listed, list) and ("requestJournalDisabled" in data or any(map(_is_event, listed))):
        return listed
    return [data] if _is_event(data) else None


def _is_event(raw: Any) -> bool:
    return isinstance(raw, Mapping) and {"request", "response", "responseDefinition"} <= raw.keys()


def read_event(raw: Any, attached: AttachedFiles) -> Reading:
    """One request with the answer that WireMock gave."""
    asked, answer = raw["request"], raw.get("response") or {}
    address = url(asked.get("absoluteUrl") or asked["url"])
    request = Request(
        text(asked["method"]).upper(), address, headers_of(asked.get("headers")), _logged_body(asked) or b""
    )
    if answer.get("fault"):
        return NO_ANSWER
    at = asked.get("loggedDate") or asked.get("loggedDateString")
    headers = headers_of(answer.get("headers"))
    return reading(request, status_of(answer.get("status")), headers, _logged_body(answer), at=seconds(at))


def _logged_body(message: Mapping[str, Any]) -> bytes | None:
    if message.get("bodyAsBase64"):
        return from_base64(message["bodyAsBase64"])
    return None if message.get("body") is None else bytes_of(message["body"])


def read_stub(raw: Any, attached: AttachedFiles) -> Reading:
    """One stub. One that fits many requests shows no single exchange, and a template no answer."""
    asked, answer = raw["request"], raw["response"]
    method = text(asked.get("method") or "ANY").upper()
    path = next((asked[name] for name in _EXACT if name in asked), None)
    if path is None or method == "ANY":
        return Reading(None, MANY)
    pairs = [(name, value) for name, rule in (asked.get("queryParameters") or {}).items() if (value := _equal(rule))]
    request = Request(method, url(with_query(text(path), pairs)), _wanted_headers(asked), _wanted_body(asked))
    if answer.get("fault") or answer.get("proxyBaseUrl"):
        return NO_ANSWER
    headers = headers_of(answer.get("headers"))
    whole = _TEMPLATED not in (answer.get("transformers") or ())
    # WireMock answers 200 where a stub says nothing else.
    return reading(request, status_of(answer.get("status", 200)), headers, lambda: _body(answer, attached), whole=whole)


def _equal(rule: Any) -> str:
    value = rule.get("equalTo") if isinstance(rule, Mapping) else None
    return "" if value is None else text(value)


def _wanted_headers(asked: Mapping[str, Any]) -> Headers:
    return headers_of([(name, value) for name, rule in (asked.get("headers") or {}).items() if (value := _equal(rule))])


def _wanted_body(asked: Mapping[str, Any]) -> bytes:
    for pattern in asked.get("bodyPatterns") or ():
        if "equalToJson" in pattern:
            return text_or_json(pattern["equalToJson"])
        if "equalTo" in pattern:
            return bytes_of(pattern["equalTo"])
        if "binaryEqualTo" in pattern:
            return from_base64(pattern["binaryEqualTo"])
    return b""


def _body(answer: Mapping[str, Any], attached: AttachedFiles) -> bytes:
    if answer.get("bodyFileName"):
        return attached.read(answer["bodyFileName"], beside="__files")
    if "jsonBody" in answer:
        return as_json(answer["jsonBody"])
    if answer.get("base64Body"):
        return from_base64(answer["base64Body"])
    return bytes_of(answer.get("body"))


STUBS = RecordingFormat("stubs of WireMock", stub_items, read_stub)
EVENTS = RecordingFormat("requests of WireMock's admin API", event_items, read_event)
