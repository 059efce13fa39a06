"""Views: the tickets that meet the conditions of a view, listed, counted, executed and previewed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zendesk import errors, ids, paging, tickets
from harness.sandbox.zendesk.search import LEVELS, ordered


def matching(org: Org, conditions: Mapping[str, Any], call: Call) -> list[Record]:
    """Tickets that meet all of `all` and, where there is one, some of `any`."""
    every, some = _tests(conditions.get("all"), call), _tests(conditions.get("any"), call)
    return [
        row
        for row in org.store["tickets"]
        if all(test(row) for test in every) and (not some or any(test(row) for test in some))
    ]


def _tests(conditions: Any, call: Call) -> list[Callable[[Record], bool]]:
    rows: Iterable[Any] = conditions if isinstance(conditions, list) else ()
    return [_condition(row, call) for row in rows if isinstance(row, dict) and "field" in row]


def _condition(row: Mapping[str, Any], call: Call) -> Callable[[Record], bool]:
    """One condition; one on a field that tickets do not have lets all pass."""
    field, operator, value = str(row["field"]), str(row.get("operator") or "is"), row.get("value")
    field = {"current_tags": "tags", "requester_id": "requester_id"}.get(field, field)
    if value == "current_user" and call.actor:
        value = call.actor["id"]

    def test(ticket: Record) -> bool:
        if field not in ticket:
            return True
        have = ticket[field]
        levels = LEVELS.get(field)
        if operator in ("less_than", "greater_than") and levels and have in levels and value in levels:
            return ordered(levels.index(have), "<" if operator == "less_than" else ">", levels.index(value))
        if operator in ("includes", "not_includes"):
            words = set(str(value).split())
            known = set(have) if isinstance(have, list) else {str(have)}
            return bool(words & known) == (operator == "includes")
        same = have is None if value in (None, "") else str(have) == str(value)
        return not same if operator in ("is_not", "not_is") else same

    return test


def _view(org: Org, call: Call) -> tuple[Record | None, list[Record]]:
    view = org.store["views"].get(call.values.get("view_id"))
    return view, matching(org, view["conditions"], call) if view else []


def view_tickets(org: Org, call: Call) -> Reply:
    """GET views/{id}/tickets."""
    view, rows = _view(org, call)
    if view is None:
        return errors.missing(org, call)
    if not call.has("sort") and not call.has("sort_by"):
        # A view's own order is the newest first (its recorded cursors say "nice_id desc").
        newest_first = [("sort", "-id")] if paging.wants_cursor(call) else [("sort_by", "id"), ("sort_order", "desc")]
        call.query = (*call.query, *newest_first)
        return tickets.page(org, call, rows)
    return tickets.page(org, call, rows)


def _count(org: Org, call: Call, view: Record, total: int) -> Record:
    """A view's count; it comes from a cache and says so."""
    return {"url": f"{call.base}/api/v2/views/{view['id']}/count.json", "view_id": view["id"], "value": total,
            "pretty": str(total), "fresh": True, "active": bool(view.get("active", True))}  # fmt: skip


def count_view(org: Org, call: Call) -> Reply:
    """GET views/{id}/count."""
    view, rows = _view(org, call)
    return errors.missing(org, call) if view is None else Reply(200, {"view_count": _count(org, call, view, len(rows))})


def count_views(org: Org, call: Call) -> Reply:
    """GET views/count_many."""
    found = [view for ident in call.listed("ids") if (view := org.store["views"].get(ident)) is not None]
    rows = [_count(org, call, view, len(matching(org, view["conditions"], call))) for view in found]
    return Reply(200, {"view_counts": rows})


def execute(org: Org, call: Call) -> Reply:
    """GET views/{id}/execute."""
    view, rows = _view(org, call)
    if view is None:
        return errors.missing(org, call)
    return Reply(200, _executed(org, view, rows[: paging.size_of(call)]))


def _executed(org: Org, view: Record, rows: list[Record]) -> Record:
    shown = [{"subject": row["subject"], "requester_id": row["requester_id"], "created": row["created_at"],
              "updated": row["updated_at"], "group_id": row["group_id"], "assignee_id": row["assignee_id"],
              "priority": row["priority"], "ticket": row} for row in rows]  # fmt: skip
    return {"rows": shown, "columns": view["execution"]["columns"], "groups": [], "view": view}


def preview(org: Org, call: Call) -> Reply:
    """POST views/preview: a view that is not kept."""
    view, rows = _previewed(org, call)
    return view if isinstance(view, Reply) else Reply(200, _executed(org, view, rows))


def preview_count(org: Org, call: Call) -> Reply:
    """POST views/preview/count."""
    view, rows = _previewed(org, call)
    return view if isinstance(view, Reply) else Reply(200, {"view_count": _count(org, call, view, len(rows))})


def _previewed(org: Org, call: Call) -> tuple[Record | Reply, list[Record]]:
    problems_ = org.engine.problems(call)
    if problems_:
        return errors.invalid(org, call, problems_), []
    fields = call.envelope("view")
    conditions = {name: fields[name] if isinstance(fields.get(name), list) else [] for name in ("all", "any")}
    now = org.stamp(call.now)
    view = org.engine.blank("views")
    view.update(id=ids.FIRST, title=str(fields.get("title") or "Preview"), conditions=conditions)
    view.update(created_at=now, updated_at=now)
    return view, matching(org, conditions, call)


def export_view(org: Org, call: Call) -> Reply:
    """GET views/{id}/export: the file would come by mail, and does not."""
    view, _ = _view(org, call)
    if view is None:
        return errors.missing(org, call)
    return Reply(200, {"export": {"view_id": view["id"], "status": "starting"}})


_VIEW = "/api/v2/views/{view_id}"
BEHAVIOURS = {
    f"GET {_VIEW}/tickets": view_tickets,
    f"GET {_VIEW}/count": count_view,
    f"GET {_VIEW}/execute": execute,
    f"GET {_VIEW}/export": export_view,
    "GET /api/v2/views/count_many": count_views,
    "POST /api/v2/views/preview": preview,
    "POST /api/v2/views/preview/count": preview_count,
}
