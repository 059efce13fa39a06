"""Beyond the document: what portals take of queries and bodies that it forbids, and refuse although it allows it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from harness.openapi.catalog import Operation
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.resolved_schemas import Problem
from harness.sandbox.zoho import errors

# Names of the query that single operations take and the document does not list, with the pattern of their values.
_TEXT, _DIGITS = re.compile(r".*", re.DOTALL), re.compile(r"[0-9]{1,19}", re.ASCII)
_BEYOND: dict[str, dict[str, re.Pattern[str]]] = {
    # Client reports, live 2026: tickets by priority, accounts by view; search by address and number.
    "getTickets": {"priority": _TEXT},
    "getAccounts": {"viewId": _DIGITS},
    "searchTickets": {"email": _TEXT},
    "searchContacts": {"email": _TEXT, "phone": _TEXT, "mobile": _TEXT},
}
# Any of ten custom fields, in every search (vendor page: search).
_CUSTOM_FIELD = re.compile(r"customField([1-9]|10)")
# What stands for the id of nobody in a filter (vendor page: list all tickets).
_NOBODY = "Unassigned"
_ASSIGNED = frozenset({"assignee", "teamIds"})
# A wrong value of these is wrong data, and not a wrong parameter (client report, live 2026).
_DATA = frozenset({"receivedInDays"})
# Texts to search contacts for, and how long each must be (client report, live 2026).
_SEARCHED_TEXTS = ("firstName", "lastName", "fullName", "email", "phone", "mobile", "accountName", "_all")
_LEAST_SEARCHED = 3


def is_taken(operation: Operation, name: str) -> bool:
    """Whether an operation takes a query parameter that the document does not list for it."""
    if name in _BEYOND.get(operation.operation_id, ()):
        return True
    return operation.path.endswith("/search") and _CUSTOM_FIELD.fullmatch(name) is not None


def judged_part(name: str, text: str) -> str | None:
    """The part of a query value that the document's own schema has to judge, None for none.

    A minus before a sort field means descending order on every list (vendor page: sorting).
    """
    if name == "sortBy":
        return text.removeprefix("-")
    parts = [part.strip() for part in text.split(",")]
    if name in _ASSIGNED and all(part == _NOBODY or part.isdecimal() for part in parts):
        return None
    return text


def wrong_value(name: str) -> Reply:
    """422 for a value that a parameter does not take."""
    return errors.refuse("INVALID_DATA") if name in _DATA else errors.argument(name)


def refused_query(org: Org, call: Call, operation: Operation) -> Reply | None:
    """What is wrong with a query although its document allows it: a view that is not there, a text too short."""
    for name, pattern in _BEYOND.get(operation.operation_id, {}).items():
        if call.has(name) and not pattern.fullmatch(call.arg(name)):
            return errors.argument(name)
    if operation.operation_id == "searchContacts":
        short = next((name for name in _SEARCHED_TEXTS if call.has(name) and _is_short(call.arg(name))), "")
        if short:
            return errors.too_short(short, _LEAST_SEARCHED)
    view = call.arg("viewId")
    return errors.unknown_view() if view and org.store["views"].get(view) is None else None


def _is_short(text: str) -> bool:
    return len(text) < _LEAST_SEARCHED


def is_forgiven(operation: Operation, problem: Problem, body: Any) -> bool:
    """Whether portals take a body all the same: of a ticket's contact, name or address alone (vendor page: tickets)."""
    if not isinstance(body, dict):
        return False
    return operation.operation_id == "createTicket" and _is_half_a_contact(problem, body.get("contact"))


def _is_half_a_contact(problem: Problem, contact: Any) -> bool:
    is_known = isinstance(contact, dict) and bool(contact.get("lastName") or contact.get("email"))
    is_about_half = problem.pointer == "/contact" or (
        problem.pointer.startswith("/contact/") and problem.kind == "missing"
    )
    return is_known and is_about_half


def blank_fields(required: Iterable[str], body: Any) -> Iterator[Problem]:
    """Fields that are there and hold nothing: a new record needs a value (vendor page: errors, `missing`)."""
    fields = body if isinstance(body, dict) else {}
    for name in required:
        if name in fields and fields[name] in (None, ""):
            yield Problem(f"/{name}", "missing", "does not contain a value")
