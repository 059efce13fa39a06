"""Execution logs of Amazon's API Gateway: one exchange spread over messages, as text or as events of CloudWatch."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from harness.exchange import Headers, Request
from harness.traffic.readers.attached_files import AttachedFiles
from harness.traffic.readers.message_parts import bytes_of, header, headers_of, status_of, with_query
from harness.traffic.readers.recording_format import NO_ANSWER, Reading, RecordingFormat, reading
from harness.traffic.recorded_exchange import seconds, text, url

# A message begins with the request's id in brackets (CloudWatch) or with a date and a colon (the console's test).
_BEGIN = re.compile(
    r"^(?:\S+ ){0,2}(?:\((?P<id>[0-9A-Za-z-]{1,64})\) "
    r"|(?P<date>[A-Z][a-z]{2} [^:\n]{5,20}:\d\d:\d\d(?: [A-Z]{3,4} \d{4})?) : )",
    re.MULTILINE,
)
_KNOWN = re.compile(r"HTTP Method: [A-Z]+, Resource Path: |Method (?:request|response) (?:body|headers|path)|"
                    r"Method completed with status: \d")  # fmt: skip
_FIRST = re.compile(r"HTTP Method: (?P<method>[A-Z]+), Resource Path: (?P<path>\S+)")
_PAIR = re.compile(r"(?:^|, )([A-Za-z0-9_.-]{1,64})=")
_CUT = "[TRUNCATED]"
_FIELDS = {
    "Method request query string:": "query",
    "Method request headers:": "asked_headers",
    "Method request body before transformations:": "asked",
    "Method request path:": "variables",
    "Method response headers:": "headers",
    "Method response body after transformations:": "body",
    "Method completed with status:": "status",
}


def is_log(head: str) -> bool:
    """Whether a text begins as such a log."""
    return _KNOWN.search(head) is not None and _BEGIN.search(head) is not None


def messages(log: str) -> list[Any]:
    """The messages of a text; a body goes on over lines."""
    begins = list(_BEGIN.finditer(log))
    ends = [*(match.start() for match in begins[1:]), len(log)]
    return [log[match.start() : end] for match, end in zip(begins, ends, strict=True)]


def items(data: Any) -> list[Any] | None:
    """The messages of a list of CloudWatch events, of one event, or of what `test-invoke-method` prints."""
    if not isinstance(data, Mapping):
        return None
    events = data.get("events", data.get("logEvents"))
    if isinstance(events, list) and all(isinstance(one, Mapping) and "message" in one for one in events):
        return _messages_of(events)
    if isinstance(data.get("log"), str) and is_log(data["log"]):
        return messages(data["log"])
    return _messages_of([data]) if isinstance(data.get("message"), str) else None


def _messages_of(events: list[Any]) -> list[Any] | None:
    kept = [(text(one["message"]), one.get("timestamp")) for one in events]
    return list(kept) if any(_BEGIN.match(message) for message, _ in kept) else None


def gathered(raw: list[Any]) -> Iterable[dict[str, Any]]:
    """Exchanges, each of the messages with its id; the console's test names none and runs one at a time."""
    exchanges: dict[Any, dict[str, Any]] = {}
    tests = 0
    for item in raw:
        message, stamp = item if isinstance(item, tuple) else (item, None)
        begin = _BEGIN.match(message)
        if not begin:
            continue
        content = message[begin.end() :].strip()
        first = _FIRST.match(content)
        tests += first is not None
        exchange = exchanges.setdefault(begin["id"] or tests, {"at": stamp or begin["date"]})
        if first:
            exchange |= {"method": first["method"], "path": first["path"]}
        for name, field in _FIELDS.items():
            if content.startswith(name):
                exchange[field] = content[len(name) :].strip()
    return [exchange for exchange in exchanges.values() if "method" in exchange]


def read(raw: Any, attached: AttachedFiles) -> Reading:
    """One exchange."""
    asked_headers, variables = _pairs(raw.get("asked_headers")), dict(_pairs(raw.get("variables"), lower=False))
    path = re.sub(r"{(\w+)\+?}", lambda match: variables.get(match[1], match[0]), raw["path"])
    host = header(asked_headers, "host")
    address = with_query(f"https://{host}{path}" if host else path, _pairs(raw.get("query"), lower=False))
    request = Request(raw["method"], url(address), asked_headers, bytes_of(_content(raw, "asked")[0]))
    if "status" not in raw:
        return NO_ANSWER
    body, whole = _content(raw, "body")
    answered = None if body is None else bytes_of(body)
    at = seconds(raw["at"])
    return reading(request, status_of(raw["status"]), _pairs(raw.get("headers")), answered, whole=whole, at=at)


def _content(raw: Mapping[str, Any], field: str) -> tuple[str | None, bool]:
    """A body, and whether it is all: messages are cut at a size."""
    kept = raw.get(field)
    if kept is None:
        return None, False
    return kept.removesuffix(_CUT), not kept.endswith(_CUT)


def _pairs(raw: Any, lower: bool = True) -> Headers:
    """`{Name=value, Other=value}`; a value may have commas of its own."""
    inner = text(raw or "").removesuffix(_CUT).strip().removeprefix("{").removesuffix("}")
    parts = _PAIR.split(inner)[1:]
    pairs = list(zip(parts[::2], parts[1::2], strict=True))
    return headers_of(pairs) if lower else tuple(pairs)


FORMAT = RecordingFormat("an execution log of Amazon's API Gateway", items, read, gathered)
