"""RecordingFormat: how one family of recordings is recognised and read, and what reading one item gives."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from harness import unjudged
from harness.exchange import Exchange, Headers, Request, Response
from harness.formats.http_date import parse_http_date
from harness.traffic.readers.attached_files import AttachedFiles
from harness.traffic.readers.packed_body import unpacked

LEFT_OUT = "the recording left the answer's body out"
BODILESS = frozenset({204, 205, 304})
_LATEST = 2.0**33
"""A time beyond is none: the year 2242."""
_JSON_BEGINS = (b"{", b"[")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one item of a recording holds. `exchange` is None where `note` says why; see `RecordedExchange.whole`."""

    exchange: Exchange | None
    note: str = ""
    whole: bool = True


NO_ANSWER = Reading(None, unjudged.NO_ANSWER)


@dataclass(frozen=True, slots=True)
class RecordingFormat:
    """One row of the table of readers.

    `items` takes the whole parsed text and gives its recorded items in order, or None where the text is of another
    form. `read` takes one item; it raises one of `BROKEN` for one that is not as it should be. `gather` is for logs
    that spread one exchange over several items: it makes whole ones of all items of a file.
    """

    name: str
    items: Callable[[Any], Iterable[Any] | None]
    read: Callable[[Any, AttachedFiles], Reading]
    gather: Callable[[list[Any]], Iterable[Any]] | None = None


Body = bytes | None | Callable[[], bytes | None]
"""An answer's body: None where it was not kept, a function where it has yet to be fetched from another file."""


def reading(request: Request, status: int | None, headers: Headers, body: Body, **more: Any) -> Reading:
    """An exchange of the parts that a writer kept.

    No `status` means that no answer came. Packed bodies are unpacked.
    `more` are `elapsed`, `at`, `attempt`, and `whole` where the writer says itself that the body is cut.
    """
    if status is None or status < 100:
        return NO_ANSWER
    at = more.get("at") or 0.0
    at = at if 0 < at < _LATEST else date_of(headers)
    elapsed, attempt = max(0.0, more.get("elapsed", 0.0)), more.get("attempt", 1)
    if status == 304:
        # Browsers show the copy that they kept beside it; the answer itself has no body (RFC 9110, 15.4.5).
        body = b""
    request = _plain_request(request)
    try:
        kept = body() if callable(body) else body
        unpacked_body = unpacked(kept or b"", headers)
    except (ValueError, zlib.error) as error:
        answer = Response(status, headers, b"", elapsed)
        return Reading(Exchange(request, answer, at, attempt), f"the body cannot be read: {error}", whole=False)
    answer = Response(status, _typed(headers, unpacked_body), unpacked_body, elapsed)
    whole = more.get("whole", True) and not _is_missing(request.method, answer, kept)
    return Reading(Exchange(request, answer, at, attempt), "" if whole else LEFT_OUT, whole)


def date_of(headers: Headers) -> float:
    """When the answer says that it was sent, for writers that do not say; 0 where it says nothing."""
    said = next((value for name, value in headers if name == "date"), "")
    moment = parse_http_date(said) if said else None
    return moment.timestamp() if moment else 0.0


def _plain_request(request: Request) -> Request:
    if not request.header("content-encoding"):
        return request
    try:
        return replace(request, body=unpacked(request.body, request.headers))
    except (ValueError, zlib.error):
        return request


def _typed(headers: Headers, body: bytes) -> Headers:
    """The headers; where none was kept at all, the type that a JSON body shows: an answer has some header."""
    if headers or body.lstrip()[:1] not in _JSON_BEGINS:
        return headers
    return (("content-type", "application/json"),)


def _is_missing(method: str, answer: Response, body: bytes | None) -> bool:
    """Whether there was a body that is not in the recording."""
    if answer.body or method == "HEAD" or answer.status in BODILESS:
        return False
    length = answer.header("content-length")
    return body is None or (length.isascii() and length.isdigit() and length.strip("0") != "")
