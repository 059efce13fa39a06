"""Collections read in other ways than page by page: active ones, by ids, counted, by a part of their names.

Each function answers for whatever collection stands before the last word of the path.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from harness.sandbox.answer_plan import AnswerPlan
from harness.sandbox.behaviours import with_valid_body
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zendesk import errors, jobs, paging

_NAMES = ("name", "title", "subject", "email", "agent_label", "key", "external_id")


def collection(org: Org, call: Call) -> tuple[AnswerPlan, tuple[str, ...]]:
    """The plan and parents of the collection that a path like `/x/active` belongs to."""
    own = org.engine.plan_of(call)
    match = org.engine.router.find("GET", own.operation.path.rpartition("/")[0])
    plan = org.engine.plan(match[0]) if match else own
    return plan, tuple(call.values.get(parent.parameter, "") for parent in plan.parents)


def listed(org: Org, call: Call, rows: Iterable[Record]) -> Reply:
    """These rows of the collection as the operation's own list."""
    plan, _ = collection(org, call)
    own = replace(org.engine.plan_of(call), table=plan.table)
    rows = list(rows)
    if not org.engine.shows_rows(own):
        return org.engine.shown(call, rows[0], own) if rows else errors.missing(org, call)
    return org.engine.listed(org, call, rows, own)


def _rows(org: Org, call: Call) -> list[Record]:
    return org.engine.rows(org, *collection(org, call))


def all_rows(org: Org, call: Call) -> Reply:
    """`compact`, `recent`, `assignable` and their like: the collection as it is."""
    return listed(org, call, _rows(org, call))


def active(org: Org, call: Call) -> Reply:
    """Only what is switched on."""
    return listed(org, call, (row for row in _rows(org, call) if row.get("active", True)))


def searched(org: Org, call: Call) -> Reply:
    """`query` (or `name`, `external_id`) somewhere in the record's names."""
    rows = _rows(org, call)
    external_id = call.arg("external_id")
    if external_id:
        return listed(org, call, (row for row in rows if row.get("external_id") == external_id))
    text = _wanted(call).strip('"').lower()
    _, _, value = text.rpartition(":")
    return listed(org, call, (row for row in rows if any(value in str(row.get(name) or "").lower() for name in _NAMES)))


@with_valid_body
def completed(org: Org, call: Call) -> Reply:
    """`autocomplete`: names that begin with the text."""
    text = _wanted(call).lower()
    rows = _rows(org, call)
    return listed(
        org, call, (row for row in rows if str(row.get("name") or row.get("title") or "").lower().startswith(text))
    )


def _wanted(call: Call) -> str:
    body = call.fields
    return call.arg("query") or call.arg("name") or str(body.get("name") or body.get("query") or "")


def by_ids(org: Org, call: Call) -> Reply:
    """`show_many`: by `ids`, `external_ids` or `keys`; unknown ones are left out."""
    plan, _ = collection(org, call)
    table = org.store[plan.table]
    wanted = call.listed("ids") or call.listed("keys")
    if len(wanted) > jobs.LIMIT:
        return errors.too_many()
    rows = table.get_many(wanted)
    external_id = set(call.listed("external_ids"))
    if external_id:
        rows = [row for row in table if row.get("external_id") in external_id]
    return listed(org, call, rows)


def counted(org: Org, call: Call) -> Reply:
    """`count`: how many there are, and when they were counted."""
    total = len(paging.narrowed(call, _rows(org, call)))
    return paging.count(org, call, total)


BEHAVIOURS = {
    "GET */active": active,
    "GET */compact": all_rows,
    "GET */recent": all_rows,
    "GET */assignable": all_rows,
    "GET */search": searched,
    "GET */autocomplete": completed,
    "POST */autocomplete": completed,
    "GET */count": counted,
    "GET */show_many": by_ids,
}
