"""Seed data: a small help desk, and at least one record in every collection that the document names."""

from __future__ import annotations

import copy
from typing import Any

from harness.sandbox.answer_plan import AnswerPlan
from harness.sandbox.call import Call
from harness.sandbox.org import Org, OrgEngine
from harness.sandbox.store import Record
from harness.sandbox.zoho import associations, conversations, tags, tickets
from harness.sandbox.zoho.ids import FIRST_IDS, new_id
from harness.sandbox.zoho.oauth import ORG_ID

_ORGANISATION: Record = {
    "id": ORG_ID, "companyName": "Paper Lane", "portalName": "paperlane1767607200000", "alias": "paperlane",
    "portalURL": "https://example.com/portal", "edition": "ENTERPRISE", "isDefault": True, "isAdminInOrg": True,
    "isSandboxPortal": True, "primaryContact": "robin@example.com", "country": "", "city": "", "description": "",
    "employeeCount": "5", "faviconURL": None, "street": "", "currencyLocale": "en_GB", "currencySymbol": "€",
    "currencyCode": "EUR", "state": "", "isPayloadEncryptionEnabled": False, "fax": "", "zip": "", "website": None,
    "mobile": "", "logoURL": None, "phoneNumber": "",
}  # fmt: skip

_DEPARTMENT, _CONTACT, _ACCOUNT = (FIRST_IDS[name] for name in ("departments", "contacts", "accounts"))
# Operation that makes the record, and its fields; in an order in which each record comes after those that it names.
_DESK: tuple[tuple[str, dict[str, Any]], ...] = (
    ("addRole", {"name": "Support"}),
    ("addAgent", {"firstName": "Robin", "lastName": "Weaver", "emailId": "robin@example.com", "status": "ACTIVE"}),
    ("addAgent", {"firstName": "Alex", "lastName": "Fuller", "emailId": "alex@example.com", "status": "ACTIVE"}),
    ("addDepartment", {"name": "Front desk", "nameInCustomerPortal": "Front desk"}),
    ("addDepartment", {"name": "Repairs", "nameInCustomerPortal": "Repairs"}),
    ("createProduct", {"productName": "Ledger"}),
    ("createProduct", {"productName": "Notebook"}),
)
# Those of which it is known how a portal shows what nobody filled in; made as their operations make them.
_AGENT = FIRST_IDS["agents"]
_CUSTOMERS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("createAccount", {"accountName": "Quill and Ink", "email": "office@quill.example.com", "phone": "+44 20 7946 0000",
                       "website": "https://quill.example.com/", "ownerId": _AGENT}),
    ("createAccount", {"accountName": "Bindery", "email": "office@bindery.example.com", "phone": "+44 20 7946 0001",
                       "website": "https://bindery.example.com/", "ownerId": _AGENT}),
    ("createContact", {"firstName": "Jo", "lastName": "Carter", "email": "jo@quill.example.com",
                       "phone": "+44 20 7946 0002", "accountId": _ACCOUNT, "ownerId": _AGENT}),
    ("createContact", {"firstName": "Sam", "lastName": "Miller", "email": "sam@bindery.example.com"}),
)  # fmt: skip
_TICKETS: tuple[dict[str, Any], ...] = (
    {"subject": "Pages come loose", "status": "Open", "description": "The binding gives.", "priority": "High"},
    {"subject": "Second delivery", "status": "On Hold", "description": "One box is missing."},
    {"subject": "Thank you", "status": "Closed", "description": "All is well now."},
)
_ROWS: tuple[dict[str, Any], ...] = ({}, {})
# Tables whose ids are words, or whose forms differ by a value.
_WORDS: dict[str, tuple[dict[str, Any], ...]] = {
    "articles/translations": ({"locale": "en"}, {"locale": "de"}),
    "channels": ({"code": "EMAIL"}, {"code": "WEB"}),
    "domains": ({"domain": "help.example.com"}, {"domain": "desk.example.com"}),
    "timeTrackHistory": (
        {"name": "FIXED_COST_EDITED", "newValue": 12, "oldValue": 8},
        {"name": "FIXED_COST_EDITED", "newValue": 15, "oldValue": 12},
    ),
    "organizationModules": ({"apiName": "cm_parts"}, {"apiName": "cm_tools"}),
    "communityCategory": ({"permalink": "news"}, {"permalink": "ideas"}),
    "communityTopics": ({"permalink": "hello", "status": "PUBLISHED"}, {"permalink": "paper", "status": "PUBLISHED"}),
    "licenses/features": ({"featureCode": "AGENTS"}, {"featureCode": "TEAM"}),
}
_BEGIN = 1767603600.0  # 2026-01-05 09:00 UTC, so that two fresh portals are alike to the second
_ORDER = ("create", "show", "list", "update", "delete")


