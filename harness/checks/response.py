"""Checks on an answer: is its status, type, header and body what the document promises?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.contract.compiled_schema import Schema
from harness.contract.contract import Contract
from harness.contract.properties import KnownProperties, locate, names_by_place
from harness.contract.violation import Violation
from harness.exchange import Exchange, Response
from harness.finding import Finding
from harness.formats.media_types import covers, is_json
from harness.formats.pointer import parts_of
from harness.masking import MASK
from harness.openapi import walk
from harness.openapi.catalog import Match
from harness.vendors import VENDORS

_BODILESS = frozenset({204, 205, 304})
# What goes with every page of a list, whatever is on it.
_FRAME = frozenset({"meta", "links"})
NOTHING = object()
"""What `decoded` gives where there is no JSON value; None is a value."""


def status(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """The code is declared, by itself, by its range (`4XX`) or by `default`. 5xx is for `server_error` to judge."""
    code = exchange.response.status
    if code >= 500 or contract.answer(match.operation, code) is not None or _answers_condition(exchange):
        return
    declared = ", ".join(match.operation.statuses) or "no status"
    yield finding_about(exchange, match, "status", f"{code} is not declared", declared)


def _answers_condition(exchange: Exchange) -> bool:
    """Whether a 304 was asked for: HTTP itself promises it to who names the copy that it has (RFC 9110, 15.4.5)."""
    if exchange.response.status != 304 or exchange.request.method not in ("GET", "HEAD"):
        return False
    return any(name in ("if-none-match", "if-modified-since") for name, _ in exchange.request.headers)


def server_error(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """The server did not fail: no request excuses a 5xx, declared or not."""
    code = exchange.response.status
    if code >= 500:
        yield finding_about(exchange, match, "server_error", f"the server failed with {code}", "no 5xx")


def media_type(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """A body is of a declared media type, and there is none where none is declared."""
    answer = contract.answer(match.operation, exchange.response.status)
    if answer is None or not exchange.response.body:
        return
    sent = exchange.response.media_type
    if not answer.contents:
        message = f"a body of {sent or 'no type'} where none is declared"
        yield finding_about(exchange, match, "media_type", message, "no body")
    elif not any(covers(declared, sent) for declared in answer.contents):
        message = f"{sent or 'no media type'} is not declared"
        yield finding_about(exchange, match, "media_type", message, ", ".join(answer.contents))


def headers(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """Declared headers are there where required, and hold what they should."""
    answer = contract.answer(match.operation, exchange.response.status)
    for header in answer.headers if answer else ():
        expected = f"header {header.name}"
        values = [value for name, value in exchange.response.headers if name == header.name]
        if header.required and not values:
            yield finding_about(exchange, match, "headers", f"the header {header.name} is missing", expected)
        for value in values:
            # What was masked may have been as promised.
            for wrong in () if MASK in value else header.violations(header.from_text(value))[:1]:
                message = f"the header {header.name} is not as declared: {wrong.message}"
                yield finding_about(exchange, match, "headers", message, f"{expected} of {wrong.expected}")


def json(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """What calls itself JSON, or is declared to be, can be read as JSON."""
    response = exchange.response
    if decoded(response) is not NOTHING:
        return
    if response.body and is_json(response.media_type):
        yield finding_about(exchange, match, "json", "the body is not JSON though its type says so", "JSON")
    if not response.body and _declares_json(exchange, match, contract):
        yield finding_about(exchange, match, "json", "the body is empty where JSON is declared", "JSON")


def _declares_json(exchange: Exchange, match: Match, contract: Contract) -> bool:
    if exchange.request.method == "HEAD" or exchange.response.status in _BODILESS:
        return False
    answer = contract.answer(match.operation, exchange.response.status)
    return answer is not None and answer.json is not None


def body(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """A JSON body fits its schema; one finding for each place that does not."""
    schema, value = _schema(exchange, match, contract), decoded(exchange.response)
    if schema is None or value is NOTHING:
        return
    for wrong in schema.violations(value):
        if not is_masked(wrong, value):
            yield finding_about(exchange, match, "body", wrong.message, wrong.expected, wrong.pointer, wrong.count)


def undocumented_field(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """A 2xx body holds no property that its schema does not know; one finding for each kind of place."""
    schema, value = _schema(exchange, match, contract), decoded(exchange.response)
    if schema is None or not exchange.response.is_success:
        return
    message = "the document does not know this property"
    for place, properties, names in names_by_place(schema.properties, value):
        unknown = set() if properties.is_open else names - properties.names
        for name in sorted(unknown):
            pointer = locate(value, place, name)
            yield finding_about(exchange, match, "undocumented_field", message, "no such property", pointer)


def payload(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """A 2xx object holds something of what the document describes it for, where the vendor keeps to that.

    It is for documents that require next to nothing; where they require what is shown, `body` sees to it.
    """
    keeps_to_it = VENDORS[match.operation.vendor].answers.success_holds_content
    if not keeps_to_it or not exchange.response.is_success:
        return
    schema, value = _schema(exchange, match, contract), decoded(exchange.response)
    if schema is None or schema.properties.is_open or not isinstance(value, dict):
        return
    described = _described(schema.properties)
    forms = (described, *map(_described, schema.properties.alternatives))
    if all(form.isdisjoint(value) for form in forms):
        message = "the answer holds nothing of what the document describes"
        yield finding_about(exchange, match, "payload", message, ", ".join(sorted(described)[:5]))


def _described(properties: KnownProperties) -> frozenset[str]:
    """What an answer is for: its objects and lists without what only frames them, or its scalars where it has none."""
    return properties.nested - _FRAME or properties.names


def _schema(exchange: Exchange, match: Match, contract: Contract) -> Schema | None:
    """What the document says of the answer's body; None where it says nothing."""
    answer = contract.answer(match.operation, exchange.response.status)
    return answer.schema(exchange.response.media_type) if answer else None


def is_masked(wrong: Violation, value: Any) -> bool:
    """Whether what is wrong was masked, and so may have been as promised."""
    if MASK in wrong.message:
        return True
    try:
        place = walk.lookup(value, parts_of(wrong.pointer))
    except KeyError:
        return False
    return isinstance(place, str) and MASK in place and wrong.expected != "no further properties"


def decoded(response: Response) -> Any:
    """The JSON value of a body, or `NOTHING` where there is none."""
    return response.json_or(NOTHING)


def finding_about(
    exchange: Exchange, match: Match, check: str, message: str, expected: str, pointer: str = "", count: int = 1
) -> Finding:
    """A finding of one check about one exchange."""
    code = exchange.response.status
    return Finding(match.operation.key, check, code, pointer, message, expected, exchange=exchange, count=count)
