"""Checks on a request that somebody else sent: would the document let it through?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.checks.response import found, readings
from harness.contract.contract import Contract, Input, is_json
from harness.exchange import Exchange, Request
from harness.finding import Finding
from harness.formats.json_text import NOT_JSON, json_or
from harness.masking import MASK
from harness.openapi.catalog import Match


def parameters(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """Declared path and query parameters are there where required, and of their type.

    A parameter that is sent but not declared is no finding: vendors document only a part of what they accept.
    """
    query: dict[str, list[str]] = {}
    for name, value in exchange.request.query:
        query.setdefault(name, []).append(value)
    for one in contract.inputs(match.operation):
        if one.place == "path":
            sent = [match.values[one.name]] if one.name in match.values else []
        elif one.place == "query":
            sent = query.get(one.name, query.get(f"{one.name}[]", []))
            if not sent and one.required and not any(name.startswith(f"{one.name}[") for name in query):
                message = f"the query parameter {one.name} is missing"
                yield found(exchange, match, "parameters", "", message, f"query {one.name}")
        else:
            continue
        if sent and (expected := _misfit(one, sent)):
            message = f"the {one.place} parameter {one.name} is not as declared"
            yield found(exchange, match, "parameters", "", message, f"{one.place} {one.name}: {expected}")


def _misfit(one: Input, sent: list[str]) -> str:
    """What the contract says where no reading of the text fits; empty where one does."""
    if one.schema is None or any(MASK in text for text in sent):
        return ""
    wrong = [list(one.schema.violations(value)) for value in _values(one, sent)]
    return wrong[-1][0].expected if wrong and all(wrong) else ""


def _values(one: Input, sent: list[str]) -> Iterator[Any]:
    if "array" in one.kinds:
        texts = sent[0].split(",") if one.listed and len(sent) == 1 else sent
        yield list(texts)
        yield [readings(text)[-1] for text in texts]
    if not one.kinds or set(one.kinds) - {"array", "object"}:
        yield from readings(sent[-1])


def request_type(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """The request's body is of a declared media type."""
    declared, kind = contract.body(match.operation), _media_type(exchange.request)
    if declared and exchange.request.body and kind and kind not in declared.contents and "*/*" not in declared.contents:
        expected = ", ".join(declared.contents)
        yield found(exchange, match, "request_type", "", f"a request body of {kind} is not declared", expected)


def request_body(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """The request's JSON body fits its schema; one finding for each place that does not."""
    declared, request = contract.body(match.operation), exchange.request
    if declared is None:
        return
    if not request.body:
        if declared.required:
            yield found(exchange, match, "request_body", "", "the request has no body where one is required", "a body")
        return
    schema = declared.contents.get(_media_type(request) or "application/json")
    if schema is None or not is_json(_media_type(request) or "application/json"):
        return
    value = json_or(request.body, NOT_JSON)
    if value is NOT_JSON:
        yield found(exchange, match, "request_body", "", "the request's body is not JSON", "JSON")
        return
    for one in schema.violations(value):
        yield found(exchange, match, "request_body", one.pointer, one.message, one.expected, one.count)


def _media_type(request: Request) -> str:
    return request.header("content-type").split(";")[0].strip().lower()
