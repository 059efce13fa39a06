"""What many resources have in common: active, search, autocomplete, show_many, and work on many at once.

Each function answers for whatever collection stands before the last word of the path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from harness.formats.singular import singular
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.plan import Plan
from harness.sandbox.store import Record, Table
from harness.sandbox.zendesk import errors, jobs, members, paging, people, settle, tickets

_NAMES = ("name", "title", "subject", "email", "agent_label", "key", "external_id")


def collection(org: Org, call: Call) -> tuple[Plan, tuple[str, ...]]:
    """The plan and parents of the collection that a path like `/x/active` belongs to."""
    assert call.operation is not None
    own = org.engine.plan(call.operation)
    found = org.engine.router.find("GET", call.operation.path.rpartition("/")[0])
    plan = org.engine.plan(found[0]) if found else own
    return plan, tuple(call.values.get(parent.parameter, "") for parent in plan.parents)


def shown(org: Org, call: Call, rows: Iterable[Record]) -> Reply:
    """These rows of the collection as the operation's own list."""
    assert call.operation is not None
    plan, _ = collection(org, call)
    own = replace(org.engine.plan(call.operation), table=plan.table)
    found = list(rows)
    if not org.engine.shows_rows(own):
        return org.engine.shown(own, found[0]) if found else errors.missing(org, call)
    reply = org.engine.listed(org, call, own, found)
    if reply.ok and call.query:
        people.sideload(org, call, reply.body, found)
    return reply


def everything(org: Org, call: Call) -> Reply:
    """`compact`, `recent`, `assignable` and their like: the collection as it is."""
    return shown(org, call, org.engine.rows(org, *collection(org, call)))


def active(org: Org, call: Call) -> Reply:
    """Only what is switched on."""
    return shown(org, call, (row for row in org.engine.rows(org, *collection(org, call)) if row.get("active", True)))


def searched(org: Org, call: Call) -> Reply:
    """`query` (or `name`, `external_id`) somewhere in the record's names."""
    rows = org.engine.rows(org, *collection(org, call))
    outside = call.arg("external_id")
    if outside:
        return shown(org, call, (row for row in rows if row.get("external_id") == outside))
    text = _wanted(call).strip('"').lower()
    _, _, value = text.rpartition(":")
    return shown(org, call, (row for row in rows if any(value in str(row.get(name) or "").lower() for name in _NAMES)))


def completed(org: Org, call: Call) -> Reply:
    """`autocomplete`: names that begin with the text."""
    problems = org.engine.problems(call)
    if problems:
        return errors.invalid(org, call, problems)
    text = _wanted(call).lower()
    rows = org.engine.rows(org, *collection(org, call))
    return shown(
        org, call, (row for row in rows if str(row.get("name") or row.get("title") or "").lower().startswith(text))
    )


def _wanted(call: Call) -> str:
    body = call.body if isinstance(call.body, dict) else {}
    return call.arg("query") or call.arg("name") or str(body.get("name") or body.get("query") or "")


def by_ids(org: Org, call: Call) -> Reply:
    """`show_many`: by `ids`, `external_ids` or `keys`; who is not there is left out."""
    plan, _ = collection(org, call)
    table = org.store[plan.table]
    wanted = call.listed("ids") or call.listed("keys")
    if len(wanted) > jobs.LIMIT:
        return errors.too_many()
    rows = [row for ident in wanted if (row := table.get(ident)) is not None]
    outside = set(call.listed("external_ids"))
    if outside:
        rows = [row for row in table if row.get("external_id") in outside]
    return shown(org, call, rows)


def counted(org: Org, call: Call) -> Reply:
    """`count`: how many there are, and when that was found out."""
    total = len(paging.narrowed(call, org.engine.rows(org, *collection(org, call))))
    return Reply(200, {"count": {"value": total, "refreshed_at": org.stamp(call.now)}})


# -- many at once ----------------------------------------------------------------------------------------------------


