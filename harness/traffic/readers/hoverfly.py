"""Simulations of Hoverfly (version 1 to 5) and its journal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.exchange import Headers, Request
from harness.traffic.readers.attached_files import AttachedFiles
from harness.traffic.readers.message_parts import bytes_of, from_base64, headers_of, status_of, url_of, with_query
from harness.traffic.readers.recording_format import Reading, RecordingFormat, reading
from harness.traffic.recorded_exchange import seconds, text, url

MANY = "the pair answers more than one path or method: not judged"


def items(data: Any) -> list[Any] | None:
    """The pairs of a simulation or the entries of a journal."""
    if not isinstance(data, Mapping):
        return None
    inner = data.get("data")
    pairs = inner.get("pairs") if isinstance(inner, Mapping) else None
    listed = data.get("journal") or pairs
    return listed if isinstance(listed, list) else None


def read(raw: Any, attached: AttachedFiles) -> Reading:
    """One pair. A pair that fits many requests shows no single exchange, and a template no answer."""
    asked, answer = raw["request"], raw["response"]
    path, method = _exact(asked.get("path")), _exact(asked.get("method"))
    if path is None or method is None:
        return Reading(None, MANY)
    host, scheme = _exact(asked.get("destination")) or "", _exact(asked.get("scheme"))
    address = with_query(url_of(scheme, host, None, path, _plain_query(asked)), _query_pairs(asked.get("query")))
    request = Request(method.upper(), url(address), _headers(asked.get("headers")), bytes_of(_exact(asked.get("body"))))
    headers, whole = headers_of(answer.get("headers")), not answer.get("templated")
    at = seconds(raw.get("timeStarted"))
    return reading(request, status_of(answer["status"]), headers, lambda: _body(answer, attached), whole=whole, at=at)


def _exact(field: Any) -> str | None:
    """The one value that a field stands for: as text (version 1), under `exactMatch` (2 to 4), or as the first of
    several matchers (5). None where a pattern stands there.
    """
    if isinstance(field, list):
        field = field[0] if field else None
    if not isinstance(field, Mapping):
        return None if field is None else text(field)
    if field.get("exactMatch") is not None:
        return text(field["exactMatch"])
    is_exact = field.get("matcher", "exact") in ("exact", "")
    return text(field["value"]) if is_exact and field.get("value") is not None else None


def _plain_query(asked: Mapping[str, Any]) -> str:
    """The query as text, which version 5 keeps as the deprecated one."""
    field = asked.get("deprecatedQuery") or asked.get("query")
    names_parameters = isinstance(field, Mapping) and "exactMatch" not in field
    return "" if names_parameters else _exact(field) or ""


def _query_pairs(query: Any) -> Iterator[tuple[str, str]]:
    """The query of version 5: matchers by the parameter's name, several values in one joined by semicolons."""
    if not isinstance(query, Mapping) or "exactMatch" in query:
        return
    for name, matchers in query.items():
        value = _exact(matchers)
        if value is not None:
            yield from ((name, part) for part in value.split(";"))


def _headers(headers: Any) -> Headers:
    if not isinstance(headers, Mapping):
        return ()
    return headers_of([(name, value) for name, field in headers.items() if (value := _exact(field)) is not None])


def _body(answer: Mapping[str, Any], attached: AttachedFiles) -> bytes:
    if answer.get("bodyFile"):
        return attached.read(answer["bodyFile"])
    return from_base64(answer.get("body")) if answer.get("encodedBody") else bytes_of(answer.get("body"))


FORMAT = RecordingFormat("a simulation or journal of Hoverfly", items, read)
