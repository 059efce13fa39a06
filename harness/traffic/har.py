"""HAR 1.2: a recording of any size to recorded exchanges, and an exchange to the text of an entry."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

from harness.errors import DocumentError
from harness.exchange import Exchange, Headers, Request, Response, text_or_base64
from harness.finding import Finding, as_row, from_row
from harness.formats.json_text import json_or
from harness.traffic.json_stream import Cursor, OversizeError, TruncatedError
from harness.traffic.readers.attached_files import NOTHING_ATTACHED, AttachedFiles, AttachmentError
from harness.traffic.readers.message_parts import (
    as_json,
    bytes_of,
    from_base64,
    from_hex,
    header,
    headers_of,
    status_of,
    with_query,
)
from harness.traffic.readers.opened_recording import encoding_of
from harness.traffic.readers.packed_body import unpacked
from harness.traffic.readers.recording_format import BODILESS, LEFT_OUT, NO_ANSWER, Reading, RecordingFormat, date_of
from harness.traffic.recorded_exchange import BROKEN, RecordedExchange, seconds, text, url

CREATOR = "deskcheck"
# What browsers write where they do not know the type.
_UNKNOWN_TYPES = frozenset({"", "x-unknown"})
_SIGNS = frozenset({"startedDateTime", "request", "response"})
_COMPLETE = "COMPLETE"
_ENCODINGS = {"base64": from_base64, "hex": from_hex, "utf8": bytes_of, "utf-8": bytes_of}
"""How a body may be kept as text. HAR 1.2 knows the first; Polly.JS writes what Node calls it."""


def read(path: Path, attached: AttachedFiles = NOTHING_ATTACHED) -> Iterator[RecordedExchange]:
    """Every entry of a HAR file, in order, in memory of a few entries.

    An entry that is not as HAR 1.2 says, that is larger than 16 MiB, or in which the file ends, gives one with
    a note. Raises `DocumentError` for a file that cannot be read, is no HAR, or breaks off being JSON.
    """
    try:
        with path.open("rb") as file:
            encoding = encoding_of(file.peek(4))
            with TextIOWrapper(file, encoding) as stream:
                yield from read_text(str(path), stream, attached)
    except UnicodeDecodeError as error:
        what = "is neither UTF-8 nor UTF-16 text"
        raise DocumentError(what, where=str(path), remedy="Export the recording again.") from error
    except OSError as error:
        raise DocumentError(f"cannot be read: {error.strerror}", where=str(path), remedy="Check the path.") from error


def read_text(name: str, stream: TextIO, attached: AttachedFiles = NOTHING_ATTACHED) -> Iterator[RecordedExchange]:
    """The same of a text that is open already, and of several logs in one text."""
    return _Reader(name, Cursor(stream), attached).entries()


class _Reader:
    """One pass over the `log` objects of one file."""

    def __init__(self, name: str, cursor: Cursor, attached: AttachedFiles) -> None:
        self.name, self.cursor, self.attached = name, cursor, attached
        self.ours, self.index, self.has_entries = False, 0, False

    def entries(self) -> Iterator[RecordedExchange]:
        try:
            yield from self._top()
            yield from self._further()
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

    def _further(self) -> Iterator[RecordedExchange]:
        """Logs behind the first one: some recorders write one a line."""
        while not self.cursor.is_at_end():
            if self.cursor.peek() != "{":
                yield self._note("the text behind the last log was not read")
                return
            self.ours = False
            yield from self._top()

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
            reading = reading_of(raw, self.attached)
            exchange = reading.exchange
            if exchange is None or not self.ours:
                return RecordedExchange(self.name, self.index, exchange, reading.note, reading.whole)
            findings = _case_findings(raw, exchange.response.status)
        except BROKEN as error:
            return self._note(f"the entry is not as HAR 1.2 says: {type(error).__name__} {error}")
        entry = RecordedExchange(self.name, self.index, exchange, reading.note, reading.whole)
        operation, purpose = str(raw.get("_operation", "")), str(raw.get("_purpose", ""))
        return replace(entry, ours=True, operation=operation, purpose=purpose, case_findings=findings)

    def _note(self, note: str) -> RecordedExchange:
        return RecordedExchange(self.name, self.index, note=note)

    def _error(self, what: str) -> DocumentError:
        return DocumentError(what, where=self.name, remedy="Give a HAR 1.2 file, as browsers and proxies export it.")


def reading_of(raw: dict[str, Any], attached: AttachedFiles = NOTHING_ATTACHED) -> Reading:
    """What a HAR entry holds. Raises one of `BROKEN` for an entry that is not as HAR 1.2 says."""
    request, response = _request_of(raw["request"], attached), raw["response"]
    if not response or _has_failed(response):
        return NO_ANSWER
    code = response["status"]
    status = code if type(code) is int else status_of(code)
    if status is None or status < 100:
        return NO_ANSWER
    content = response.get("content") or {}
    headers = _typed(response.get("headers") or (), content.get("mimeType"))
    at = seconds(raw.get("startedDateTime")) or date_of(headers)
    elapsed, attempt = max(0.0, float(raw.get("time") or 0.0)) / 1000, int(raw.get("_attempt", 1))
    if status == 304 and "_attempt" not in raw:
        # Browsers show the copy that they kept beside it; the answer itself has no body (RFC 9110, 15.4.5).
        return Reading(Exchange(request, Response(status, headers, b"", elapsed), at, attempt))
    try:
        body = _content(content, headers, attached)
    except (AttachmentError, PackedBodyError) as error:
        answer = Response(status, headers, b"", elapsed)
        return Reading(Exchange(request, answer, at, attempt), f"the body cannot be read: {error}", whole=False)
    answer = Response(status, headers, body, elapsed)
    whole = bool(body) or not _is_left_out(request.method, answer, response, content)
    return Reading(Exchange(request, answer, at, attempt), "" if whole else LEFT_OUT, whole)


def _has_failed(response: dict[str, Any]) -> bool:
    """Whether the answer never came, or not to its end.

    `_error` is what Chrome and mitmproxy write, `_failureText` Playwright; Charles writes a status of its own.
    """
    if response.get("_error") or response.get("_failureText"):
        return True
    if "status" in response and response["status"] is None:
        return True
    return bool(response.get("_charlesStatus", _COMPLETE) != _COMPLETE)


def _is_left_out(method: str, answer: Response, response: dict[str, Any], content: dict[str, Any]) -> bool:
    """Whether an answer without a body in the recording had one on the wire."""
    if method == "HEAD" or answer.status in BODILESS:
        return False
    size = content.get("size")
    if content.get("comment") or (size is not None and int(size) > 0):
        return True
    if content.get("text") is None and (size is None or int(size) < 0 or int(response.get("bodySize") or 0) > 0):
        return True
    length = answer.header("content-length")
    return length.isascii() and length.isdigit() and length.strip("0") != ""


def _request_of(raw: dict[str, Any], attached: AttachedFiles) -> Request:
    address, query = raw["url"], raw.get("queryString")
    if query and isinstance(query, list) and "?" not in address:
        address = with_query(text(address), [(pair["name"], pair.get("value", "")) for pair in query])
    post = raw.get("postData") or {}
    headers = _typed(raw.get("headers") or (), post.get("mimeType"))
    body = b""
    if post:
        try:
            body = _content(post, headers, attached) or _form_of(post.get("params") or ())
        except (AttachmentError, PackedBodyError):
            body = b""
    return Request(text(raw["method"]).upper(), url(address), headers, body)


def _form_of(parameters: Iterable[dict[str, Any]]) -> bytes:
    return urlencode([(parameter["name"], parameter.get("value", "")) for parameter in parameters]).encode()


def _content(content: dict[str, Any], headers: Headers, attached: AttachedFiles) -> bytes:
    """The bytes of a body. Browsers unpack it and leave the header; Polly.JS keeps it packed, in base64."""
    if "_file" in content:
        return _unpacked(attached.read(content["_file"]), headers)
    kept = content.get("text") or ""
    if isinstance(kept, dict | list):
        return as_json(kept)
    raw = text(kept)
    encoding = content.get("encoding", content.get("_encoding"))
    if not encoding and not content.get("_isBinary"):
        chunks = _packed_chunks(raw, headers) if raw.startswith('["') else None
        return raw.encode("utf-8", "surrogatepass") if chunks is None else chunks
    return _unpacked(_decoded(raw, encoding or "hex"), headers)


def _packed_chunks(raw: str, headers: Headers) -> bytes | None:
    """The body of chunks that Polly.JS 1 kept without saying so; None for a list of texts that is the body itself."""
    chunks = json_or(raw, None)
    if not header(headers, "content-encoding") or not isinstance(chunks, list):
        return None
    for decode in (from_hex, from_base64):
        try:
            packed = b"".join(decode(chunk) for chunk in chunks)
            body = unpacked(packed, headers)
        except (ValueError, TypeError, zlib.error):
            continue
        if body != packed:
            return body
    return None


def _decoded(raw: str, encoding: str) -> bytes:
    decode = _ENCODINGS.get(str(encoding).lower())
    if decode is None:
        raise ValueError(f"the encoding {str(encoding)[:40]!r} is not known")
    if raw.startswith("[") and (chunks := json_or(raw, None)):
        # Polly.JS keeps the chunks of packed answers apart.
        return b"".join(decode(chunk) for chunk in chunks)
    return decode(raw)


def _unpacked(body: bytes, headers: Headers) -> bytes:
    try:
        return unpacked(body, headers)
    except (ValueError, zlib.error) as error:
        if not any(name == "content-type" and "json" in value for name, value in headers):
            # A picture that was unpacked already: what it is packed with is told by the header alone.
            return body
        raise PackedBodyError(str(error)) from error


class PackedBodyError(ValueError):
    """A body that is packed and cannot be unpacked."""


def _typed(pairs: Any, media_type: Any) -> Headers:
    """Header pairs with names in lower case; a type that stands beside them alone joins them."""
    if isinstance(pairs, dict):
        headers = headers_of(pairs)
    else:
        try:
            headers = tuple([(pair["name"].lower(), text(pair["value"])) for pair in pairs])
        except TypeError:
            # Polly.JS 1 kept several values of a name in a list.
            headers = headers_of(pairs)
    if media_type in _UNKNOWN_TYPES or not media_type or any(name == "content-type" for name, _ in headers):
        return headers
    return (*headers, ("content-type", str(media_type)))


def items(data: Any) -> list[Any] | None:
    """The entries of a log that was parsed already, or entries that stand alone: one on its line, or in a list."""
    if isinstance(data, list) and data and all(isinstance(one, dict) and one.keys() >= _SIGNS for one in data):
        return data
    if not isinstance(data, dict):
        return None
    log = data.get("log")
    entries = log.get("entries") if isinstance(log, dict) else None
    if isinstance(entries, list):
        return entries
    return [data] if data.keys() >= _SIGNS else None


FORMAT = RecordingFormat("HAR 1.2 of browsers, proxies and clients", items, reading_of)


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
