"""Logs of Kong's log plugins (http-log, file-log, tcp-log): one object a request; bodies where a plugin adds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.exchange import Request
from harness.traffic.readers.attached_files import AttachedFiles
from harness.traffic.readers.message_parts import headers_of, status_of, text_or_json, with_query
from harness.traffic.readers.recording_format import Reading, RecordingFormat, reading
from harness.traffic.recorded_exchange import text, url

_SIGNS = frozenset({"latencies", "started_at", "tries", "client_ip"})


def items(data: Any) -> list[Any] | None:
    """One logged request, or a batch of them."""
    batch = data if isinstance(data, list) else [data]
    return batch if batch and all(map(_is_logged, batch)) else None


def _is_logged(raw: Any) -> bool:
    if not isinstance(raw, Mapping) or not raw.keys() & _SIGNS:
        return False
    asked, answer = raw.get("request"), raw.get("response")
    return isinstance(asked, Mapping) and "uri" in asked and isinstance(answer, Mapping) and "status" in answer


def read(raw: Any, attached: AttachedFiles) -> Reading:
    """One logged request."""
    asked, answer = raw["request"], raw["response"]
    query = asked.get("querystring")
    address = with_query(text(asked.get("url") or asked["uri"]), query.items() if isinstance(query, Mapping) else ())
    body = text_or_json(asked.get("body", raw.get("request_body")))
    request = Request(text(asked["method"]).upper(), url(address), headers_of(asked.get("headers")), body)
    kept = answer.get("body", raw.get("response_body"))
    answer_body = None if kept is None else text_or_json(kept)
    at = raw.get("started_at")
    headers = headers_of(answer.get("headers"))
    return reading(request, status_of(answer["status"]), headers, answer_body, at=float(at) / 1000 if at else 0.0)


FORMAT = RecordingFormat("a log of Kong with bodies", items, read)