def _noun(plan: Plan) -> str:
    return "".join(word.capitalize() for word in singular(plan.table.split("/")[-1]).split("_"))


def _is_job(org: Org, call: Call) -> bool:
    assert call.operation is not None
    return org.engine.plan(call.operation).key == "job_status"


def _rows_of(call: Call, word: str) -> list[Any] | None:
    """The list of records that a body brings under the collection's name, or under whatever name it has one."""
    if not isinstance(call.body, dict):
        return None
    found = call.body.get(word)
    if isinstance(found, list):
        return found
    return next((value for value in call.body.values() if isinstance(value, list)), None)


def refused(org: Org, call: Call) -> Reply | None:
    """What a bulk body has wrong; over the limit comes first."""
    rows = _rows_of(call, "") or []
    if len(rows) > jobs.LIMIT:
        last = call.operation.path if call.operation else ""
        return errors.too_many(noun="users" if last.startswith("/api/v2/users/create") else "")
    problems = org.engine.problems(call)
    return errors.invalid(org, call, problems) if problems else None


def create_many(org: Org, call: Call) -> Reply:
    """A job, or where the vendor does it at once, the new records."""
    no = refused(org, call)
    if no is not None:
        return no
    plan, scope = collection(org, call)
    rows = _rows_of(call, plan.table.split("/")[-1])
    if rows is None:
        return errors.attribute(plan.key or "body", "must be an array")
    noun, results, made = _noun(plan), [], []
    for index, fields in enumerate(rows):
        record = create_one(org, call, plan, fields if isinstance(fields, dict) else {}, scope)
        if isinstance(record, str):
            results.append(jobs.failed(noun, index, None, "create", record))
        else:
            made.append(record)
            results.append(jobs.created(noun, index, record["id"]))
    if _is_job(org, call):
        return jobs.start(org, call, f"Bulk Create {noun}", results)
    reply = shown(org, call, made)
    reply.status = org.engine.plan(call.operation).status if call.operation else reply.status
    return reply


def create_one(org: Org, call: Call, plan: Plan, fields: Record, scope: tuple[str, ...]) -> Record | str:
    """One record of a bulk create, or why it could not be made."""
    if plan.table == "tickets":
        if not tickets.text_of(fields).strip():
            return "Description: cannot be blank"
        return tickets.make(org, call, fields)[0]
    if plan.table == "users":
        email = fields.get("email")
        if not fields.get("name"):
            return "Name: is too short (minimum is 1 characters)"
        if isinstance(email, str) and people.by_email(org, email):
            return f"Email: {email} is already being used by another user"
        return people.enrol(org, call.base, call.now, fields)
    taken = settle.taken(org, plan.table, fields)
    return taken or org.engine.make(org, call, plan, fields, scope)


def update_many(org: Org, call: Call) -> Reply:
    """One change for all `ids`, or a list of records that each name their id."""
    no = refused(org, call)
    if no is not None:
        return no
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
        why = "not found" if record is None else _change(org, call, plan, record, fields)
        if record is None or why:
            results.append(jobs.failed(noun, index, fields.get("id"), "update", why))
        else:
            changed.append(record)
            results.append(jobs.changed(record["id"]))
    return jobs.start(org, call, f"Bulk Update {noun}", results) if _is_job(org, call) else shown(org, call, changed)


def _change(org: Org, call: Call, plan: Plan, record: Record, fields: Record) -> str:
    """One record of a bulk update; why it could not be changed, or nothing."""
    if plan.table == "tickets":
        no = tickets.hindered(org, record, fields)
        if no is None:
            tickets.change(org, call, record, fields)
        return (
            ""
            if no is None
            else str(next(iter(no.body["details"].values()))[0]["description"])
            if "details" in no.body
            else no.body["description"]
        )
    if plan.table == "users":
        people.revise(org, record, fields)
    else:
        taken = settle.taken(org, plan.table, fields, record)
        if taken:
            return taken
        org.engine.assign(plan, record, {key: value for key, value in fields.items() if key != "id"})
    record["updated_at"] = org.stamp(call.now)
    return ""


