"""Access logs in JSON, one flat object a request, of nginx and of gateways: the names of its fields are the admin's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from harness.exchange import Headers, Request
from harness.traffic.readers.attached_files import AttachedFiles
from harness.traffic.readers.message_parts import bytes_of, status_of, url_of
from harness.traffic.readers.recording_format import Reading, RecordingFormat, reading
from harness.traffic.recorded_exchange import seconds, text, url

# The variables of nginx and of Amazon's API Gateway come first, then what guides to either call them.
_NAMES = {
    "line": ("request", "req"),
    "method": ("request_method", "httpMethod", "http_method", "method", "verb"),
    "address": ("request_uri", "uri", "path", "url", "requestUri"),
    "query": ("args", "query_string"),
    "status": ("status", "status_code", "response_status", "response_code"),
    "host": ("host", "http_host", "domainName", "authority", "vhost", "server_name"),
    "scheme": ("scheme", "http_x_forwarded_proto"),
    "asked": ("request_body", "req_body", "requestBody"),
    "asked_type": ("content_type", "http_content_type", "request_content_type"),
    "answered": ("resp_body", "response_body", "responseBody", "res_body"),
    "answered_type": ("sent_http_content_type", "upstream_http_content_type", "response_content_type"),
    "time": ("time_iso8601", "@timestamp", "timestamp", "msec", "time", "requestTime", "time_local"),
}
_OF_NGINX = frozenset({"request", "request_method", "request_uri", "request_time", "remote_addr"})
_CODE = re.compile("[1-5][0-9][0-9]")
_KEPT_AS_NOTHING = frozenset({"-", ""})
"""What nginx writes for a variable without a value."""


def items(data: Any) -> list[Any] | None:
    """One request, flat or under the one key that holds objects."""
    if not isinstance(data, Mapping):
        return None
    for fields in (data, *(value for value in data.values() if isinstance(value, Mapping))):
        if _is_request(fields):
            return [fields]
    return None


def _is_request(fields: Mapping[str, Any]) -> bool:
    """Whether an object has what a line of a log has: a request, its status, and when or where it arrived."""
    has_target = bool(_line(fields)) or (_field(fields, "method") is not None and _field(fields, "address") is not None)
    has_status = _CODE.fullmatch(_field(fields, "status") or "") is not None
    is_of_log = not _OF_NGINX.isdisjoint(fields) or any(_field(fields, what) for what in ("time", "host"))
    return has_target and has_status and is_of_log


def _field(fields: Mapping[str, Any], what: str) -> str | None:
    found = (fields[name] for name in _NAMES[what] if isinstance(fields.get(name), str | int | float))
    return next((text(value) for value in found if value not in _KEPT_AS_NOTHING), None)


def _line(fields: Mapping[str, Any]) -> list[str]:
    """Method and target of a request line such as `GET /path HTTP/1.1`."""
    parts = (_field(fields, "line") or "").split()
    return parts[:2] if len(parts) == 3 and parts[2].startswith("HTTP/") else []


def read(raw: Any, attached: AttachedFiles) -> Reading:
    """One request. Of the answer's headers only the type is there, if that."""
    method, target = _line(raw) or (_field(raw, "method") or "", _field(raw, "address") or "")
    if "://" not in target:
        target = url_of(_field(raw, "scheme"), _field(raw, "host"), None, target, _field(raw, "query"))
    request = Request(method.upper(), url(target), _type(raw, "asked_type"), bytes_of(_field(raw, "asked")))
    body = _field(raw, "answered")
    at = seconds(_field(raw, "time"))
    answered = None if body is None else bytes_of(body)
    return reading(request, status_of(_field(raw, "status")), _type(raw, "answered_type"), answered, at=at)


def _type(raw: Mapping[str, Any], what: str) -> Headers:
    kept = _field(raw, what)
    return (("content-type", kept),) if kept else ()


FORMAT = RecordingFormat("an access log in JSON (nginx, API Gateway) with bodies", items, read)
