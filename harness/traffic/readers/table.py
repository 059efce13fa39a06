"""The table of readers: every form of recording by its name, how it is recognised, and what reads it.

HAR, dumps of mitmproxy and archives are told by how a file begins (`recording_reader`); all others by their parsed
text, in this order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from harness.traffic import har
from harness.traffic.readers import (
    access_log,
    api_gateway_log,
    charles_session,
    envoy_tap,
    exvcr,
    hoverfly,
    insomnia,
    kong_log,
    nock,
    postman,
    vcr,
    wiremock,
)
from harness.traffic.readers.recording_format import RecordingFormat
from harness.traffic.recorded_exchange import BROKEN

FORMATS: tuple[RecordingFormat, ...] = (
    har.FORMAT,
    kong_log.FORMAT,
    exvcr.FORMAT,
    nock.FORMAT,
    charles_session.FORMAT,
    postman.COLLECTION,
    postman.REPORT,
    insomnia.FORMAT,
    wiremock.STUBS,
    wiremock.EVENTS,
    hoverfly.FORMAT,
    envoy_tap.BUFFERED,
    envoy_tap.STREAMED,
    api_gateway_log.FORMAT,
    vcr.FORMAT,
    access_log.FORMAT,
)

BINARY = ("a dump of mitmproxy", "an archive of Fiddler (.saz)", "a zip file of any of these")
"""Forms that are told by their first bytes."""
PACKINGS = "Each may be packed with gzip or zstd, one value a line, in UTF-8 or UTF-16."

Refusal = tuple[Callable[[Any], bool], str]


def _has(*names: str) -> Callable[[Any], bool]:
    return lambda data: isinstance(data, Mapping) and set(names) <= data.keys()


REFUSED: tuple[Refusal, ...] = (
    (_has("metric", "type", "data"), "is the JSON output of k6: it holds measurements and no bodies; record a HAR"),
    (_has("_type", "__export_format"), "is an export of Insomnia without answers: export the request as HAR"),
    (
        lambda data: isinstance(data, Mapping) and "insomnia.rest/" in str(data.get("type")),
        "is an export of Insomnia without answers: export the request as HAR",
    ),
    (_has("openapi"), "is an OpenAPI document and no recording: give it with --document"),
    (_has("swagger"), "is a Swagger document and no recording: give it with --document"),
)
"""What is known to hold no answers, and what to say of it."""


def find(data: Any, last: RecordingFormat | None = None) -> tuple[RecordingFormat, Iterable[Any]] | None:
    """The form of a parsed text with the items in it; None for an unknown one. `last` is the most likely."""
    for form in (last, *FORMATS) if last else FORMATS:
        try:
            items = form.items(data)
        except BROKEN:
            continue
        if items is not None:
            return form, items
    return None


def unknown(data: Any) -> str:
    """What a text of no known form is, in words."""
    for is_it, what in REFUSED:
        if is_it(data):
            return what
    return f"is neither HAR nor a cassette nor of another known form: {_seen(data)}"


_OF_TRAFFIC = frozenset({
    "request", "requests", "response", "responses", "interactions", "http_interactions", "entries", "log", "logs",
    "recordings", "transactions", "flows", "item", "run", "mappings", "messages", "events",
})  # fmt: skip
"""Keys by which a text may be a recording of a form that is not known."""


def may_hold_traffic(data: Any) -> bool:
    """Whether a text of no known form may hold recorded traffic all the same."""
    if any(is_it(data) for is_it, _ in REFUSED):
        return False
    rows = data if isinstance(data, list) else [data]
    return any(isinstance(row, Mapping) and not _OF_TRAFFIC.isdisjoint(row) for row in rows[:20])


def _seen(data: Any) -> str:
    if isinstance(data, Mapping):
        names = [str(name)[:40] for name in list(data)[:6]]
        return f"an object with the keys {', '.join(names)}" if names else "an empty object"
    if isinstance(data, list) and not data:
        return "an empty list"
    if isinstance(data, list):
        return f"a list whose first member is {_seen(data[0])}" if not isinstance(data[0], list) else "a list of lists"
    return f"a single {type(data).__name__}"


def names() -> list[str]:
    """All forms, for a person."""
    return [*dict.fromkeys(form.name for form in FORMATS), *BINARY]
