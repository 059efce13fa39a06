"""Single endpoints that follow no family: the account, webhooks' secrets, engagements, metrics, unique names."""

from __future__ import annotations

import base64
import hashlib

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zendesk import accounts, errors, families, ids, paging, settle, tickets


def account(org: Org, call: Call) -> Reply:
    """GET account: `sandbox` is what tells a sandbox from production."""
    owner = org.memo["people"]["admin@example.com"]["id"]
    shown = {"url": f"{call.base}/api/v2/account", "name": "Example Help Desk 1767603600", "sandbox": True,
             "subdomain": "example1767603600", "time_format": 12, "time_zone": "America/New_York", "owner_id": owner,
             "multiproduct": True}  # fmt: skip
    return Reply(200, {"account": shown})


def subscription(_: Org, __: Call) -> Reply:
    """GET account/subscription: 422 on a sandbox."""
    return errors.plain(422, "SubscriptionNotAvailable", "Subscription is not available for sandbox accounts")


def unique(table: str, wrapper: str, parameter: str = "") -> object:
    """A behaviour that refuses a name or key that is taken, and leaves the rest to the engine."""

    def answer(org: Org, call: Call) -> Reply | None:
        own = org.store[table].get(call.values[parameter]) if parameter else None
        if parameter and own is None:
            return None
        fields = call.envelope(wrapper)
        text = settle.taken(org, table, fields, own)
        name = text.partition(":")[0].lower()
        return errors.record_invalid({name: [(text, "DuplicateValue")]}) if text else None

    return answer


def create_or_update_organization(org: Org, call: Call) -> Reply | None:
    """POST organizations/create_or_update: by id, external id or name."""
    fields = call.envelope("organization")
    table = org.store["organizations"]
    outside = fields.get("external_id")
    known = table.get(fields.get("id")) or next(
        (row for row in table if (outside and row["external_id"] == outside) or row["name"] == fields.get("name")), None
    )
    problems = org.engine.problems(call)
    if problems:
        return errors.invalid(org, call, problems)
    plan, _ = families.collection(org, call)
    if known is None:
        record = org.engine.make(org, call, plan, fields)
        return Reply(201, {"organization": record}, {"location": record["url"]})
    org.engine.assign(plan, known, {name: value for name, value in fields.items() if name != "id"})
    settle.touch(org, call, "organizations", known, False)
    return Reply(200, {"organization": known})


def custom_status(org: Org, call: Call) -> Reply | None:
    """PUT custom_statuses/{id}: the category is fixed at birth; another one is passed over in silence (recorded)."""
    if isinstance(call.body, dict) and isinstance(call.body.get("custom_status"), dict):
        call.body["custom_status"].pop("status_category", None)
    return None


def webhook_changed(org: Org, call: Call) -> Reply:
    """PUT webhooks/{id}: 204, unlike the other updates (recorded)."""
    record = org.store["webhooks"].get(call.values["webhook_id"])
    if record is None:
        return errors.missing(org, call)
    fields = call.envelope("webhook")
    record.update({name: value for name, value in fields.items() if name not in ("id", "authentication", "created_at")})
    settle.touch(org, call, "webhooks", record, False)
    return Reply(204)


def webhook_secret(org: Org, call: Call) -> Reply:
    """GET and POST webhooks/{id}/signing_secret."""
    record = org.store["webhooks"].get(call.values["webhook_id"])
    if record is None:
        return errors.missing(org, call)
    turn = org.store.next("secret") if call.method == "POST" else 0
    secret = hashlib.sha256(f"{record['id']}:{turn}".encode()).digest()
    body = {"signing_secret": {"secret": base64.b64encode(secret).decode(), "algorithm": "SHA256"}}
    return Reply(201 if call.method == "POST" else 200, body)


def webhook_test(org: Org, call: Call) -> Reply:
    """POST webhooks/test: the request that the vendor would send is only imagined."""
    known = call.arg("webhook_id")
    if known and org.store["webhooks"].get(known) is None:
        return errors.missing(org, call)
    headers = [{"key": "Content-Type", "value": "text/html; charset=UTF-8"}]
    return Reply(200, {"response": {"headers": headers, "status_code": 200, "payload": "ok"}})


