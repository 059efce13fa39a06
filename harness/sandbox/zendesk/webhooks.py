"""Webhooks: updated with 204, their secrets and invocations, and a test that sends nothing."""

from __future__ import annotations

import base64
import hashlib

from harness.sandbox.behaviours import about_path
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zendesk import derived, errors, ids, paging


def listed(org: Org, call: Call) -> Reply:
    """GET webhooks: pages by cursor in any case; `filter[name_contains]` and `filter[status]` narrow them."""
    part, status = call.arg("filter[name_contains]").lower(), call.arg("filter[status]")
    rows = [row for row in org.store["webhooks"] if part in row["name"].lower() and status in ("", row["status"])]
    return paging.by_cursor(call, "webhooks", rows)


def create(org: Org, call: Call) -> Reply | None:
    """POST webhooks; with `clone_webhook_id` the new one is like another, and the body has nothing to say."""
    ident = call.arg("clone_webhook_id")
    if not ident:
        return None
    original = org.store["webhooks"].get(ident)
    if original is None:
        return errors.missing(org, call)
    copy = {**original, "id": ids.ulid(org), "created_at": org.stamp(call.now)}
    return Reply(201, {"webhook": org.store["webhooks"].add(copy)})


@about_path("webhooks", "webhook_id")
def update(org: Org, call: Call, record: Record) -> Reply:
    """PUT and PATCH webhooks/{id}: 204, unlike the other updates (recorded)."""
    fields = call.envelope("webhook")
    record.update({name: value for name, value in fields.items() if name not in ("id", "authentication", "created_at")})
    derived.set_derived(org, call, "webhooks", record, False)
    return Reply(204)


@about_path("webhooks", "webhook_id")
def signing_secret(org: Org, call: Call, record: Record) -> Reply:
    """GET and POST webhooks/{id}/signing_secret."""
    turn = org.store.next("secret") if call.method == "POST" else 0
    secret = hashlib.sha256(f"{record['id']}:{turn}".encode()).digest()
    body = {"signing_secret": {"secret": base64.b64encode(secret).decode(), "algorithm": "SHA256"}}
    return Reply(201 if call.method == "POST" else 200, body)


def test(org: Org, call: Call) -> Reply:
    """POST webhooks/test: no request is sent."""
    ident = call.arg("webhook_id")
    if ident and org.store["webhooks"].get(ident) is None:
        return errors.missing(org, call)
    headers = [{"key": "Content-Type", "value": "text/html; charset=UTF-8"}]
    return Reply(200, {"response": {"headers": headers, "status_code": 200, "payload": "ok"}})


@about_path("webhooks", "webhook_id")
def invocations(org: Org, call: Call, _: Record) -> Reply:
    """GET webhooks/{id}/invocations."""
    rows = org.store["webhooks/invocations"].within((call.values["webhook_id"],))
    last = base64.b64encode(f"{rows[-1]['id']},desc".encode()).decode() if rows else None
    link = f"{call.base}{call.path}?page[after]={last}" if last else None
    return Reply(200, {"invocations": rows, "meta": {"has_more": False, "after_cursor": last}, "links": {"next": link}})


@about_path("webhooks/invocations", "invocation_id")
def attempts(org: Org, call: Call, invocation: Record) -> Reply:
    """GET webhooks/{id}/invocations/{id}/attempts."""
    header = [{"key": "Content-Type", "value": "application/json; charset=utf-8"}]
    attempt = {"id": call.values["webhook_id"], "invocation_id": invocation["id"],
               "status_code": invocation["status_code"], "status": invocation["status"],
               "request": {"headers": header, "payload": "{}"}, "response": {"headers": header, "payload": ""},
               "completed_at": invocation["latest_completed_at"]}  # fmt: skip
    return Reply(200, {"attempts": [attempt]})


_WEBHOOK = "/api/v2/webhooks/{webhook_id}"
BEHAVIOURS = {
    "GET /api/v2/webhooks": listed,
    "POST /api/v2/webhooks": create,
    f"PUT {_WEBHOOK}": update,
    f"PATCH {_WEBHOOK}": update,
    f"GET {_WEBHOOK}/signing_secret": signing_secret,
    f"POST {_WEBHOOK}/signing_secret": signing_secret,
    f"GET {_WEBHOOK}/invocations": invocations,
    f"GET {_WEBHOOK}/invocations/{{invocation_id}}/attempts": attempts,
    "POST /api/v2/webhooks/test": test,
}
