"""Checks on an answer: is its status, type, header and body what the document promises?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from harness.contract.contract import Answer, Contract, is_json
from harness.contract.properties import columns, locate
from harness.exchange import Exchange, Response
from harness.finding import Finding
from harness.masking import MASK
from harness.openapi.catalog import Match

_INTEGER = re.compile(r"-?[0-9]{1,300}")
_NUMBER = re.compile(r"-?[0-9]{1,300}(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_BODILESS = frozenset({204, 205, 304})
# What goes with every page of a list, whatever is on it.
_FRAME = frozenset({"meta", "links"})
NOTHING = object()
"""What `decoded` gives where there is no JSON value; None is a value."""


def status(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """The code is declared, by itself, by its range (`4XX`) or by `default`. 5xx is the next check's."""
    code = exchange.response.status
    if code < 500 and contract.answer(match.operation, code) is None:
        declared = ", ".join(match.operation.statuses) or "no status"
        yield found(exchange, match, "status", "", f"{code} is not declared", declared)


def server_error(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """The server did not fail: no request excuses a 5xx, declared or not."""
    code = exchange.response.status
    if code >= 500:
        yield found(exchange, match, "server_error", "", f"the server failed with {code}", "no 5xx")


def media_type(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """A body is of a declared media type, and there is none where none is declared."""
    answer, response = contract.answer(match.operation, exchange.response.status), exchange.response
    if answer is None or not response.body:
        return
    kind = response.media_type
    if not answer.contents:
        yield found(
            exchange, match, "media_type", "", f"a body of {kind or 'no type'} where none is declared", "no body"
        )
    elif not any(_covers(declared, kind) for declared in answer.contents):
        yield found(
            exchange, match, "media_type", "", f"{kind or 'no media type'} is not declared", ", ".join(answer.contents)
        )


def _covers(declared: str, kind: str) -> bool:
    return declared in ("*/*", kind) or (declared.endswith("/*") and kind.startswith(declared[:-1]))


def headers(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """Declared headers are there where required, and hold what they should."""
    answer = contract.answer(match.operation, exchange.response.status)
    for header in answer.headers if answer else ():
        values = [value for name, value in exchange.response.headers if name == header.name]
        if not values and header.required:
            yield found(exchange, match, "headers", "", f"the header {header.name} is missing", f"header {header.name}")
        for value in values if header.schema else ():
            assert header.schema is not None
            wrong = [list(header.schema.violations(reading)) for reading in readings(value)]
            if all(wrong):
                message = f"the header {header.name} is not as declared: {wrong[-1][0].message}"
                yield found(exchange, match, "headers", "", message, f"header {header.name} of {wrong[-1][0].expected}")


def readings(text: str) -> list[Any]:
    """What a piece of text can stand for in JSON: itself, and last a number or boolean where it is one."""
    if text in ("true", "false"):
        return [text, text == "true"]
    if _INTEGER.fullmatch(text):
        return [text, int(text)]
    return [text, float(text)] if _NUMBER.fullmatch(text) else [text]


def json(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """What calls itself JSON, or is declared to be, can be read as JSON."""
    response = exchange.response
    if decoded(response) is not NOTHING:
        return
    answer = contract.answer(match.operation, response.status)
    if response.body and is_json(response.media_type):
        yield found(exchange, match, "json", "", "the body is not JSON though its type says so", "JSON")
    elif not response.body and _wants_body(answer, exchange):
        yield found(exchange, match, "json", "", "the body is empty where JSON is declared", "JSON")


def _wants_body(answer: Answer | None, exchange: Exchange) -> bool:
    bodiless = exchange.request.method == "HEAD" or exchange.response.status in _BODILESS
    return answer is not None and answer.json is not None and not bodiless


def body(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """A JSON body fits its schema; one finding for each place that does not."""
    answer = contract.answer(match.operation, exchange.response.status)
    schema = answer and answer.schema(exchange.response.media_type)
    value = decoded(exchange.response) if schema else NOTHING
    if schema and value is not NOTHING:
        for one in schema.violations(value):
            if MASK in one.message:
                continue  # what was masked may have been as promised
            yield found(exchange, match, "body", one.pointer, one.message, one.expected, one.count)


def undocumented_field(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """A 2xx body holds no property that its schema does not know; one finding for each kind of place."""
    if not 200 <= exchange.response.status < 300:
        return
    answer = contract.answer(match.operation, exchange.response.status)
    schema = answer and answer.schema(exchange.response.media_type)
    if not schema:
        return
    value = decoded(exchange.response)
    for at, shape, names in columns(schema.shape, value):
        for name in () if shape.free else sorted(names - shape.known):
            pointer = locate(value, at, name)
            yield found(
                exchange,
                match,
                "undocumented_field",
                pointer,
                "the document does not know this property",
                "no such property",
            )


def payload(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """A 2xx object of Zendesk's holds something of what the document describes it for.

    Zendesk requires next to nothing, and 744 recorded answers (2023-09) hold their records nevertheless. Zoho Desk
    requires what it shows, so that `body` sees to it.
    """
    if match.operation.vendor != "zendesk" or not 200 <= exchange.response.status < 300:
        return
    answer = contract.answer(match.operation, exchange.response.status)
    schema = answer and answer.schema(exchange.response.media_type)
    value = decoded(exchange.response) if schema else NOTHING
    if schema and isinstance(value, dict) and not schema.shape.free:
        wanted = schema.shape.holds - _FRAME or schema.shape.known
        if not wanted & value.keys():
            names = ", ".join(sorted(wanted)[:5])
            yield found(
                exchange, match, "payload", "", "the answer holds nothing of what the document describes", names
            )


def decoded(response: Response) -> Any:
    """The JSON value of a body, or `NOTHING` where there is none."""
    return response.json_or(NOTHING)


def found(
    exchange: Exchange, match: Match, check: str, pointer: str, message: str, expected: str, count: int = 1
) -> Finding:
    """A finding of one check about one exchange."""
    key, code = match.operation.key, exchange.response.status
    return Finding(key, check, code, pointer, message, expected, exchange=exchange, count=count)
