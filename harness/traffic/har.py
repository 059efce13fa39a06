"""HAR 1.2: a recording of any size to recorded exchanges, and an exchange to the text of an entry."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

from harness.errors import DocumentError
from harness.exchange import Exchange, Headers, Request, Response, text_or_base64
from harness.finding import Finding, as_row, from_row
from harness.traffic.json_stream import Cursor, OversizeError, TruncatedError
from harness.traffic.recorded_exchange import BROKEN, RecordedExchange, seconds, text, url

CREATOR = "deskcheck"
# What browsers write where they do not know the type.
_UNKNOWN_TYPES = frozenset({"", "x-unknown"})


def read(path: Path) -> Iterator[RecordedExchange]:
    """Every entry of a HAR file, in order, in memory of a few entries.

    An entry that is not as HAR 1.2 says, that is larger than 16 MiB, or in which the file ends, gives one with
    a note. Raises `DocumentError` for a file that cannot be read, is no HAR, or breaks off being JSON.
    """
    try:
        with path.open(encoding="utf-8-sig") as stream:
            yield from _Reader(path, Cursor(stream)).entries()
    except UnicodeDecodeError as error:
        raise DocumentError("is not UTF-8 text", where=str(path), remedy="Export the recording again.") from error
    except OSError as error:
        raise DocumentError(f"cannot be read: {error.strerror}", where=str(path), remedy="Check the path.") from error


class _Reader:
    """One pass over the `log` object of one file."""

    def __init__(self, path: Path, cursor: Cursor) -> None:
        self.path, self.cursor = path, cursor
        self.ours, self.index, self.has_entries = False, 0, False

    def entries(self) -> Iterator[RecordedExchange]:
        try:
            yield from self._top()
        except TruncatedError:
            if not self.has_entries:
                raise self._error("ends before any entry") from None
            yield self._note("the file ends inside this entry or right before it")
        except OversizeError:
            raise self._error("holds a value of over 16 MiB that is no entry") from None
        except UnicodeDecodeError:
            raise
        except ValueError as error:
            place = f"entry {self.index}" if self.has_entries else "its top"
            raise self._error(f"is not JSON ({place}, character {self.cursor.offset}): {error}") from error
        if not self.has_entries:
            raise self._error("is no HAR: it has no `log.entries`")

    def _top(self) -> Iterator[RecordedExchange]:
        for key in self._keys():
            if key == "log" and self.cursor.peek() == "{":
                yield from self._log()
            else:
                self.cursor.value()

    def _log(self) -> Iterator[RecordedExchange]:
        for key in self._keys():
            if key == "entries" and self.cursor.peek() == "[":
                self.has_entries = True
                yield from self._array()
                continue
            value = self.cursor.value()
            if key == "version" and not str(value or "1.1").startswith("1."):
                raise self._error(f"is HAR {value}, not 1.x")
            if key == "creator":
                self.ours = isinstance(value, dict) and value.get("name") == CREATOR

    def _keys(self) -> Iterator[str]:
        """The keys of the object at the cursor, which the caller leaves behind each key's value."""
        for _ in self._members("{", "}"):
            key = self.cursor.value()
            self.cursor.take(":")
            yield str(key)

    def _array(self) -> Iterator[RecordedExchange]:
        for _ in self._members("[", "]"):
            try:
                yield self._entry(self.cursor.value())
            except OversizeError:
                self.cursor.skip()
                yield self._note("the entry has more than 16 MiB and was not read")
            self.index += 1

    def _members(self, opening: str, closing: str) -> Iterator[None]:
        """Once before each member of the object or array at the cursor; the caller reads it."""
        self.cursor.take(opening)
        if self.cursor.peek() == closing:
            self.cursor.take(closing)
            return
        while True:
            yield
            if self.cursor.take("," + closing) == closing:
                return

    def _entry(self, raw: Any) -> RecordedExchange:
        try:
            exchange, whole = exchange_of(raw)
            findings = _case_findings(raw, exchange.response.status) if self.ours else ()
        except BROKEN as error:
            return self._note(f"the entry is not as HAR 1.2 says: {type(error).__name__} {error}")
        if exchange.response.status == 0:
            return self._note("no answer was recorded")
        note = "" if whole else "the recording left the answer's body out"
        entry = RecordedExchange(str(self.path), self.index, exchange, note, whole)
        if not self.ours:
            return entry
        operation, purpose = str(raw.get("_operation", "")), str(raw.get("_purpose", ""))
        return replace(entry, ours=True, operation=operation, purpose=purpose, case_findings=findings)

    def _note(self, note: str) -> RecordedExchange:
        return RecordedExchange(str(self.path), self.index, note=note)

    def _error(self, what: str) -> DocumentError:
        return DocumentError(
            what, where=str(self.path), remedy="Give a HAR 1.2 file, as browsers and proxies export it."
        )


