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
from harness.sandbox.zendesk import errors, jobs, paging, sideload

_NAMES = ("name", "title", "subject", "email", "agent_label", "key", "external_id")


def collection(org: Org, call: Call) -> tuple[AnswerPlan, tuple[str, ...]]:
    """The plan and parents of the collection that a path like `/x/active` belongs to."""
    own = org.engine.plan_of(call)
    found = org.engine.router.find("GET", own.operation.path.rpartition("/")[0])
    plan = org.engine.plan(found[0]) if found else own
    return plan, tuple(call.values.get(parent.parameter, "") for parent in plan.parents)


def listed(org: Org, call: Call, rows: Iterable[Record]) -> Reply:
    """These rows of the collection as the operation's own list."""
    plan, _ = collection(org, call)
    own = replace(org.engine.plan_of(call), table=plan.table)
    found = list(rows)
    if not org.engine.shows_rows(own):
        return org.engine.shown(call, found[0], own) if found else errors.missing(org, call)
    reply = org.engine.listed(org, call, found, own)
    if reply.ok and call.query:
        sideload.sideload(org, call, reply.body, found)
    return reply


def all_rows(org: Org, call: Call) -> Reply:
    """`compact`, `recent`, `assignable` and their like: the collection as it is."""
    return listed(org, call, org.engine.rows(org, *collection(org, call)))


def active(org: Org, call: Call) -> Reply:
    """Only what is switched on."""
    return listed(org, call, (row for row in org.engine.rows(org, *collection(org, call)) if row.get("active", True)))


def searched(org: Org, call: Call) -> Reply:
    """`query` (or `name`, `external_id`) somewhere in the record's names."""
    rows = org.engine.rows(org, *collection(org, call))
    outside = call.arg("external_id")
    if outside:
        return listed(org, call, (row for row in rows if row.get("external_id") == outside))
    text = _wanted(call).strip('"').lower()
    _, _, value = text.rpartition(":")
    return listed(org, call, (row for row in rows if any(value in str(row.get(name) or "").lower() for name in _NAMES)))


@with_valid_body
def completed(org: Org, call: Call) -> Reply:
    """`autocomplete`: names that begin with the text."""
    text = _wanted(call).lower()
    rows = org.engine.rows(org, *collection(org, call))
    return listed(
        org, call, (row for row in rows if str(row.get("name") or row.get("title") or "").lower().startswith(text))
    )


def _wanted(call: Call) -> str:
    body = call.fields
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
    return listed(org, call, rows)


def counted(org: Org, call: Call) -> Reply:
    """`count`: how many there are, and when that was found out."""
    total = len(paging.narrowed(call, org.engine.rows(org, *collection(org, call))))
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
