"""Views: the tickets that meet the conditions of a view, listed, counted, executed and previewed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from harness.sandbox.behaviours import about_path, with_valid_body
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zendesk import ids, paging, tickets
from harness.sandbox.zendesk.search import LEVELS, ordered


def matching(org: Org, conditions: Mapping[str, Any], call: Call) -> list[Record]:
    """Tickets that meet all of `all` and, where there is one, some of `any`."""
    all_tests, any_tests = _tests(conditions.get("all"), call), _tests(conditions.get("any"), call)
    return [
        row
        for row in org.store["tickets"]
        if all(test(row) for test in all_tests) and (not any_tests or any(test(row) for test in any_tests))
    ]


def _tests(conditions: Any, call: Call) -> list[Callable[[Record], bool]]:
    rows: Iterable[Any] = conditions if isinstance(conditions, list) else ()
    return [_condition(row, call) for row in rows if isinstance(row, dict) and "field" in row]


def _condition(row: Mapping[str, Any], call: Call) -> Callable[[Record], bool]:
    """One condition; on a field that tickets do not have, all meet it."""
    field, operator, value = str(row["field"]), str(row.get("operator") or "is"), row.get("value")
    field = "tags" if field == "current_tags" else field
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
            present = set(have) if isinstance(have, list) else {str(have)}
            return bool(words & present) == (operator == "includes")
        same = have is None if value in (None, "") else str(have) == str(value)
        return not same if operator in ("is_not", "not_is") else same

    return test


def _rows(org: Org, call: Call, view: Record) -> list[Record]:
    return matching(org, view["conditions"], call)


@about_path("views", "view_id")
def view_tickets(org: Org, call: Call, view: Record) -> Reply:
    """GET views/{id}/tickets."""
    if not call.has("sort") and not call.has("sort_by"):
        # A view's own order is the newest first (its recorded cursors say "nice_id desc").
        newest_first = [("sort", "-id")] if paging.wants_cursor(call) else [("sort_by", "id"), ("sort_order", "desc")]
        call.query = (*call.query, *newest_first)
    return tickets.page(org, call, _rows(org, call, view))


def _count(org: Org, call: Call, view: Record, total: int) -> Record:
    """A view's count; it comes from a cache and says so."""
    return {"url": f"{call.base}/api/v2/views/{view['id']}/count.json", "view_id": view["id"], "value": total,
            "pretty": str(total), "fresh": True, "active": bool(view.get("active", True))}  # fmt: skip


@about_path("views", "view_id")
def count_view(org: Org, call: Call, view: Record) -> Reply:
    """GET views/{id}/count."""
    return Reply(200, {"view_count": _count(org, call, view, len(_rows(org, call, view)))})


def count_views(org: Org, call: Call) -> Reply:
    """GET views/count_many."""
    views = org.store["views"].get_many(call.listed("ids"))
    rows = [_count(org, call, view, len(_rows(org, call, view))) for view in views]
    return Reply(200, {"view_counts": rows})


@about_path("views", "view_id")
def execute(org: Org, call: Call, view: Record) -> Reply:
    """GET views/{id}/execute."""
    return Reply(200, _executed(org, view, _rows(org, call, view)[: paging.size_of(call)]))


def _executed(org: Org, view: Record, rows: list[Record]) -> Record:
    shown = [{"subject": row["subject"], "requester_id": row["requester_id"], "created": row["created_at"],
              "updated": row["updated_at"], "group_id": row["group_id"], "assignee_id": row["assignee_id"],
              "priority": row["priority"], "ticket": row} for row in rows]  # fmt: skip
    return {"rows": shown, "columns": view["execution"]["columns"], "groups": [], "view": view}


@with_valid_body
def preview(org: Org, call: Call) -> Reply:
    """POST views/preview: a view that is not stored."""
    view = _previewed(org, call)
    return Reply(200, _executed(org, view, _rows(org, call, view)))


@with_valid_body
def preview_count(org: Org, call: Call) -> Reply:
    """POST views/preview/count."""
    view = _previewed(org, call)
    return Reply(200, {"view_count": _count(org, call, view, len(_rows(org, call, view)))})


def _previewed(org: Org, call: Call) -> Record:
    fields = call.envelope("view")
    conditions = {name: fields[name] if isinstance(fields.get(name), list) else [] for name in ("all", "any")}
    now = org.stamp(call.now)
    view = org.engine.blank("views")
    view.update(id=ids.FIRST, title=str(fields.get("title") or "Preview"), conditions=conditions)
    view.update(created_at=now, updated_at=now)
    return view


@about_path("views", "view_id")
def export_view(org: Org, call: Call, view: Record) -> Reply:
    """GET views/{id}/export: the file would come by mail, and does not."""
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
