"""Exports of Insomnia, as far as they hold answers: the routes of its mock servers, made of answers that came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.exchange import Headers, Request
from harness.traffic.readers.attached_files import AttachedFiles
from harness.traffic.readers.message_parts import bytes_of, header, headers_of, status_of
from harness.traffic.readers.recording_format import Reading, RecordingFormat, reading
from harness.traffic.recorded_exchange import text, url

_MOCK = "mock.insomnia.rest/"


def items(data: Any) -> list[Any] | None:
    """The routes with the address of their server: version 4 lists resources, version 5 is a file a server."""
    if not isinstance(data, Mapping):
        return None
    if str(data.get("type", "")).startswith(_MOCK):
        server = data.get("server")
        address = server.get("url") if isinstance(server, Mapping) else data.get("url")
        return [(address, route) for route in data.get("routes") or ()]
    if data.get("_type") == "export" and isinstance(data.get("resources"), list):
        return _of_version_4(data["resources"])
    return None


def _of_version_4(resources: list[Any]) -> list[Any] | None:
    """Its routes; None where it has none, since the answers that Insomnia shows are not exported."""
    mapped = [one for one in resources if isinstance(one, Mapping)]
    servers = {one.get("_id"): one.get("url") for one in mapped if one.get("_type") == "mock"}
    routes = [one for one in mapped if one.get("_type") == "mock_route"]
    return [(servers.get(one.get("parentId")), one) for one in routes] or None


def read(raw: Any, attached: AttachedFiles) -> Reading:
    """One route."""
    address, route = raw
    asked = Request(
        text(route.get("method") or "GET").upper(), url(text(address or "").rstrip("/") + text(route["name"]))
    )
    headers = _typed(headers_of(route.get("headers")), route.get("mimeType"))
    return reading(asked, status_of(route.get("statusCode")), headers, bytes_of(route.get("body")))


def _typed(headers: Headers, media_type: Any) -> Headers:
    if not media_type or header(headers, "content-type"):
        return headers
    return (*headers, ("content-type", text(media_type)))


FORMAT = RecordingFormat("mock routes of Insomnia (export 4 and 5)", items, read)
