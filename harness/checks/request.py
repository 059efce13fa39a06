"""Checks on a request that another client sent: does the document allow it?"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from harness.checks.response import finding_about, is_masked
from harness.contract import forms
from harness.contract.contract import Body, Contract
from harness.contract.inputs import Input
from harness.contract.parameter_styles import Sent, cookies_of, pairs_of
from harness.contract.text_values import Text
from harness.contract.violation import Violation
from harness.exchange import Exchange, Request
from harness.finding import Finding
from harness.formats.json_text import NOT_JSON, json_or
from harness.formats.media_types import covers, fitting, is_json
from harness.masking import MASK
from harness.openapi.catalog import Match
from harness.vendors import org_headers

# OpenAPI 3.0.3, "Parameter Object": definitions of these headers are ignored, other parts of a document say them.
_SAID_ELSEWHERE = frozenset({"accept", "content-type", "authorization"})
# Codes by which a server refuses what a request holds: bad request, no such place, media type, unprocessable.
_REFUSED_FOR_CONTENT = frozenset({400, 404, 415, 422})


def parameters(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """Declared parameters are there where required, and as their schema has them.

    A parameter that is sent but not declared is no finding: vendors document only a part of what they accept.
    """
    declared = contract.inputs(match.operation)
    if not declared or _is_refused(exchange):
        return
    sent = SentParameters(exchange.request, match)
    for parameter in declared:
        if parameter.place == "header" and parameter.name.lower() in _SAID_ELSEWHERE:
            continue
        if sent.lacks(parameter):
            message = f"the {parameter.place} parameter {parameter.name} is missing"
            yield finding_about(exchange, match, "parameters", message, f"{parameter.place} {parameter.name}")
        elif not sent.is_masked(parameter):
            yield from _wrong(exchange, match, parameter, sent)


def _is_refused(exchange: Exchange) -> bool:
    """Whether the server refused what the request holds: then it keeps to the document, and the client was told."""
    return exchange.response.status in _REFUSED_FOR_CONTENT


def _wrong(exchange: Exchange, match: Match, parameter: Input, sent: SentParameters) -> Iterator[Finding]:
    """What is wrong with the value of one parameter."""
    message = f"the {parameter.place} parameter {parameter.name} is not as declared"
    for wrong in sent.violations(parameter):
        keys = "".join(f"[{key}]" for key in wrong.pointer.split("/")[1:] if not key.isdigit())
        expected = f"{parameter.place} {parameter.name}{keys}: {wrong.expected}"
        yield finding_about(exchange, match, "parameters", message, expected)


class SentParameters:
    """The parameters of one request, taken apart when one of their place is asked for."""

    def __init__(self, request: Request, match: Match) -> None:
        self._request, self._match = request, match

    @cached_property
    def _query(self) -> Sent:
        return pairs_of(self._request.url.partition("#")[0].partition("?")[2])

    @cached_property
    def _cookies(self) -> Sent:
        return cookies_of("; ".join(value for name, value in self._request.headers if name == "cookie"))

    def _text(self, parameter: Input) -> str | None:
        """The whole text of a path's parameter or header; None where it was not sent."""
        if parameter.place == "path":
            return self._match.values.get(parameter.name)
        values = [value for name, value in self._request.headers if name == parameter.name.lower()]
        return ", ".join(values) if values else None

    def _names(self, parameter: Input) -> Sent:
        return self._query if parameter.place == "query" else self._cookies

    def lacks(self, parameter: Input) -> bool:
        """Whether a required parameter was not sent."""
        if not parameter.required or parameter.place == "path":
            return False
        if parameter.place == "header":
            # What belongs to the credentials is taken out of recordings.
            return parameter.name.lower() not in org_headers() and self._text(parameter) is None
        return not self._is_named(parameter)

    def _is_named(self, parameter: Input) -> bool:
        names = self._names(parameter)
        if any(name == parameter.name or name.startswith(f"{parameter.name}[") for name in names):
            return True
        return parameter.may_come_as(names)

    def is_masked(self, parameter: Input) -> bool:
        """Whether a part of its value was masked: that may have been as declared."""
        return any(MASK in text for text in self._texts(parameter))

    def _texts(self, parameter: Input) -> Iterator[str]:
        if parameter.place in ("path", "header"):
            yield self._text(parameter) or ""
            return
        for name, texts in self._names(parameter).items():
            if name == parameter.name or name.startswith(f"{parameter.name}[") or name in parameter.shape.names:
                yield from texts

    def meanings(self, parameter: Input) -> list[Text] | None:
        """What was sent for a parameter can mean; None where nothing was sent."""
        if parameter.place in ("path", "header"):
            text = self._text(parameter)
            return None if text is None else parameter.from_text(text)
        return parameter.from_names(self._names(parameter))

    def is_in_another_style(self, parameter: Input) -> bool:
        """Whether an object of the query or cookies came under its own name, which its style does not have."""
        if parameter.place not in ("query", "cookie") or "object" not in parameter.shape.kinds:
            return False
        return parameter.is_in_another_style(self._names(parameter))

    def has(self, parameter: Input) -> bool:
        """Whether anything of a parameter was sent, though it may be in a form that cannot be read."""
        if parameter.place in ("path", "header"):
            return self._text(parameter) is not None
        return self._is_named(parameter)

    def violations(self, parameter: Input) -> list[Violation]:
        """What is wrong with what was sent for a parameter."""
        meanings = self.meanings(parameter)
        if meanings is None or (meanings == [""] and parameter.may_be_empty):
            return []
        return parameter.violations(meanings)


