"""Error bodies: one envelope, and the codes that the vendor's document lists."""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.resolved_schemas import Problem

# Status and message by code (vendor document: common errors; 405 to 429 from the vendor's error page). UNAUTHORIZED and
# INVALID_DATA have the words of live portals (recorded exchanges, published 2025 and 2026), not those of the document.
CODES: dict[str, tuple[int, str]] = {
    "UNAUTHORIZED": (401, "You are not authenticated to perform this operation."),
    "INVALID_OAUTH": (401, "The OAuth Token you provided is invalid."),
    "SCOPE_MISMATCH": (403, "The OAuth Token does not contain the scope to perform this operation."),
    "OAUTH_ORG_MISMATCH": (403, "The OAuthToken is not valid for specified organization."),
    "FORBIDDEN": (403, "You are not authorized to access this resource."),
    "URL_NOT_FOUND": (404, "The URL you requested could not be found."),
    "METHOD_NOT_ALLOWED": (405, "The requested HTTP method is not allowed on this resource."),
    "RESOURCE_SIZE_EXCEEDED": (413, "The size of the resource exceeds the limit."),
    "UNSUPPORTED_MEDIA_TYPE": (415, "The content type of the request is not supported."),
    "EMPTY_PAYLOAD": (422, "The payload of the request is empty."),
    "INVALID_DATA": (422, "The data is invalid due to validation restrictions"),
    "UNPROCESSABLE_ENTITY": (422, "The request could not be processed."),
    "THRESHOLD_EXCEEDED": (429, "The API credits of your organization are used up."),
    "TOO_MANY_REQUESTS": (429, "Too many requests are being processed at the same time."),
    "INTERNAL_SERVER_ERROR": (500, "An internal server error occurred while performing this operation."),
}

_ACCOUNTS = "/api/v1/accounts/"


def refuse(code: str, message: str = "", **headers: str) -> Reply:
    """The plain envelope for a code."""
    status, standard = CODES[code]
    return Reply(status, {"errorCode": code, "message": message or standard}, headers)


def invalid_fields(*fields: tuple[str, str]) -> Reply:
    """422 INVALID_DATA; `fields` are pointers with an error type: missing, invalid or duplicate.

    The `errorMessage` of each is empty (recorded exchange, published 2025).
    """
    reply = refuse("INVALID_DATA")
    reply.body["errors"] = [_field_error(pointer, kind) for pointer, kind in dict.fromkeys(fields)]
    return reply


def _field_error(pointer: str, kind: str) -> dict[str, str]:
    return {"fieldName": pointer, "errorType": kind, "errorMessage": ""}


def argument(name: str, kind: str = "query parameter") -> Reply:
    """422 for a parameter, in the vendor's words."""
    return refuse("UNPROCESSABLE_ENTITY", f"The value passed for the '{name}' {kind} is invalid.")


def out_of_range(name: str, allowed: str) -> Reply:
    """422 for a number beyond its bounds (recorded exchange, published 2025: limit of tickets)."""
    return refuse("UNPROCESSABLE_ENTITY", f"The value passed for field '{name}' exceeds the range of '{allowed}'.")


def too_short(name: str, least: int) -> Reply:
    """422 for a text to search for that is too short (client report, live 2026: search of contacts)."""
    return refuse(
        "UNPROCESSABLE_ENTITY",
        f"The value passed for field '{name}' is less than the specified minimum length of '{least}'.",
    )


def unknown_view() -> Reply:
    """422 for a view that is not there (recorded exchange, published 2026); no field is named."""
    return refuse("INVALID_DATA", "Invalid View Id")


def missing(org: Org, call: Call) -> Reply:
    """A record that is not there answers like a path that is not there, but for accounts.

    An account that is not there is one that the caller may not see (recorded exchange, published 2026); an id that is
    no number is no account's.
    """
    account = call.values.get("accountId", "")
    if call.path.startswith(_ACCOUNTS) and account.isdecimal() and org.store["accounts"].get(account) is None:
        return refuse("FORBIDDEN")
    return unknown_path(org, call)


def unknown_path(org: Org, call: Call) -> Reply:
    """No operation has this path."""
    return refuse("URL_NOT_FOUND")


def method(org: Org, call: Call) -> Reply:
    """The path is there, the method is not."""
    return refuse("METHOD_NOT_ALLOWED")


def malformed(org: Org, call: Call) -> Reply:
    """A body that is no JSON, or none where one is needed."""
    return refuse("UNPROCESSABLE_ENTITY" if call.raw else "EMPTY_PAYLOAD")


def invalid(org: Org, call: Call, problems: Iterable[Problem]) -> Reply:
    """What the request has wrong against the declared schema, a field each."""
    problems = list(problems)
    query = next((problem.pointer for problem in problems if problem.pointer.startswith("?")), "")
    if query:
        return argument(query.lstrip("?"))
    return invalid_fields(
        *((problem.pointer or "/", "missing" if problem.kind == "missing" else "invalid") for problem in problems)
    )


def in_declared_form(org: Org, call: Call, reply: Reply) -> Reply:
    """A 422 in the form that the operation declares: some want a list of fields for whatever is wrong."""
    if reply.status == 422 and isinstance(reply.body, dict) and "errors" not in reply.body and _wants_fields(org, call):
        named = re.search(r"'(\w+)'", str(reply.body.get("message")))
        reply.body["errors"] = [{"fieldName": f"/{named[1]}" if named else "/", "errorType": "invalid"}]
    return reply


def _wants_fields(org: Org, call: Call) -> bool:
    if call.operation is None:
        return False
    wants_fields: dict[str, bool] = org.memo.setdefault("fields in 422", {})
    if call.operation.key not in wants_fields:
        model = org.engine.models[call.operation.document]
        schema = model.schemas.merged(model.response_schema(call.operation, 422))
        wants_fields[call.operation.key] = "errors" in schema.get("required", ())
    return wants_fields[call.operation.key]
