"""What in an exchange the checks cannot judge, and why: in short and stable sentences, so that they can be counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.checks.request import SentParameters
from harness.checks.response import NOTHING, decoded
from harness.contract import forms
from harness.contract.compiled_schema import Schema
from harness.contract.contract import Answer, Body, Contract
from harness.exchange import Exchange, Request, Response
from harness.formats.media_types import fitting, is_json, is_xml
from harness.openapi.catalog import Match

NO_SCHEMA = "a schema cannot be compiled"


def reasons(exchange: Exchange, match: Match, contract: Contract) -> Iterator[str]:
    """Why parts of an exchange were held to nothing though the document describes them; each reason once."""
    found = [
        *of_request(exchange.request, match, contract),
        *of_answer(exchange.response, contract.answer(match.operation, exchange.response.status)),
    ]
    yield from dict.fromkeys(found)


def of_request(request: Request, match: Match, contract: Contract) -> Iterator[str]:
    """Of the parameters that were sent, and of the body."""
    sent = SentParameters(request, match)
    for declared in contract.inputs(match.operation):
        if declared.problem and sent.has(declared):
            yield declared.problem
        elif sent.is_in_another_style(declared):
            yield f"a parameter in another style than {declared.style.name}"
    body = contract.body(match.operation)
    if body is not None and request.body:
        yield from _of_request_body(request, body)


def _of_request_body(request: Request, body: Body) -> Iterator[str]:
    media_type = request.media_type or "application/json"
    form = body.forms.get(media_type)
    if form is None:
        yield from _of_body(media_type, body.contents)
        return
    if form.schema.problem is not None:
        yield NO_SCHEMA
    elif media_type == forms.MULTIPART and not _has_parts(request):
        yield "a multipart body that cannot be taken apart"


def _has_parts(request: Request) -> bool:
    try:
        forms.parts_of(request.body, request.header("content-type"))
    except forms.UnreadablePartsError:
        return False
    return True


def of_answer(response: Response, answer: Answer | None) -> Iterator[str]:
    """Of the headers that came, and of the body."""
    if answer is None:
        return
    names = {name for name, _ in response.headers}
    yield from (header.problem for header in answer.headers if header.problem and header.name in names)
    if not response.body:
        return
    schema = answer.schema(response.media_type)
    if schema is not None and schema.problem is not None:
        yield NO_SCHEMA
    elif schema is None or decoded(response) is NOTHING:
        # JSON is judged under whatever name it comes.
        yield from _of_body(response.media_type, answer.contents)


def _of_body(media_type: str, contents: Mapping[str, Schema | None]) -> Iterator[str]:
    """Of a body that is not sent as fields."""
    declared = fitting(contents, media_type)
    schema = contents[declared] if declared is not None else None
    if schema is None:
        return
    if schema.problem is not None:
        yield NO_SCHEMA
    elif is_json(media_type) or schema.takes_any_text:
        return
    elif is_xml(media_type):
        yield "an XML body"
    else:
        yield f"a body of {media_type}"
