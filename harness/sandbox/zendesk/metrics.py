"""Ticket metrics: how long a ticket took and who worked on it, derived from its history."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from harness.sandbox.behaviours import about, about_path
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org, seconds_of
from harness.sandbox.store import Record
from harness.sandbox.zendesk import history, ids, paging

# What ticket metric events may be about (document, TicketMetricEventBaseObject).
_MEASURED = ("agent_work_time", "pausable_update_time", "periodic_update_time", "reply_time", "requester_wait_time",
             "resolution_time")  # fmt: skip
_SPANS = ("reply_time_in_minutes", "first_resolution_time_in_minutes", "full_resolution_time_in_minutes",
          "agent_wait_time_in_minutes", "requester_wait_time_in_minutes", "on_hold_time_in_minutes")  # fmt: skip
_DATES = ("assignee_updated_at", "requester_updated_at", "status_updated_at", "initially_assigned_at", "assigned_at",
          "solved_at", "latest_comment_added_at", "custom_status_updated_at")  # fmt: skip


def metric_set(org: Org, base: str, ticket: Record) -> Record:
    """The metrics of a ticket; null is what has not happened yet (recorded, 2015-12)."""
    audits = history.of_org(org).of(ticket["id"])
    ident = metric_id(ticket)
    return {
        "url": f"{base}/api/v2/ticket_metrics/{ident}.json", "id": ident, "ticket_id": ticket["id"],
        "created_at": ticket["created_at"], "updated_at": ticket["updated_at"],
        "group_stations": _stations(audits, "group_id"), "assignee_stations": _stations(audits, "assignee_id"),
        "reopens": _reopens(audits), "replies": len(_replies(ticket, audits)),
        **dates(org, ticket), **_spans(ticket, audits),
    }  # fmt: skip


def metric_id(ticket: Record) -> int:
    """The id of a ticket's metrics, the same at each look."""
    return ids.FIRST - int(ticket["id"])


def dates(org: Org, ticket: Record) -> Record:
    """When what happened to a ticket last."""
    audits = history.of_org(org).of(ticket["id"])
    assignments = _times_set(audits, "assignee_id")
    statuses = _times_set(audits, "status")
    solutions = [at for at, value in statuses if value in ("solved", "closed")]
    return dict(
        zip(
            _DATES,
            (
                _last(audit.created_at for audit in audits if audit.author_id == ticket["assignee_id"]),
                _last(audit.created_at for audit in audits if audit.author_id == ticket["requester_id"]),
                _last(at for at, _ in statuses) or ticket["created_at"],
                next((at for at, _ in assignments), None),
                _last(at for at, _ in assignments),
                _last(solutions),
                _last(audit.created_at for audit in audits if audit.comment is not None),
                _last(at for at, _ in statuses) or ticket["created_at"],
            ),
            strict=True,
        )
    )


def _times_set(audits: Iterable[history.Audit], field: str) -> list[tuple[str, Any]]:
    """When a field got which value, oldest first."""
    return [
        (audit.created_at, value)
        for audit in audits
        for _, name, value, _ in audit.changes
        if name == field and value is not None
    ]


def _last(times: Iterable[str]) -> str | None:
    return max(times, default=None)


def _stations(audits: Iterable[history.Audit], field: str) -> int:
    """How many groups or people a ticket has been with."""
    return len({value for _, value in _times_set(audits, field)})


def _reopens(audits: Iterable[history.Audit]) -> int:
    return sum(
        name == "status" and previous == "solved" and value != "closed"
        for audit in audits
        for _, name, value, previous in audit.changes
    )


def _replies(ticket: Record, audits: Iterable[history.Audit]) -> list[history.Audit]:
    """The public answers to the requester."""
    return [
        audit
        for audit in audits
        if audit.comment is not None and audit.comment.public and audit.author_id != ticket["requester_id"]
    ]


def _spans(ticket: Record, audits: list[history.Audit]) -> Record:
    """The minutes between events, in and out of business hours alike: the account has no schedule."""
    first_reply = next((audit.created_at for audit in _replies(ticket, audits)), None)
    solutions = [at for at, value in _times_set(audits, "status") if value in ("solved", "closed")]
    reply = _minutes(ticket, first_reply)
    first, full = _minutes(ticket, next(iter(solutions), None)), _minutes(ticket, _last(solutions))
    seconds = None if first_reply is None else seconds_of(first_reply) - seconds_of(ticket["created_at"])
    values = (reply, first, full, 0, full or 0, 0)
    spans: Record = {name: {"calendar": value, "business": value} for name, value in zip(_SPANS, values, strict=True)}
    return {**spans, "reply_time_in_seconds": {"calendar": seconds}}


def _minutes(ticket: Record, end: str | None) -> int | None:
    return None if end is None else (seconds_of(end) - seconds_of(ticket["created_at"])) // 60


def events(ticket: Record) -> dict[str, list[Record]]:
    """What was measured of a ticket, by metric: started when it was created, ended when it was solved."""
    shown: dict[str, list[Record]] = {name: [] for name in _MEASURED}
    for name in ("agent_work_time", "requester_wait_time", "resolution_time"):
        shown[name].append(_event(ticket, name, "activate", ticket["created_at"], 0))
    if ticket["status"] in ("solved", "closed"):
        shown["resolution_time"].append(_event(ticket, "resolution_time", "fulfill", ticket["updated_at"], 1))
    return shown


def _event(ticket: Record, metric: str, kind: str, time: str, number: int) -> Record:
    ident = int(ticket["id"]) * 100 + _MEASURED.index(metric) * 10 + number
    return {"id": ident, "ticket_id": ticket["id"], "metric": metric, "instance_id": 1, "type": kind, "time": time}


def _declared(org: Org, call: Call, ticket: Record) -> Record:
    """The metrics of a ticket in the form that the operation's document has for them, to the innermost."""
    plan, metrics = org.engine.plan_of(call), metric_set(org, call.base, ticket)
    model = org.engine.model(plan)
    properties = model.schemas.properties(plan.item)
    spans = {name: org.engine.conform(model, properties.get(name, {}), span)
             for name, span in metrics.items() if isinstance(span, dict)}  # fmt: skip
    return org.engine.conform(model, plan.item, {**metrics, **spans})


def listed(org: Org, call: Call) -> Reply:
    """GET ticket_metrics."""
    return paging.page(org, call, "ticket_metrics", [_declared(org, call, ticket) for ticket in org.store["tickets"]])


def _measured_ticket(org: Org, call: Call) -> Record | None:
    wanted = call.values["ticket_metric_id"]
    return next((ticket for ticket in org.store["tickets"] if str(metric_id(ticket)) == wanted), None)


@about(_measured_ticket)
def shown(org: Org, call: Call, ticket: Record) -> Reply:
    """GET ticket_metrics/{id}."""
    return org.engine.shown(call, _declared(org, call, ticket))


@about_path("tickets", "ticket_id")
def of_ticket(org: Org, call: Call, ticket: Record) -> Reply:
    """GET tickets/{id}/metrics."""
    return org.engine.shown(call, _declared(org, call, ticket))


BEHAVIOURS = {
    "GET /api/v2/ticket_metrics": listed,
    "GET /api/v2/ticket_metrics/{ticket_metric_id}": shown,
    "GET /api/v2/tickets/{ticket_id}/metrics": of_ticket,
}
