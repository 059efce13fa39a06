"""Error bodies: at least five forms, each where the vendor uses it.

Sources: recorded 2023-09 to 2024-09 (404 RecordNotFound, 400 TooManyValues), vendor pages and client libraries'
reports for the others.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from harness.openapi.catalog import Operation
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.resolved_schemas import Problem

_UNCACHED = {"cache-control": "no-cache"}


def plain(status: int, error: str, description: str, **more: Any) -> Reply:
    """`{"error": NAME, "description": TEXT}`, the family that most refusals belong to."""
    return Reply(status, {"error": error, "description": description, **more}, dict(_UNCACHED))


def titled(status: int, title: str, message: str) -> Reply:
    """`{"error": {"title", "message"}}`: wrong attributes, and no access."""
    return Reply(status, {"error": {"title": title, "message": message}}, dict(_UNCACHED))


def listed(status: int, code: str, title: str) -> Reply:
    """`{"errors": [{"code", "title"}]}`: paging, and the newer parts of the API."""
    return Reply(status, {"errors": [{"code": code, "title": title}]}, dict(_UNCACHED))


def missing(_: Org, __: Call) -> Reply:
    """A record that is not there; the same body for every resource (recorded on 24 operations)."""
    return plain(404, "RecordNotFound", "Not found")


def unknown(_: Org, __: Call) -> Reply:
    """A path that is no endpoint."""
    return plain(404, "InvalidEndpoint", "Not found")


def method(_: Org, __: Call) -> Reply:
    """A method that the endpoint does not have: Zendesk routes by both, so it is no endpoint either."""
    return plain(404, "InvalidEndpoint", "Not found")


def malformed(_: Org, __: Call) -> Reply:
    """A body that says it is JSON and is not."""
    return plain(422, "Unprocessable Entity", "Server could not parse JSON")


def attribute(name: str, rule: str) -> Reply:
    """400 for an id or parameter of the wrong type."""
    return titled(400, "Invalid attribute", f"You passed an invalid value for the {name} attribute. {rule}")


def in_declared_form(org: Org, call: Call, reply: Reply) -> Reply:
    """A refusal as the operation's own document has it: a 400 whose `error` is a text, a 422 that is one text."""
    if reply.status not in (400, 422) or call.operation is None or not isinstance(reply.body, dict):
        return reply
    if reply.status == 422:
        return _one_text(org, call.operation, reply)
    error = reply.body.get("error")
    if isinstance(error, dict) and _error_is_text(org, call.operation):
        reply.body = {"error": error["title"], "description": error["message"]}
    return reply


def _error_is_text(org: Org, operation: Operation) -> bool:
    """Whether the document declares `error` of a 400 as a text."""
    model = org.engine.models[operation.document]
    schemas, schema = model.schemas, model.response_schema(operation, 400)
    return schema is not None and schemas.kinds(schemas.properties(schema).get("error", {})) == ("string",)


def _one_text(org: Org, operation: Operation, reply: Reply) -> Reply:
    schema = org.engine.models[operation.document].response_schema(operation, 422) or {}
    if schema.get("type") == "string" and isinstance(reply.body, dict):
        reply.body = json.dumps(reply.body["description"]).encode()
    return reply


def record_invalid(details: Mapping[str, Iterable[tuple[str, str]]]) -> Reply:
    """422 with details by field: `{field: [(description, error), ...]}`."""
    shown = {
        field: [{"description": description, "error": error} for description, error in problems]
        for field, problems in details.items()
    }
    return plain(422, "RecordInvalid", "Record validation errors", details=shown)


def field_invalid(field: str, text: str, error: str = "InvalidValue") -> Reply:
    """422 for one field; the text is prefixed with the field's label as the vendor does."""
    label = field.replace("_", " ").capitalize()
    return record_invalid({field: [(f"{label}: {text}", error)]})


def invalid(_: Org, __: Call, problems: Iterable[Problem]) -> Reply:
    """What a body has wrong: 400 where it has not even the right outer form, 422 by field otherwise."""
    found = list(problems)
    details: dict[str, list[tuple[str, str]]] = {}
    for problem in found:
        parts = [part for part in problem.pointer.split("/") if part]
        if len(parts) < 2:
            name = parts[0] if parts else "body"
            rule = "is missing" if problem.kind == "missing" else problem.message
            return attribute(name, rule)
        name = next((part for part in reversed(parts) if not part.isdigit()), "base")
        error = "BlankValue" if problem.kind == "missing" else "InvalidValue"
        details.setdefault(name, []).append((f"{name.replace('_', ' ').capitalize()}: {problem.message}", error))
    return record_invalid(details)


def first_description(refusal: Reply) -> str:
    """Why something was refused, in one sentence: of the first field, or of the whole."""
    details = refusal.body.get("details")
    first = next(iter(details.values()))[0] if details else refusal.body
    return str(first["description"])


def forbidden() -> Reply:
    """403 of the API token family."""
    return titled(
        403, "Forbidden", "You do not have access to this page. Please contact the account owner of this help desk."
    )


def scope_missing(scopes: str) -> Reply:
    """403 of the OAuth family: the token is good, its scope is too small."""
    return plain(403, "Forbidden", f"Missing the following required scopes: {scopes}")


def unauthenticated() -> Reply:
    """401 for bad or missing basic credentials."""
    return Reply(
        401, {"error": "Couldn't authenticate you"}, {**_UNCACHED, "www-authenticate": 'Basic realm="Web Password"'}
    )


def bad_token() -> Reply:
    """401 for a bearer token that is none."""
    text = "The access token provided is expired, revoked, malformed or invalid for other reasons."
    return Reply(401, {"error": "invalid_token", "error_description": text}, dict(_UNCACHED))


def too_many(limit: int = 100, noun: str = "") -> Reply:
    """400 past the bulk limit. Users have words of their own; the double space of the others is recorded."""
    if noun == "users":
        return plain(400, "TooManyValues", f"Maximum {limit} users may be created per call")
    text = f"Parameter  cannot specify more than {limit} values"
    return plain(400, "TooManyValues", text, max_count=limit)


def conflict(error: str, description: str) -> Reply:
    """409."""
    return plain(409, error, description)