def request_type(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """The request's body is of a declared media type."""
    declared, sent = contract.body(match.operation), exchange.request.media_type
    if declared is None or not exchange.request.body or not sent or _is_refused(exchange):
        return
    if not any(covers(kind, sent) for kind in declared.contents):
        message = f"a request body of {sent} is not declared"
        yield finding_about(exchange, match, "request_type", message, ", ".join(declared.contents))


def request_body(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """The request's body fits its schema, in JSON or as fields; one finding for each place that does not."""
    declared, request = contract.body(match.operation), exchange.request
    if declared is None or _is_refused(exchange):
        return
    if not request.body:
        if declared.required:
            message = "the request has no body where one is required"
            yield finding_about(exchange, match, "request_body", message, "a body")
        return
    for wrong in _violations(declared, request):
        yield finding_about(exchange, match, "request_body", wrong.message, wrong.expected, wrong.pointer, wrong.count)


def _violations(declared: Body, request: Request) -> Iterator[Violation]:
    """What is wrong with a body that is there."""
    media_type = request.media_type or "application/json"
    declared_type = fitting(declared.contents, media_type)
    if declared_type is None:
        return
    if form := declared.forms.get(media_type):
        yield from _form_violations(form, request)
        return
    schema = declared.contents[declared_type]
    if schema is None or not is_json(media_type):
        return
    value = json_or(request.body, NOT_JSON)
    if value is NOT_JSON:
        yield Violation("", "JSON", "the request's body is not JSON")
        return
    for wrong in schema.violations(value):
        if not is_masked(wrong, value):
            yield wrong


def _form_violations(form: forms.FormBody, request: Request) -> Iterator[Violation]:
    """What is wrong with the fields, read as they fit best: where no reading fits, as numbers where they may be."""
    if request.media_type == forms.URLENCODED:
        fields = forms.urlencoded(form, request.body)
    else:
        try:
            fields, wrong_parts = forms.multipart(form, request.body, request.header("content-type"))
        except forms.UnreadablePartsError:
            return
        yield from wrong_parts
    wrong: list[Violation] = []
    for value in form.values(fields):
        wrong = [violation for violation in form.schema.violations(value) if not is_masked(violation, value)]
        if not wrong:
            return
    yield from wrong
