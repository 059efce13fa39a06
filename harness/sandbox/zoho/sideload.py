"""Sideloading: the records that a row names, shown within the row where `include` asks for them."""

from __future__ import annotations

from harness.formats.singular import singular
from harness.sandbox.answer_plan import AnswerPlan
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zoho.ids import REFERENCED_TABLES


def expand(org: Org, call: Call, reply: Reply) -> Reply:
    """A GET's rows, or its one record, with what `include` asks for and what they show without being asked.

    Names that the document does not know stay out.
    """
    if call.method != "GET" or not reply.ok or not isinstance(reply.body, dict) or call.operation is None:
        return reply
    wanted = [singular(name) for name in call.listed("include")]
    plan = org.engine.plan_of(call)
    rows = reply.body.get(plan.key) if plan.key else [reply.body]
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict):
            for name in (*wanted, *_shown_anyway(row)):
                _add(org, plan, reply.body, row, name)
    return reply


def _shown_anyway(row: Record) -> list[str]:
    """The objects of a row that stand for a record which it also names by id: the owner of a contact that was found."""
    return [name for name, value in row.items() if isinstance(value, dict) and f"{name}Id" in row]


def _add(org: Org, plan: AnswerPlan, body: Record, row: Record, name: str) -> None:
    model = org.engine.model(plan)
    schema = model.schemas.properties(model.schemas.form(plan.item, row)).get(name)
    table = REFERENCED_TABLES.get(f"{name}Id")
    if schema is None or table is None or "object" not in model.schemas.kinds(schema):
        return
    linked = org.store[table].get(row.get(f"{name}Id"))
    shown = org.engine.conform(model, schema, linked) if linked is not None else None
    if shown is not None and name == "contact" and "account" in model.schemas.properties(schema):
        shown["account"] = _account_of(org, linked)
    # Some lists describe what they include and are closed to it all the same.
    wider = {**row, name: shown}
    if model.schemas.fits(plan.item, wider) and model.schemas.fits(
        plan.schema, {**body, plan.key: [wider]} if plan.key else wider
    ):
        row[name] = shown


def _account_of(org: Org, contact: Record | None) -> Record | None:
    """The account of an included contact, in short; null without one (recorded exchanges, 2022)."""
    account = org.store["accounts"].get((contact or {}).get("accountId"))
    return None if account is None else {name: account.get(name) for name in ("id", "accountName", "website")}