def webhook_invocations(org: Org, call: Call) -> Reply:
    """GET webhooks/{id}/invocations."""
    if org.store["webhooks"].get(call.values["webhook_id"]) is None:
        return errors.missing(org, call)
    rows = org.store["webhooks/invocations"].within((call.values["webhook_id"],))
    last = base64.b64encode(f"{rows[-1]['id']},desc".encode()).decode() if rows else None
    link = f"{call.base}{call.path}?page[after]={last}" if last else None
    return Reply(200, {"invocations": rows, "meta": {"has_more": False, "after_cursor": last}, "links": {"next": link}})


def webhook_attempts(org: Org, call: Call) -> Reply:
    """GET webhooks/{id}/invocations/{id}/attempts."""
    invocation = org.store["webhooks/invocations"].get(call.values["invocation_id"])
    if invocation is None:
        return errors.missing(org, call)
    header = [{"key": "Content-Type", "value": "application/json; charset=utf-8"}]
    attempt = {"id": call.values["webhook_id"], "invocation_id": invocation["id"],
               "status_code": invocation["status_code"], "status": invocation["status"],
               "request": {"headers": header, "payload": "{}"}, "response": {"headers": header, "payload": ""},
               "completed_at": invocation["latest_completed_at"]}  # fmt: skip
    return Reply(200, {"attempts": [attempt]})


def engagements(org: Org, call: Call) -> Reply:
    """GET engagements: one for each solved ticket with an agent, oldest first."""
    wanted = call.arg("ticket_id")
    rows = [_engagement(row) for row in org.store["tickets"]
            if row["assignee_id"] and (not wanted or str(row["id"]) == wanted)]  # fmt: skip
    return Reply(200, {"agent_engagement_data": rows, "next_page_url": None, "has_more": False, "page_size": len(rows)})


def _engagement(ticket: Record) -> Record:
    return {
        "engagement_id": hashlib.md5(str(ticket["id"]).encode(), usedforsecurity=False).hexdigest().upper(),
        "ticket_id": ticket["id"], "agent_id": ticket["assignee_id"], "group_id": ticket["group_id"] or 0,
        "requester_id": ticket["requester_id"], "offer_time_seconds": 2, "assignment_to_first_reply_time_seconds": 0,
        "agent_messages_count": 1, "agent_replies_count": 1, "total_requester_wait_time_seconds": 90,
        "longest_requester_wait_time_seconds": 90, "channel": "MESSAGING", "engagement_start_reason": "Assigned",
        "engagement_start_time": ticket["created_at"][:19], "engagement_end_time": ticket["updated_at"][:19],
        "ticket_status_start": "NEW", "ticket_status_end": str(ticket["status"]).upper(),
        "engagement_end_reason": "Unknown Remove", "average_requester_wait_time_seconds": 90,
        "end_user_messages_count": 1,
    }  # fmt: skip


def imported(org: Org, call: Call) -> Reply:
    """POST imports/tickets: history as given, no rules run."""
    problems = org.engine.problems(call)
    if problems:
        return errors.invalid(org, call, problems)
    fields = call.envelope("ticket")
    comments = fields.get("comments")
    first = comments[0] if isinstance(comments, list) and comments and isinstance(comments[0], dict) else {}
    text = first.get("body") or first.get("value") or fields.get("description") or fields.get("subject")
    if not text:
        return errors.record_invalid({"base": [("Description: cannot be blank", "BlankValue")]})
    refused = tickets.dangling(org, fields)
    if refused is not None:
        return refused
    given = {**fields, "comment": {"body": str(text), "public": first.get("public", True)}}
    ticket, _ = tickets.make(org, call, given)
    for name in ("created_at", "updated_at"):
        if isinstance(fields.get(name), str):
            ticket[name] = fields[name]
    for more in comments[1:] if isinstance(comments, list) else ():
        if isinstance(more, dict):
            tickets.change(org, call, ticket, {"comment": {"body": str(more.get("body") or more.get("value") or "")}})
    return Reply(201, {"ticket": ticket}, {"location": ticket["url"]})


