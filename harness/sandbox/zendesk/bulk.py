"""Bulk work: many records created, updated or deleted by one request, by a job or at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.formats.singular import singular
from harness.sandbox.answer_plan import AnswerPlan
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.store import Record, Table
from harness.sandbox.zendesk import errors, jobs, record_rules, tickets, trash, user_records
from harness.sandbox.zendesk.lists import collection, listed


def _noun(plan: AnswerPlan) -> str:
    return "".join(word.capitalize() for word in singular(plan.table.split("/")[-1]).split("_"))


def _is_job(org: Org, call: Call) -> bool:
    return org.engine.plan_of(call).key == "job_status"


def _rows_of(call: Call, word: str) -> list[Any] | None:
    """The list of records that a body brings under the collection's name, or under whatever name it has one."""
    candidates = (call.fields.get(word), *call.fields.values())
    return next((value for value in candidates if isinstance(value, list)), None)


def bulk_refusal(org: Org, call: Call) -> Reply | None:
    """What a bulk body has wrong; too many rows are refused first."""
    rows = _rows_of(call, "") or []
    if len(rows) > jobs.LIMIT:
        path = call.operation.path if call.operation else ""
        return errors.too_many(noun="users" if path.startswith("/api/v2/users/create") else "")
    return org.engine.refusal(org, call)


def create_many(org: Org, call: Call) -> Reply:
    """A job, or where the vendor does it at once, the new records."""
    refusal = bulk_refusal(org, call)
    if refusal is not None:
        return refusal
    plan, scope = collection(org, call)
    rows = _rows_of(call, plan.table.split("/")[-1])
    if rows is None:
        return errors.attribute(plan.key or "body", "must be an array")
    noun, results, records = _noun(plan), [], []
    for index, fields in enumerate(rows):
        record = _create_record(org, call, plan, fields if isinstance(fields, dict) else {}, scope)
        if isinstance(record, str):
            results.append(jobs.failed(noun, index, None, "create", record))
        else:
            records.append(record)
            results.append(jobs.created(noun, index, record["id"]))
    if _is_job(org, call):
        return jobs.start(org, call, f"Bulk Create {noun}", results)
    reply = listed(org, call, records)
    reply.status = org.engine.plan(call.operation).status if call.operation else reply.status
    return reply


def _create_record(org: Org, call: Call, plan: AnswerPlan, fields: Record, scope: tuple[str, ...]) -> Record | str:
    """One record of a bulk create, or the reason why it cannot be created."""
    if plan.table == "tickets":
        if not tickets.text_of(fields).strip():
            return "Description: cannot be blank"
        return tickets.make(org, call, fields)[0]
    broken = next(record_rules.broken_rules(org, plan.table, fields), None)
    if broken is not None:
        return broken.description
    if plan.table == "users":
        return user_records.make(org, call.base, call.now, fields)
    return org.engine.make(org, call, plan, fields, scope)


def update_many(org: Org, call: Call) -> Reply:
    """One change for all `ids`, or a list of records that each name their id."""
    refusal = bulk_refusal(org, call)
    if refusal is not None:
        return refusal
    plan, _ = collection(org, call)
    word = plan.table.split("/")[-1]
    rows = _rows_of(call, word) if not call.has("ids") and not call.has("external_ids") else None
    if rows is None:
        fields = call.envelope(singular(word))
        rows = [{**fields, "id": ident} for ident in _named(org, call, plan)]
    if len(rows) > jobs.LIMIT:
        return errors.too_many()
    table, noun, results, changed = org.store[plan.table], _noun(plan), [], []
    for index, fields in enumerate(row for row in rows if isinstance(row, dict)):
        record = table.get(fields.get("id"))
        reason = "not found" if record is None else _change(org, call, plan, record, fields)
        if record is None or reason:
            results.append(jobs.failed(noun, index, fields.get("id"), "update", reason))
        else:
            changed.append(record)
            results.append(jobs.changed(record["id"]))
    return jobs.start(org, call, f"Bulk Update {noun}", results) if _is_job(org, call) else listed(org, call, changed)


def _change(org: Org, call: Call, plan: AnswerPlan, record: Record, fields: Record) -> str:
    """One record of a bulk update; the reason why it cannot be changed, or an empty text."""
    if plan.table == "tickets":
        refusal = tickets.change_refusal(org, record, fields)
        if refusal is None:
            tickets.change(org, call, record, fields)
            return ""
        return errors.first_description(refusal)
    broken = next(record_rules.broken_rules(org, plan.table, fields, record), None)
    if broken is not None:
        return broken.description
    if plan.table == "users":
        user_records.change(org, record, fields)
    else:
        org.engine.assign(plan, record, {key: value for key, value in fields.items() if key != "id"})
    record["updated_at"] = org.stamp(call.now)
    return ""


def _named(org: Org, call: Call, plan: AnswerPlan) -> list[Any]:
    external = call.listed("external_ids")
    if external:
        return [row["id"] for row in org.store[plan.table] if row.get("external_id") in external]
    in_query = call.listed("ids")
    in_body = call.fields.get("ids")
    if in_query or not isinstance(in_body, list):
        return in_query
    return [ident for ident in in_body if isinstance(ident, int | str)]


def destroy_many(org: Org, call: Call) -> Reply:
    """A job for tickets, users, organizations and memberships; rules and views are deleted at once."""
    plan, _ = collection(org, call)
    wanted = _named(org, call, plan)
    if not wanted:
        return errors.attribute("ids", "must be a list of ids")
    if len(wanted) > jobs.LIMIT:
        return errors.too_many()
    table, results = org.store[plan.table], []
    remove = _REMOVERS.get(plan.table, _erase)
    for index, ident in enumerate(wanted):
        deleted = remove(org, call, table, ident) if table.get(ident) is not None else None
        if deleted:
            results.append(jobs.changed(deleted["id"], "delete"))
        else:
            results.append(jobs.failed(_noun(plan), index, ident, "delete", "not found"))
    if _is_job(org, call):
        # The vendor calls a bulk ticket deletion an update (recorded).
        kind = "Bulk Update Ticket" if plan.table == "tickets" else f"Bulk Delete {_noun(plan)}"
        return jobs.start(org, call, kind, results)
    own = org.engine.plan_of(call)
    return Reply(own.status) if own.schema is None else Reply(own.status, "")


def _erase(org: Org, _: Call, table: Table, ident: Any) -> Record | None:
    return org.store.erase(table.name, str(ident))


_REMOVERS: dict[str, Callable[[Org, Call, Table, Any], Record | None]] = {
    "tickets": trash.trash_ticket,
    "users": trash.trash_user,
}


def reorder(org: Org, call: Call) -> Reply:
    """New positions, in the order of the ids that the body lists."""
    refusal = bulk_refusal(org, call)
    if refusal is not None:
        return refusal
    plan, _ = collection(org, call)
    idents = _rows_of(call, "") or []
    for position, ident in enumerate(idents):
        record = org.store[plan.table].get(ident if not isinstance(ident, dict) else ident.get("id"))
        if record is not None and "position" in record:
            record["position"] = position
    own = org.engine.plan_of(call)
    if not own.has_body:
        return Reply(own.status)
    if own.kind == "list" or own.key == plan.key:
        return listed(org, call, org.engine.rows(org, *collection(org, call)))
    return Reply(own.status, org.engine.model(own).examples.value(own.schema))


BEHAVIOURS = {
    "POST */create_many": create_many,
    "PUT */update_many": update_many,
    "DELETE */destroy_many": destroy_many,
    "PUT */reorder": reorder,
}
