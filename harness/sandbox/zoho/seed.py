"""Seed data: a small help desk, and at least one record in every collection that the document names."""

from __future__ import annotations

import copy
from typing import Any

from harness.sandbox.answer_plan import AnswerPlan
from harness.sandbox.call import Call
from harness.sandbox.org import Org, OrgEngine
from harness.sandbox.store import Record
from harness.sandbox.zoho import associations, conversations, tags
from harness.sandbox.zoho.ids import HOME, new_id
from harness.sandbox.zoho.oauth import ORG_ID

_ORGANISATION: Record = {
    "id": ORG_ID, "companyName": "Paper Lane", "portalName": "paperlane1767607200000", "alias": "paperlane",
    "portalURL": "https://example.com/portal", "edition": "ENTERPRISE", "isDefault": True, "isAdminInOrg": True,
    "isSandboxPortal": True, "primaryContact": "robin@example.com", "country": "", "city": "", "description": "",
    "employeeCount": "5", "faviconURL": None, "street": "", "currencyLocale": "en_GB", "currencySymbol": "€",
    "currencyCode": "EUR", "state": "", "isPayloadEncryptionEnabled": False, "fax": "", "zip": "", "website": None,
    "mobile": "", "logoURL": None, "phoneNumber": "",
}  # fmt: skip

# Operation that makes the record, and its fields; in an order in which every record named is there already.
_DESK: tuple[tuple[str, dict[str, Any]], ...] = (
    ("addRole", {"name": "Support"}),
    ("addAgent", {"firstName": "Robin", "lastName": "Weaver", "emailId": "robin@example.com", "status": "ACTIVE"}),
    ("addAgent", {"firstName": "Alex", "lastName": "Fuller", "emailId": "alex@example.com", "status": "ACTIVE"}),
    ("addDepartment", {"name": "Front desk", "nameInCustomerPortal": "Front desk"}),
    ("addDepartment", {"name": "Repairs", "nameInCustomerPortal": "Repairs"}),
    ("createAccount", {"accountName": "Quill and Ink", "email": "office@quill.example.com"}),
    ("createAccount", {"accountName": "Bindery", "email": "office@bindery.example.com"}),
    ("createContact", {"firstName": "Jo", "lastName": "Carter", "email": "jo@quill.example.com"}),
    ("createContact", {"firstName": "Sam", "lastName": "Miller", "email": "sam@bindery.example.com"}),
    ("createProduct", {"productName": "Ledger"}),
    ("createProduct", {"productName": "Notebook"}),
    ("createTicket", {"subject": "Pages come loose", "status": "Open", "description": "The binding gives."}),
    ("createTicket", {"subject": "Second delivery", "status": "On Hold", "description": "One box is missing."}),
    ("createTicket", {"subject": "Thank you", "status": "Closed", "description": "All is well now."}),
)
_ROWS: tuple[dict[str, Any], ...] = ({}, {})
# Tables whose ids are words, or whose forms are told apart by a value.
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
        made = org.engine.make(org, call, org.engine.plan(org.engine.operation(operation)), fields)
        if operation in ("addAgent", "addDepartment"):
            made |= {"isConfirmed": True} if operation == "addAgent" else {"isEnabled": True}
    _add_unshown(org)
    for ticket in org.store["tickets"]:
        conversations.add_thread(
            org, call, ticket["id"], content=ticket["subject"], direction="in", isDescriptionThread=True
        )
    for plan in _plans_to_fill(org.engine):
        _fill_table(org, call, plan)
    for link in associations.SEEDED:
        for left, right in zip(list(org.store[link.left].rows), list(org.store[link.right].rows), strict=False):
            link.join(org, left, right)


def _add_unshown(org: Org) -> None:
    """Records that paths name and no operation shows: finance services, engines, blueprint transitions; two tags."""
    for name in ("books", "inventory", "invoice"):
        org.store["zohoFinance"].add({"id": name})
    for name in ("cm_parts", "cm_tools"):
        org.store[name].add({"id": new_id(org, name, {}), "name": "Spine"})
    org.store["engines"].add({"id": new_id(org, "engines", {})})
    org.store["tickets/transitions"].add({"id": new_id(org, "tickets/transitions", {})}, (HOME["tickets"],))
    for name in ("binding", "delivery"):
        tag = org.store[tags.TAGS].add({"id": new_id(org, tags.TAGS, {}), "name": name, "tagType": "MANUAL"})
        org.store[tags.PAIRS].add({"id": f"{HOME['tickets']}:{tag['id']}", "ticket": HOME["tickets"], "tag": tag["id"]})


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
            rival = best.get(plan.table)
            if rival is None or _ORDER.index(plan.kind) < _ORDER.index(rival.kind):
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
