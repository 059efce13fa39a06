"""Scopes that planned operations need: what is missing, why an operation is refused, and what to ask for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.openapi.catalog import Catalog, Operation
from harness.planning import scopes
from harness.planning.scopes import ScopeNeed
from harness.resources.cleanup import Cleanup
from harness.vendors import VENDORS


def operation(name: str, *needed: str, method: str = "GET", path: str = "") -> Operation:
    return Operation("zoho", name, method, path or f"/api/v1/{name}", scopes=needed)


TICKETS = operation("getTickets", "Desk.tickets.READ", path="/api/v1/tickets")
CREATE = operation("createTicket", "Desk.tickets.CREATE", method="POST", path="/api/v1/tickets")
DELETE = operation("deleteTicket", "Desk.tickets.DELETE", method="DELETE", path="/api/v1/tickets/{id}")
TASKS = operation("getTasks", "Desk.activities.tasks.READ", "Desk.tasks.READ")
OTHER_TASKS = operation("searchTasks", "Desk.tasks.READ", "Desk.activities.tasks.READ")
ORGS = operation("getOrganizations", "Desk.basic.READ", "Desk.settings.READ", path="/api/v1/organizations")
OPEN = operation("getLocales")
ALL = (TICKETS, CREATE, DELETE, TASKS, OTHER_TASKS, ORGS, OPEN)
CATALOG = Catalog(ALL)
CLEANUP = Cleanup(CATALOG, {}, {})


def needs(*planned: Operation) -> dict[frozenset[str], tuple[str, ...]]:
    rows = scopes.needs("zoho", planned, CATALOG, CLEANUP)
    return {frozenset(row.any_of): row.operations for row in rows}


def test_operations_with_the_same_set_of_scopes_are_one_need_in_whatever_order_they_stand() -> None:
    tasks = frozenset({"Desk.tasks.READ", "Desk.activities.tasks.READ"})
    assert needs(TASKS, OTHER_TASKS, OPEN)[tasks] == ("zoho:getTasks", "zoho:searchTasks")


def test_the_question_what_an_org_is_needs_a_scope_of_its_own() -> None:
    assert needs(TICKETS)[frozenset({"Desk.basic.READ", "Desk.settings.READ"})] == ("zoho:getOrganizations",)
    assert needs() == {}


def test_a_create_needs_the_scope_of_its_removal() -> None:
    assert needs(CREATE)[frozenset({"Desk.tickets.DELETE"})] == ("zoho:createTicket",)


@pytest.mark.parametrize(("planned", "granted", "words"), [
    (TICKETS, None, ""), (TICKETS, {"Desk.tickets.ALL"}, ""), (OPEN, set(), ""),
    (TICKETS, {"Desk.tasks.READ"}, "the token lacks the scope: Desk.tickets.READ"),
    (TASKS, {"Desk.tickets.READ"}, "the token lacks the scope: Desk.activities.tasks.READ or Desk.tasks.READ"),
    (CREATE, {"Desk.tickets.CREATE"},
     "the token lacks the scope of its removal (zoho:deleteTicket): Desk.tickets.DELETE"),
    (CREATE, {"Desk.tickets.CREATE", "Desk.tickets.DELETE"}, ""),
])  # fmt: skip
def test_an_operation_is_refused_only_where_its_scope_is_known_to_be_missing(
    planned: Operation, granted: set[str] | None, words: str
) -> None:
    assert scopes.refusal(planned, granted, CLEANUP) == words


def need(*any_of: str, operations: tuple[str, ...] = ("zoho:x",)) -> ScopeNeed:
    return ScopeNeed(any_of, operations)


@pytest.mark.parametrize(("rows", "vendor", "text"), [
    ([need("Desk.b.READ"), need("Desk.a.READ")], "zoho", "Desk.a.READ,Desk.b.READ"),
    ([need("Desk.a.READ", "Desk.b.READ"), need("Desk.b.READ")], "zoho", "Desk.b.READ"),
    ([need("Desk.a.READ", "Desk.b.READ"), need("Desk.c.READ", "Desk.b.READ")], "zoho", "Desk.b.READ"),
    ([need("Desk.a.READ"), need("Desk.a.ALL")], "zoho", "Desk.a.ALL"),
    ([need("read"), need("write", "tickets:write")], "zendesk", "read write"),
    ([need("read"), need("read", "tickets:read")], "zendesk", "read"),
    ([], "zoho", ""),
])  # fmt: skip
def test_consent_asks_for_as_few_scopes_as_will_do(rows: list[ScopeNeed], vendor: str, text: str) -> None:
    assert scopes.consent(rows, vendor) == text


SETS = st.lists(
    st.lists(st.sampled_from([f"Desk.{module}.{verb}" for module in "abc" for verb in ("READ", "UPDATE", "ALL")]),
             min_size=1, max_size=4, unique=True), max_size=8)  # fmt: skip


@given(SETS)
def test_what_consent_asks_for_is_enough_and_nothing_of_it_can_be_left_out(sets: list[list[str]]) -> None:
    rows = [need(*any_of) for any_of in sets]
    asked = [scope for scope in scopes.consent(rows, "zoho").split(",") if scope]
    assert scopes.missing(rows, asked, "zoho") == ()
    assert len(set(asked)) == len(asked)
    convention = VENDORS["zoho"].scopes
    assert convention is not None
    assert not any(convention.covers(one, other) for one in asked for other in asked if one != other)


def test_missing_scopes_are_told_with_the_operations_that_would_fail() -> None:
    rows = [need("Desk.a.READ", operations=tuple(f"zoho:get{number}" for number in range(5))), need("Desk.b.READ")]
    (missing,) = scopes.missing(rows, {"Desk.b.ALL"}, "zoho")
    assert missing.sentence == "Desk.a.READ (zoho:get0, zoho:get1, zoho:get2 and 2 more)"


def test_a_scope_that_the_vendor_does_not_know_is_told() -> None:
    assert scopes.unknown({"read", "reads", "tickets:write"}, "zendesk") == ("reads",)


def test_a_program_gets_needs_and_consent() -> None:
    assert scopes.as_json([need("Desk.a.READ")], "zoho") == {
        "consent": "Desk.a.READ",
        "needed": [{"any_of": ["Desk.a.READ"], "operations": ["zoho:x"]}],
    }