def seed(org: Org) -> None:
    """The organisation, the help desk, then whatever else can be read by an id."""
    call = Call("POST", "", now=_BEGIN)
    org.store["organizations"].add(copy.deepcopy(_ORGANISATION))
    for operation, fields in _DESK:
        record = org.engine.make(org, call, org.engine.plan(org.engine.operation(operation)), fields)
        if operation in ("addAgent", "addDepartment"):
            record |= {"isConfirmed": True} if operation == "addAgent" else {"isEnabled": True}
    for operation, fields in _CUSTOMERS:
        asked = _call_of(org, operation, fields)
        org.engine.make(org, asked, org.engine.plan_of(asked), fields)
    for fields in _TICKETS:
        _open_ticket(org, fields)
    _add_unshown(org)
    for plan in _plans_to_fill(org.engine):
        _fill_table(org, call, plan)
    for association in associations.SEEDED:
        for left, right in zip(
            list(org.store[association.left].rows), list(org.store[association.right].rows), strict=False
        ):
            association.link(org, left, right)


def _call_of(org: Org, operation: str, fields: dict[str, Any]) -> Call:
    """The call by which a client would make a record."""
    return Call("POST", "", org.engine.operation(operation), body=fields, now=_BEGIN)


def _open_ticket(org: Org, fields: dict[str, Any]) -> None:
    """A ticket that came by mail and has an answer."""
    whole = {
        **fields, "channel": "Email", "departmentId": _DEPARTMENT, "contactId": _CONTACT, "assigneeId": _AGENT,
        "email": "jo@quill.example.com", "phone": "+44 20 7946 0002", "dueDate": "2026-01-12T09:00:00.000Z",
        "language": "English",
    }  # fmt: skip
    call = _call_of(org, "createTicket", whole)
    ticket = tickets.open_ticket(org, call, org.engine.plan_of(call), whole)
    conversations.add_thread(org, call, ticket, content="We look into it.", direction="out")


def _add_unshown(org: Org) -> None:
    """Records that paths name and no operation shows: finance services, engines, blueprint transitions; two tags."""
    for name in ("books", "inventory", "invoice"):
        org.store["zohoFinance"].add({"id": name})
    for name in ("cm_parts", "cm_tools"):
        org.store[name].add({"id": new_id(org, name, {}), "name": "Spine"})
    org.store["engines"].add({"id": new_id(org, "engines", {})})
    org.store["tickets/transitions"].add({"id": new_id(org, "tickets/transitions", {})}, (FIRST_IDS["tickets"],))
    for name in ("binding", "delivery"):
        tag = org.store[tags.TAGS].add({"id": new_id(org, tags.TAGS, {}), "name": name, "tagType": "MANUAL"})
        org.store[tags.PAIRS].add(
            {"id": f"{FIRST_IDS['tickets']}:{tag['id']}", "ticket": FIRST_IDS["tickets"], "tag": tag["id"]}
        )


def _plans_to_fill(engine: OrgEngine) -> list[AnswerPlan]:
    """One plan for each table that the engine itself answers for: the one that makes its records, else one that
    shows them; outer tables before those within them.
    """
    best: dict[str, AnswerPlan] = {}
    for operation in engine.catalog.operations:
        if engine.has_behaviour(operation.operation_id):
            continue
        plan = engine.plan(operation)
        if plan.kind in _ORDER and plan.table:
            other = best.get(plan.table)
            if other is None or _ORDER.index(plan.kind) < _ORDER.index(other.kind):
                best[plan.table] = plan
    return sorted(best.values(), key=lambda plan: len(plan.parents))


def _fill_table(org: Org, call: Call, plan: AnswerPlan) -> None:
    """Records for a table that has none yet, under the first record of each parent."""
    table = org.store[plan.table]
    if table.rows:
        return
    scope = tuple(_first(org, parent.table) for parent in plan.parents)
    for fields in _WORDS.get(plan.table, _ROWS):
        org.engine.make(org, call, plan, dict(fields), scope)


def _first(org: Org, table: str) -> str:
    """The id of a table's first record, as a path has it."""
    records = org.store[table]
    return next((str(row[records.key]) for row in records), "")
