"""Collections of Postman with saved answers, and the JSON report of Newman."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from harness.exchange import Request
from harness.traffic.readers.attached_files import AttachedFiles
from harness.traffic.readers.message_parts import as_json, bytes_of, headers_of, status_of, with_query
from harness.traffic.readers.recording_format import NO_ANSWER, Reading, RecordingFormat, reading
from harness.traffic.recorded_exchange import text, url

_VARIABLE = re.compile(r"{{([^{}]{1,200})}}")
_PATH_VARIABLE = re.compile(r"(?<=/):([A-Za-z_][\w.-]*)")


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """An answer of a collection with its request, and the variables that both may name."""

    request: Any
    response: Any
    variables: Mapping[str, str]


def collection_items(data: Any) -> Iterator[SavedAnswer] | None:
    """The saved answers of a collection, as exported (2.x, 1.0) or as Postman's API gives it."""
    if not isinstance(data, Mapping):
        return None
    inner = data.get("collection")
    if isinstance(inner, Mapping) and "run" not in data:
        data = inner
    if isinstance(data.get("item"), list) and (isinstance(data.get("info"), Mapping) or _has_requests(data["item"])):
        return _answers(data)
    if isinstance(data.get("requests"), list) and ("order" in data or "folders" in data):
        return _answers_of_version_1(data)
    return None


def _has_requests(members: list[Any]) -> bool:
    """Whether the items of a collection without its head are items."""
    return any(
        isinstance(one, Mapping) and (one.get("request") or isinstance(one.get("item"), list)) for one in members
    )


def _answers(collection: Mapping[str, Any]) -> Iterator[SavedAnswer]:
    """Folders hold items, and may hold variables of their own."""
    waiting = [(collection, _values(collection.get("variable")))]
    while waiting:
        node, variables = waiting.pop()
        for response in node.get("response") or ():
            request = response.get("originalRequest") or node.get("request")
            yield SavedAnswer(request, response, variables)
        children = [child for child in node.get("item") or () if isinstance(child, Mapping)]
        waiting += [(child, {**variables, **_values(child.get("variable"))}) for child in reversed(children)]


def _answers_of_version_1(collection: Mapping[str, Any]) -> Iterator[SavedAnswer]:
    variables = _values(collection.get("variables"))
    for request in collection["requests"]:
        for response in request.get("responses") or ():
            yield SavedAnswer(response.get("request") or request, response, variables)


def _values(variables: Any) -> dict[str, str]:
    named = [one for one in variables or () if isinstance(one, Mapping) and not one.get("disabled")]
    return {text(one.get("key", one.get("id"))): text(one.get("value", "")) for one in named}


def report_items(data: Any) -> Iterator[SavedAnswer] | None:
    """The executions of a Newman run. They name no variables any more."""
    run = data.get("run") if isinstance(data, Mapping) else None
    if not isinstance(run, Mapping) or not isinstance(run.get("executions"), list):
        return None
    return (SavedAnswer(one.get("request"), one.get("response"), {}) for one in run["executions"])


def read(raw: SavedAnswer, attached: AttachedFiles) -> Reading:
    """One saved answer."""
    request, answer = _request(raw), raw.response
    if not answer:
        return NO_ANSWER
    status = status_of(answer.get("code"), answer.get("responseCode"))
    headers = headers_of(answer.get("header") or answer.get("headers"))
    elapsed = answer.get("responseTime") or answer.get("time") or 0
    return reading(request, status, headers, _answer_body(answer), elapsed=_number(elapsed) / 1000)


def _number(raw: Any) -> float:
    return float(raw) if isinstance(raw, int | float) else 0.0


def _answer_body(answer: Mapping[str, Any]) -> bytes | None:
    """Text, or the bytes of one of Node's buffers as a list of numbers (Newman)."""
    stream = answer.get("stream")
    if isinstance(stream, Mapping):
        stream = stream.get("data")
    if isinstance(stream, list):
        return bytes(stream)
    body = answer.get("body", answer.get("text"))
    return None if body is None else bytes_of(body)


def _request(raw: SavedAnswer) -> Request:
    asked = raw.request
    if isinstance(asked, str):
        return Request("GET", url(_filled(asked, raw.variables)))
    headers = headers_of(asked.get("header") or asked.get("headers"))
    address = _filled(_address(asked["url"]), raw.variables)
    return Request(text(asked.get("method") or "GET").upper(), url(address), headers, _request_body(asked))


def _filled(address: str, variables: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda match: variables.get(match[1].strip(), match[0]), address)


def _address(raw: Any) -> str:
    """A URL as text, or taken apart; `/:id` stands for a value that is kept beside it."""
    if isinstance(raw, str):
        return raw
    given = _values(raw.get("variable"))
    address = text(raw.get("raw") or _joined(raw))
    return _PATH_VARIABLE.sub(lambda match: given.get(match[1]) or match[0], address)


def _joined(raw: Mapping[str, Any]) -> str:
    host, path = raw.get("host") or "", raw.get("path") or ""
    where = ".".join(map(text, host)) if isinstance(host, list) else text(host)
    parts = [text(part.get("value", "")) if isinstance(part, Mapping) else text(part) for part in path]
    way = "/".join(parts) if isinstance(path, list) else text(path).lstrip("/")
    port = f":{text(raw['port'])}" if raw.get("port") else ""
    before = f"{text(raw['protocol'])}://" if raw.get("protocol") else ""
    pairs = [
        (one.get("key") or "", one.get("value") or "") for one in raw.get("query") or () if not one.get("disabled")
    ]
    return with_query(f"{before}{where}{port}/{way}", pairs)


def _request_body(asked: Mapping[str, Any]) -> bytes:
    body = asked.get("body")
    if not isinstance(body, Mapping):
        return bytes_of(asked.get("rawModeData") or body or asked.get("data") or None) if _is_raw(asked) else b""
    mode = body.get("mode")
    if mode == "raw":
        return bytes_of(body.get("raw"))
    if mode == "urlencoded":
        return urlencode(_values(body.get("urlencoded"))).encode()
    return as_json(body["graphql"]) if mode == "graphql" and body.get("graphql") else b""


def _is_raw(asked: Mapping[str, Any]) -> bool:
    return bool(asked.get("dataMode", "raw") == "raw")


COLLECTION = RecordingFormat("a collection of Postman with saved answers", collection_items, read)
REPORT = RecordingFormat("the JSON report of Newman", report_items, read)
