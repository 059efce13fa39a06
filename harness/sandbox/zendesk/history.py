"""The history of a ticket: its audits, stored small and turned into JSON when they are read."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from harness.sandbox.behaviours import about_path
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zendesk import errors, paging
from harness.sandbox.zendesk.examples import VIA

Changes = tuple[tuple[str, str, Any, Any], ...]
"""The changes of one audit: each a type (Create, Change), field, value and previous value."""


@dataclass(slots=True)
class Comment:
    """One comment. `uploads` are ids of attachments."""

    body: str
    public: bool
    author_id: int
    html: str = ""
    uploads: tuple[int, ...] = ()


@dataclass(slots=True)
class Audit:
    """One change of a ticket. The comment's id is the audit's and one."""

    id: int
    ticket_id: int
    author_id: int
    created_at: str
    changes: Changes = ()
    comment: Comment | None = None
    client: str = ""


@dataclass(slots=True)
class History:
    """All audits of an org: in order, and by ticket."""

    audits: list[Audit] = field(default_factory=list)
    by_ticket: dict[int, list[Audit]] = field(default_factory=dict)

    def add(self, audit: Audit) -> Audit:
        """Add an audit."""
        self.audits.append(audit)
        self.by_ticket.setdefault(audit.ticket_id, []).append(audit)
        return audit

    def of(self, ticket: int) -> list[Audit]:
        """The audits of one ticket, oldest first."""
        return self.by_ticket.get(ticket, [])

    def comments(self, ticket: int) -> Iterator[Audit]:
        """The audits of a ticket that hold a comment."""
        return (audit for audit in self.of(ticket) if audit.comment is not None)

    def remove(self, ticket: int) -> None:
        """Delete the audits of a ticket that was deleted permanently."""
        if self.by_ticket.pop(ticket, None):
            self.audits = [audit for audit in self.audits if audit.ticket_id != ticket]


def of_org(org: Org) -> History:
    """The history of an org."""
    return org.state_of(History)


def audit_json(org: Org, audit: Audit) -> Record:
    """An audit as the API shows it, its comment first among the events."""
    events: list[Record] = []
    if audit.comment is not None:
        events.append(_comment_event(org, audit, audit.comment))
    for number, (kind, name, value, previous) in enumerate(audit.changes, start=2):
        event = {"id": audit.id + number, "type": kind, "value": _shown(value), "field_name": name}
        events.append({**event, "previous_value": _shown(previous)} if kind == "Change" else event)
    return {
        "id": audit.id, "ticket_id": audit.ticket_id, "created_at": audit.created_at, "author_id": audit.author_id,
        "metadata": _metadata(audit), "events": events, "via": VIA,
    }  # fmt: skip


def _shown(value: Any) -> Any:
    """Events carry numbers as text, lists as they are (recorded)."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _metadata(audit: Audit) -> Record:
    system: Record = {"ip_address": "192.0.2.7", "location": "Springfield, OR, United States", "latitude": 44.05,
                      "longitude": -123.02}  # fmt: skip
    return {"system": {"client": audit.client or "API", **system}, "custom": {}}


def _comment_event(org: Org, audit: Audit, comment: Comment) -> Record:
    return {
        "id": audit.id + 1, "type": "Comment", "author_id": comment.author_id, "body": comment.body,
        "html_body": comment.html or as_html(comment.body), "plain_body": comment.body, "public": comment.public,
        "attachments": attachments(org, comment), "audit_id": audit.id,
    }  # fmt: skip


def comment_json(org: Org, audit: Audit) -> Record:
    """A comment as the comments list shows it."""
    assert audit.comment is not None
    return {**_comment_event(org, audit, audit.comment), "via": VIA, "created_at": audit.created_at,
            "metadata": _metadata(audit)}  # fmt: skip


def attachments(org: Org, comment: Comment) -> list[Record]:
    """The attachments of a comment."""
    return org.store["attachments"].get_many(comment.uploads)


def as_html(text: str) -> str:
    """A plain body the way the vendor marks it up."""
    paragraphs = "".join(f'<p dir="auto">{html.escape(part)}</p>' for part in text.split("\n\n"))
    return f'<div class="zd-comment" dir="auto">{paragraphs}</div>'


@about_path("tickets", "ticket_id")
def audits(org: Org, call: Call, ticket: Record) -> Reply:
    """GET tickets/{id}/audits."""
    rows = [audit_json(org, audit) for audit in of_org(org).of(ticket["id"])]
    return paging.page(org, call, "audits", rows)


def _audit(org: Org, call: Call) -> Audit | None:
    ticket = org.store["tickets"].get(call.values["ticket_id"])
    ident = call.values.get("ticket_audit_id")
    audits = of_org(org).of(ticket["id"]) if ticket else ()
    return next((audit for audit in audits if str(audit.id) == ident), None)


def show_audit(org: Org, call: Call) -> Reply:
    """GET tickets/{id}/audits/{id}."""
    audit = _audit(org, call)
    return errors.missing(org, call) if audit is None else Reply(200, {"audit": audit_json(org, audit)})


@about_path("tickets", "ticket_id")
def count_audits(org: Org, call: Call, ticket: Record) -> Reply:
    """GET tickets/{id}/audits/count."""
    return paging.count(org, call, len(of_org(org).of(ticket["id"])))


def make_audit_private(org: Org, call: Call) -> Reply:
    """PUT tickets/{id}/audits/{id}/make_private."""
    audit = _audit(org, call)
    if audit is None:
        return errors.missing(org, call)
    if audit.comment is not None:
        audit.comment.public = False
    return Reply(200, "")


def all_audits(org: Org, call: Call) -> Reply:
    """GET ticket_audits: pages by cursor in any case; newest last."""
    rows = [{"id": audit.id, "created_at": audit.created_at, "audit": audit} for audit in of_org(org).audits]
    reply = paging.page(org, call if paging.wants_cursor(call) else _with_cursor(call), "audits", rows)
    if reply.ok:
        body = reply.body
        body["audits"] = [audit_json(org, row["audit"]) for row in body["audits"]]
        meta, links = body["meta"], body["links"]
        body.update(after_url=links["next"], after_cursor=meta["after_cursor"], before_url=links["prev"],
                    before_cursor=meta["before_cursor"])  # fmt: skip
    return reply


def _with_cursor(call: Call) -> Call:
    """The call with the cursor paging that it left out."""
    return Call(
        call.method, call.path, call.operation, call.values, (*call.query, ("page[size]", "100")), base=call.base
    )


BEHAVIOURS = {
    "GET /api/v2/tickets/{ticket_id}/audits": audits,
    "GET /api/v2/tickets/{ticket_id}/audits/count": count_audits,
    "GET /api/v2/tickets/{ticket_id}/audits/{ticket_audit_id}": show_audit,
    "PUT /api/v2/tickets/{ticket_id}/audits/{ticket_audit_id}/make_private": make_audit_private,
    "GET /api/v2/ticket_audits": all_audits,
}