def _named(org: Org, call: Call, plan: Plan) -> list[Any]:
    outside = set(call.listed("external_ids"))
    if outside:
        return [row["id"] for row in org.store[plan.table] if row.get("external_id") in outside]
    wanted: list[Any] = list(call.listed("ids"))
    if not wanted and isinstance(call.body, dict):
        given = call.body.get("ids")
        wanted = [one for one in given if isinstance(one, int | str)] if isinstance(given, list) else []
    return wanted


def destroy_many(org: Org, call: Call) -> Reply:
    """A job for tickets, users, organizations and memberships; for rules and views, gone at once."""
    plan, _ = collection(org, call)
    wanted = _named(org, call, plan)
    if not wanted:
        return errors.attribute("ids", "must be a list of ids")
    if len(wanted) > jobs.LIMIT:
        return errors.too_many()
    table, results = org.store[plan.table], []
    remove = _REMOVED.get(plan.table, _gone)
    for index, ident in enumerate(wanted):
        gone = remove(org, call, table, ident) if table.get(ident) is not None else None
        results.append(
            jobs.changed(gone["id"], "delete")
            if gone
            else jobs.failed(_noun(plan), index, ident, "delete", "not found")
        )
    if _is_job(org, call):
        # The vendor calls a bulk ticket deletion an update (recorded).
        kind = "Bulk Update Ticket" if plan.table == "tickets" else f"Bulk Delete {_noun(plan)}"
        return jobs.start(org, call, kind, results)
    assert call.operation is not None
    own = org.engine.plan(call.operation)
    return Reply(own.status) if own.schema is None else Reply(own.status, "")


def _gone(org: Org, _: Call, table: Table, ident: Any) -> Record | None:
    return org.store.erase(table.name, str(ident))


def _bin_ticket(org: Org, call: Call, table: Table, ident: Any) -> Record | None:
    record = table.bin(ident)
    org.memo.setdefault("deletions", {})[str(ident)] = (org.stamp(call.now), (call.actor or {}).get("id"))
    return record


def bin_user(org: Org, call: Call, table: Table, ident: Any) -> Record | None:
    """A user into the deleted ones: inactive, in no organization, the address free again."""
    user = table.bin(ident)
    if user is not None:
        members.leave(org, user)
        user["active"] = False
        user["updated_at"] = org.stamp(call.now)
        if user["email"]:
            people.mails(org).pop(user["email"].lower(), None)
    return user


_REMOVED: dict[str, Callable[[Org, Call, Table, Any], Record | None]] = {"tickets": _bin_ticket, "users": bin_user}


def reorder(org: Org, call: Call) -> Reply:
    """New positions, in the order of the ids that the body lists."""
    no = refused(org, call)
    if no is not None:
        return no
    plan, _ = collection(org, call)
    idents = _rows_of(call, "") or []
    for position, ident in enumerate(idents):
        record = org.store[plan.table].get(ident if not isinstance(ident, dict) else ident.get("id"))
        if record is not None and "position" in record:
            record["position"] = position
    assert call.operation is not None
    own = org.engine.plan(call.operation)
    if own.schema is None or own.status == 204:
        return Reply(own.status)
    if own.kind == "list" or own.key == plan.key:
        return shown(org, call, org.engine.rows(org, *collection(org, call)))
    return Reply(own.status, org.engine.side(own).synth.value(own.schema))


BEHAVIOURS = {
    "GET */active": active,
    "GET */compact": everything,
    "GET */recent": everything,
    "GET */assignable": everything,
    "GET */search": searched,
    "GET */autocomplete": completed,
    "POST */autocomplete": completed,
    "GET */count": counted,
    "GET */show_many": by_ids,
    "POST */create_many": create_many,
    "PUT */update_many": update_many,
    "DELETE */destroy_many": destroy_many,
    "PUT */reorder": reorder,
}
