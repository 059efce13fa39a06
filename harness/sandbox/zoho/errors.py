"""Error bodies: one envelope, and the codes that the vendor's document lists."""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.resolved_schemas import Problem

# Status and message by code (vendor document: common errors; 405 to 429 from the vendor's error page).
CODES: dict[str, tuple[int, str]] = {
    "UNAUTHORIZED": (401, "You are not authorized to perform this operation."),
    "INVALID_OAUTH": (401, "The OAuth Token you provided is invalid."),
    "SCOPE_MISMATCH": (403, "The OAuth Token does not contain the scope to perform this operation."),
    "OAUTH_ORG_MISMATCH": (403, "The OAuthToken is not valid for specified organization."),
    "FORBIDDEN": (403, "You are not authorized to access this resource."),
    "URL_NOT_FOUND": (404, "The URL you requested could not be found."),
    "METHOD_NOT_ALLOWED": (405, "The requested HTTP method is not allowed on this resource."),
    "RESOURCE_SIZE_EXCEEDED": (413, "The size of the resource exceeds the limit."),
    "UNSUPPORTED_MEDIA_TYPE": (415, "The content type of the request is not supported."),
    "EMPTY_PAYLOAD": (422, "The payload of the request is empty."),
    "INVALID_DATA": (422, "The data does not comply to the validation restrictions defined."),
    "UNPROCESSABLE_ENTITY": (422, "The request could not be processed."),
    "THRESHOLD_EXCEEDED": (429, "The API credits of your organization are used up."),
    "TOO_MANY_REQUESTS": (429, "Too many requests are being processed at the same time."),
    "INTERNAL_SERVER_ERROR": (500, "An internal server error occurred while performing this operation."),
}


def refuse(code: str, message: str = "", **headers: str) -> Reply:
    """The plain envelope for a code."""
    status, standard = CODES[code]
    return Reply(status, {"errorCode": code, "message": message or standard}, headers)


def invalid_fields(*fields: tuple[str, str]) -> Reply:
    """422 INVALID_DATA; `fields` are pointers with an error type: missing, invalid or duplicate.

    As in the document's example, no `errorMessage` comes with it.
    """
    reply = refuse("INVALID_DATA")
    reply.body["errors"] = [{"fieldName": pointer, "errorType": kind} for pointer, kind in dict.fromkeys(fields)]
    return reply


def argument(name: str, kind: str = "query parameter") -> Reply:
    """422 for a parameter, in the vendor's words."""
    return refuse("UNPROCESSABLE_ENTITY", f"The value passed for the '{name}' {kind} is invalid.")


def missing(org: Org, call: Call) -> Reply:
    """A record that is not there answers like a path that is not there."""
    return refuse("URL_NOT_FOUND")


def method(org: Org, call: Call) -> Reply:
    """The path is known, the method is not."""
    return refuse("METHOD_NOT_ALLOWED")


def malformed(org: Org, call: Call) -> Reply:
    """A body that is no JSON, or none where one is needed."""
    return refuse("UNPROCESSABLE_ENTITY" if call.raw else "EMPTY_PAYLOAD")


def invalid(org: Org, call: Call, problems: Iterable[Problem]) -> Reply:
    """What the request has wrong against the declared schema, a field each."""
    found = list(problems)
    query = next((problem.pointer for problem in found if problem.pointer.startswith("?")), "")
    if query:
        return argument(query.lstrip("?"))
    return invalid_fields(
        *((problem.pointer or "/", "missing" if problem.kind == "missing" else "invalid") for problem in found)
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
    known: dict[str, bool] = org.memo.setdefault("fields in 422", {})
    if call.operation.key not in known:
        model = org.engine.models[call.operation.document]
        schema = model.schemas.merged(model.response_schema(call.operation, 422))
        known[call.operation.key] = "errors" in schema.get("required", ())
    return known[call.operation.key]