def localised(org: Org, call: Call) -> Reply | None:
    """Help center paths with a locale: the locale is no parent, so it is taken out before the engine looks."""
    found = org.engine.router.find(call.method, call.path.replace(f"/{call.values['locale']}/", "/", 1))
    if found is None:
        return None
    call.operation, call.values = found
    return org.engine.generic(org, call)


def sections(org: Org, call: Call) -> Reply:
    """GET help_center/sections and articles of one parent."""
    parent, table = next((name, name.removesuffix("_id")) for name in call.values)
    key = call.path.removesuffix(".json").rstrip("/").rpartition("/")[2]
    if org.store[f"help_center/{'categories' if table == 'category' else 'sections'}"].get(call.values[parent]) is None:
        return errors.missing(org, call)
    rows = [
        row
        for row in org.store[f"help_center/{key}"]
        if str(row.get(parent, call.values[parent])) == call.values[parent]
    ]
    return paging.page(org, call, key, rows)


def page_made(org: Org, call: Call) -> Reply:
    """POST help_center/sections/{id}/articles and categories/{id}/sections."""
    parent = next(iter(call.values))
    kind, wrapper = ("articles", "article") if parent == "section_id" else ("sections", "section")
    above = org.store[f"help_center/{'sections' if kind == 'articles' else 'categories'}"]
    if above.get(call.values[parent]) is None and len(call.values[parent]) < 10:
        return errors.missing(org, call)
    record = org.engine.blank(org, f"help_center/{kind}")
    fields = call.envelope(wrapper)
    record.update(
        {name: value for name, value in fields.items() if name in record and name not in ("id", "created_at")}
    )
    record["id"] = ids.number(org)
    record[parent] = int(call.values[parent]) if call.values[parent].isdigit() else call.values[parent]
    settle.touch(org, call, f"help_center/{kind}", record, True)
    if kind == "articles":
        record["edited_at"] = record["updated_at"]
    org.store[f"help_center/{kind}"].add(record)
    return Reply(201, {wrapper: record})


def new_ticket(org: Org, call: Call, subject: str) -> int:
    """The id of a ticket that another record brings about."""
    ticket, _ = tickets.make(org, call, {"subject": subject, "comment": {"body": subject}})
    return int(ticket["id"])


_HELP = "/api/v2/help_center"
BEHAVIOURS = {
    "POST /oauth/tokens": accounts.grant,
    "GET /api/v2/account": account,
    "GET /api/v2/account/subscription": subscription,
    "POST /api/v2/organizations/create_or_update": create_or_update_organization,
    "PUT /api/v2/custom_statuses/{custom_status_id}": custom_status,
    "PUT /api/v2/webhooks/{webhook_id}": webhook_changed,
    "GET /api/v2/webhooks/{webhook_id}/signing_secret": webhook_secret,
    "POST /api/v2/webhooks/{webhook_id}/signing_secret": webhook_secret,
    "POST /api/v2/webhooks/test": webhook_test,
    "GET /api/v2/webhooks/{webhook_id}/invocations": webhook_invocations,
    "GET /api/v2/webhooks/{webhook_id}/invocations/{invocation_id}/attempts": webhook_attempts,
    "GET /api/v2/engagements": engagements,
    "POST /api/v2/imports/tickets": imported,
    f"GET {_HELP}/categories/{{category_id}}/sections": sections,
    f"GET {_HELP}/categories/{{category_id}}/articles": sections,
    f"GET {_HELP}/sections/{{section_id}}/articles": sections,
    f"POST {_HELP}/categories/{{category_id}}/sections": page_made,
    f"POST {_HELP}/sections/{{section_id}}/articles": page_made,
}
for _table, _wrapper, _parameter in (
    ("organizations", "organization", "organization_id"),
    ("user_fields", "user_field", "user_field_id"),
    ("organization_fields", "organization_field", "organization_field_id"),
    ("brands", "brand", "brand_id"),
    ("recipient_addresses", "recipient_address", "support_address_id"),
):
    BEHAVIOURS[f"POST /api/v2/{_table}"] = unique(_table, _wrapper)  # type: ignore[assignment]
    BEHAVIOURS[f"PUT /api/v2/{_table}/{{{_parameter}}}"] = unique(_table, _wrapper, _parameter)  # type: ignore[assignment]
