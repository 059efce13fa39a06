"""Conversations: the comments of a ticket, listed, counted, made private and redacted."""

from __future__ import annotations

from harness.sandbox.behaviours import about_path, with_valid_body
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zendesk import attachments, errors, history, paging


def _listed(org: Org, call: Call, ticket: Record, *, public: bool = False) -> Reply:
    rows = [
        history.comment_json(org, audit)
        for audit in history.of_org(org).comments(ticket["id"])
        if not public or (audit.comment and audit.comment.public)
    ]
    if call.arg("sort_order") == "desc" or call.arg("sort") == "-created_at":
        rows.reverse()
    return paging.page(org, call, "comments", rows)


@about_path("tickets", "ticket_id")
def listed(org: Org, call: Call, ticket: Record) -> Reply:
    """GET tickets/{id}/comments."""
    return _listed(org, call, ticket)


@about_path("tickets", "request_id")
def comments_of_request(org: Org, call: Call, ticket: Record) -> Reply:
    """GET requests/{id}/comments: only the public ones."""
    return _listed(org, call, ticket, public=True)


@about_path("tickets", "request_id")
def comment_of_request(org: Org, call: Call, ticket: Record) -> Reply:
    """GET requests/{id}/comments/{id}."""
    audit = _audit_of(org, ticket, call.values["ticket_comment_id"])
    if audit is None or audit.comment is None or not audit.comment.public:
        return errors.missing(org, call)
    return Reply(200, {"comment": history.comment_json(org, audit)})


@about_path("tickets", "ticket_id")
def counted(org: Org, call: Call, ticket: Record) -> Reply:
    """GET tickets/{id}/comments/count."""
    total = sum(1 for _ in history.of_org(org).comments(ticket["id"]))
    return paging.count(org, call, total)


def _audit_of(org: Org, ticket: Record, ident: str) -> history.Audit | None:
    """The audit that holds a comment, by the comment's id."""
    return next((audit for audit in history.of_org(org).comments(ticket["id"]) if str(audit.id + 1) == ident), None)


def _audit_of_any_ticket(org: Org, ident: str) -> history.Audit | None:
    with_comment = (audit for audit in history.of_org(org).audits if audit.comment is not None)
    return next((audit for audit in with_comment if str(audit.id + 1) == ident), None)


@about_path("tickets", "ticket_id")
def redact(org: Org, call: Call, ticket: Record) -> Reply:
    """PUT tickets/{id}/comments/{id}/redact: every occurrence of `text` becomes black squares, permanently."""
    audit = _audit_of(org, ticket, call.values["comment_id" if "comment_id" in call.values else "ticket_comment_id"])
    if audit is None or audit.comment is None:
        return errors.missing(org, call)
    text = call.fields.get("text")
    if not isinstance(text, str) or not text:
        return errors.attribute("text", "must be a string")
    audit.comment.body = audit.comment.body.replace(text, "▇" * len(text))
    audit.comment.html = ""
    return Reply(200, {"comment": history.comment_json(org, audit)})


@with_valid_body
def redact_in_workspace(org: Org, call: Call) -> Reply:
    """PUT comment_redactions/{id}: the ticket is named in the body."""
    audit = _audit_of_any_ticket(org, call.values["ticket_comment_id"])
    if audit is None or audit.comment is None:
        return errors.missing(org, call)
    audit.comment.html = "<p>▇▇▇</p>"
    audit.comment.body = "▇▇▇"
    return Reply(200, {"comment": history.comment_json(org, audit)})


@about_path("tickets", "ticket_id")
def redact_attachment(org: Org, call: Call, ticket: Record) -> Reply:
    """PUT tickets/{id}/comments/{id}/attachments/{id}/redact: the file becomes `redacted.txt`."""
    audit = _audit_of(org, ticket, call.values["comment_id"])
    attachment = org.store["attachments"].get(call.values["attachment_id"])
    if audit is None or audit.comment is None or attachment is None or attachment["id"] not in audit.comment.uploads:
        return errors.missing(org, call)
    attachments.redact_file(org, attachment)
    return Reply(200, {"attachment": attachment})


@about_path("tickets", "ticket_id")
def make_private(org: Org, call: Call, ticket: Record) -> Reply:
    """PUT tickets/{id}/comments/{id}/make_private."""
    audit = _audit_of(org, ticket, call.values["ticket_comment_id"])
    if audit is None or audit.comment is None:
        return errors.missing(org, call)
    audit.comment.public = False
    return Reply(200, "")


BEHAVIOURS = {
    "GET /api/v2/tickets/{ticket_id}/comments": listed,
    "GET /api/v2/tickets/{ticket_id}/comments/count": counted,
    "GET /api/v2/requests/{request_id}/comments": comments_of_request,
    "GET /api/v2/requests/{request_id}/comments/{ticket_comment_id}": comment_of_request,
    "PUT /api/v2/tickets/{ticket_id}/comments/{ticket_comment_id}/redact": redact,
    "PUT /api/v2/tickets/{ticket_id}/comments/{ticket_comment_id}/make_private": make_private,
    "PUT /api/v2/tickets/{ticket_id}/comments/{comment_id}/attachments/{attachment_id}/redact": redact_attachment,
    "PUT /api/v2/comment_redactions/{ticket_comment_id}": redact_in_workspace,
}