def exchange_of(raw: dict[str, Any]) -> tuple[Exchange, bool]:
    """A HAR entry to an exchange, and whether the answer's body was recorded.

    Raises one of `BROKEN` for an entry that is not as HAR 1.2 says.
    """
    request, response = raw["request"], raw["response"]
    content = response.get("content") or {}
    body = _decoded(content)
    whole = bool(body) or not int(content.get("size") or 0) > 0
    post = request.get("postData") or {}
    return Exchange(
        Request(
            text(request["method"]).upper(),
            url(request["url"]),
            _typed(request.get("headers") or (), post.get("mimeType")),
            _decoded(post) or _form_of(post.get("params") or ()),
        ),
        Response(
            int(response["status"]),
            _typed(response.get("headers") or (), content.get("mimeType")),
            body,
            max(0.0, float(raw.get("time") or 0.0)) / 1000,
        ),
        at=seconds(raw.get("startedDateTime")),
        attempt=int(raw.get("_attempt", 1)),
    ), whole


def _form_of(parameters: Iterable[dict[str, Any]]) -> bytes:
    return urlencode([(parameter["name"], parameter.get("value", "")) for parameter in parameters]).encode()


def _decoded(content: dict[str, Any]) -> bytes:
    raw = text(content.get("text") or "")
    if content.get("encoding", content.get("_encoding")) == "base64":
        return base64.b64decode(raw, validate=False)
    return raw.encode("utf-8", "surrogatepass")


def _typed(pairs: Any, media_type: Any) -> Headers:
    """Header pairs with names in lower case; a type that stands beside them alone joins them."""
    headers = tuple([(pair["name"].lower(), text(pair["value"])) for pair in pairs])
    if media_type in _UNKNOWN_TYPES or not media_type or any(name == "content-type" for name, _ in headers):
        return headers
    return (*headers, ("content-type", str(media_type)))


def _case_findings(raw: dict[str, Any], status: int) -> tuple[Finding, ...]:
    key = str(raw.get("_operation", ""))
    return tuple(from_row(key, status, row) for row in raw.get("_told") or ())


def entry_of(exchange: Exchange, operation: str = "", purpose: str = "", findings: Iterable[Finding] = ()) -> bytes:
    """An exchange as the JSON text of a HAR entry that `read` gives back unchanged."""
    request, response = exchange.request, exchange.response
    milliseconds = response.elapsed * 1000
    return msgspec.json.encode(
        {
            "startedDateTime": datetime.fromtimestamp(exchange.at, UTC).isoformat(timespec="microseconds"),
            "time": milliseconds,
            "request": _request(request),
            "response": _response(response),
            "cache": {},
            "timings": {"send": 0, "wait": milliseconds, "receive": 0},
            "_attempt": exchange.attempt,
            "_operation": operation,
            "_purpose": purpose,
            "_told": [as_row(finding) for finding in findings],
        }
    )


def _request(request: Request) -> dict[str, Any]:
    out = {
        "method": request.method,
        "url": request.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [{"name": name, "value": value} for name, value in request.headers],
        "queryString": [{"name": name, "value": value} for name, value in parse_qsl(urlsplit(request.url).query, True)],
        "headersSize": -1,
        "bodySize": len(request.body),
    }
    if request.body:
        body, encoding = text_or_base64(request.body)
        # HAR 1.2 has no encoding for what was sent; further names begin with an underscore.
        out["postData"] = {"mimeType": request.header("content-type"), "text": body, "_encoding": encoding}
    return out


def _response(response: Response) -> dict[str, Any]:
    body, encoding = text_or_base64(response.body)
    content = {"size": len(response.body), "mimeType": response.header("content-type"), "text": body}
    return {
        "status": response.status,
        "statusText": HTTPStatus(response.status).phrase if response.status in HTTPStatus._value2member_map_ else "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [{"name": name, "value": value} for name, value in response.headers],
        "content": content | ({"encoding": encoding} if encoding else {}),
        "redirectURL": response.header("location"),
        "headersSize": -1,
        "bodySize": len(response.body),
    }
