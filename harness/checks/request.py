"""Checks on a request that another client sent: does the document allow it?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.checks.response import finding_about, misfit, readings
from harness.contract.contract import Contract, Input, is_json
from harness.exchange import Exchange
from harness.finding import Finding
from harness.formats.json_text import NOT_JSON, json_or
from harness.masking import MASK
from harness.openapi.catalog import Match

_Query = dict[str, list[str]]
# Codes by which a server refuses what a request holds: bad request, no such place, media type, unprocessable.
_REFUSED_FOR_CONTENT = frozenset({400, 404, 415, 422})


def parameters(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """Declared path and query parameters are there where required, and of their type.

    A parameter that is sent but not declared is no finding: vendors document only a part of what they accept.
    """
    if _is_refused(exchange):
        return
    query: _Query = {}
    for name, value in exchange.request.query:
        query.setdefault(name, []).append(value)
    for declared in contract.inputs(match.operation):
        if declared.place not in ("path", "query"):
            continue
        values = _sent(declared, match, query)
        if _is_missing(declared, values, query):
            message = f"the query parameter {declared.name} is missing"
            yield finding_about(exchange, match, "parameters", message, f"query {declared.name}")
        # What was masked may have been as declared.
        is_masked = any(MASK in value for value in values)
        wrong = misfit(declared.schema, _readings(declared, values)) if values and not is_masked else None
        if wrong and wrong.expected:
            message = f"the {declared.place} parameter {declared.name} is not as declared"
            expected = f"{declared.place} {declared.name}: {wrong.expected}"
            yield finding_about(exchange, match, "parameters", message, expected)


def _is_refused(exchange: Exchange) -> bool:
    """Whether the server refused what the request holds: then it keeps to the document, and the client was told."""
    return exchange.response.status in _REFUSED_FOR_CONTENT


def _sent(declared: Input, match: Match, query: _Query) -> list[str]:
    """The values of a parameter; a list in a query is also sent as `name[]=1&name[]=2`."""
    name = declared.name
    if declared.place == "path":
        return [match.values[name]] if name in match.values else []
    return query.get(name, query.get(f"{name}[]", []))


def _is_missing(declared: Input, values: list[str], query: _Query) -> bool:
    if values or not declared.required or declared.place != "query":
        return False
    # An object is sent as `name[key]=value`.
    return not any(name.startswith(f"{declared.name}[") for name in query)


def _readings(declared: Input, values: list[str]) -> Iterator[Any]:
    """What the texts of one parameter can stand for, as a list and as a single value, as far as it may be either."""
    if "array" in declared.kinds:
        texts = values[0].split(",") if declared.listed and len(values) == 1 else values
        yield list(texts)
        yield [readings(text)[-1] for text in texts]
    if not declared.kinds or set(declared.kinds) - {"array", "object"}:
        yield from readings(values[-1])


def request_type(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """The request's body is of a declared media type."""
    declared, sent = contract.body(match.operation), exchange.request.media_type
    if declared is None or not exchange.request.body or not sent or _is_refused(exchange):
        return
    if sent not in declared.contents and "*/*" not in declared.contents:
        message = f"a request body of {sent} is not declared"
        yield finding_about(exchange, match, "request_type", message, ", ".join(declared.contents))


def request_body(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """The request's JSON body fits its schema; one finding for each place that does not."""
    declared, request = contract.body(match.operation), exchange.request
    if declared is None or _is_refused(exchange):
        return
    if not request.body:
        if declared.required:
            message = "the request has no body where one is required"
            yield finding_about(exchange, match, "request_body", message, "a body")
        return
    media_type = request.media_type or "application/json"
    schema = declared.contents.get(media_type)
    if schema is None or not is_json(media_type):
        return
    value = json_or(request.body, NOT_JSON)
    if value is NOT_JSON:
        yield finding_about(exchange, match, "request_body", "the request's body is not JSON", "JSON")
        return
    for wrong in schema.violations(value):
        yield finding_about(exchange, match, "request_body", wrong.message, wrong.expected, wrong.pointer, wrong.count)
