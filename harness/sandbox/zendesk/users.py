"""Users: created, updated, and deleted in two steps."""

from __future__ import annotations

from harness.sandbox.behaviours import about, about_path, with_valid_body
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zendesk import bulk, errors, jobs, oauth, paging, record_rules, trash, user_records
from harness.sandbox.zendesk.examples import EXAMPLES

# Keys that a body may have beside those that a user shows.
_MORE_KEYS = [
    "skip_verify_email", "organization", "password", "remote_photo_url", "identities", "organization_ids",
    "agent_brand_ids", "authenticity_token", "chat_only", "iana_time_zone", "abilities",
]  # fmt: skip
_ALLOWED_KEYS = frozenset(EXAMPLES["users"]) | frozenset(_MORE_KEYS)


def anonymous() -> Record:
    """What `users/me` shows to an anonymous caller: 200 and a user without an id (probed live 2026-09)."""
    return {
        "id": None, "name": "Anonymous user", "email": "invalid@example.com", "role": "end-user", "locale": "en-US",
        "locale_id": 1, "time_zone": "America/New_York", "tags": [], "user_fields": {},
    }  # fmt: skip


def me(org: Org, call: Call) -> Reply | None:
    """GET users/me."""
    if call.actor is None:
        return Reply(200, {"user": anonymous()})
    token = oauth.secret(org, "authenticity", str(call.actor["id"]))
    return Reply(200, {"user": {**call.actor, "authenticity_token": token}})


def create(org: Org, call: Call) -> Reply:
    """POST users; no verification mail is sent."""
    refusal = _body_refusal(org, call) or record_rules.refusal(org, "users", call.envelope("user"))
    if refusal is not None:
        return refusal
    user = user_records.make(org, call.base, call.now, call.envelope("user"))
    return Reply(201, {"user": user}, {"location": user["url"]})


@with_valid_body
def _body_refusal(org: Org, call: Call) -> Reply | None:
    if not isinstance(call.fields.get("user"), dict):
        return errors.attribute("user", "must be an object")
    unknown = [f"user.{key}" for key in call.body["user"] if key not in _ALLOWED_KEYS or key == "id"]
    if unknown:
        call.state["unpermitted"] = unknown
    return None


def update(org: Org, call: Call) -> Reply:
    """PUT users/{id}."""
    user = _user(org, call)
    if "id" in call.envelope("user"):
        call.state["unpermitted"] = ["user.id"]
    if user is None:
        return errors.missing(org, call)
    fields = call.envelope("user")
    refusal = _body_refusal(org, call) or record_rules.refusal(org, "users", fields, user)
    if refusal is not None:
        return refusal
    user_records.change(org, user, fields)
    user["updated_at"] = org.stamp(call.now)
    return Reply(200, {"user": user})


def _user(org: Org, call: Call) -> Record | None:
    """The user in the path, which may say `me`."""
    ident = call.values["user_id"]
    return org.store["users"].get(call.actor["id"] if ident == "me" and call.actor else ident)


def show(org: Org, call: Call) -> Reply:
    """GET users/{id}: the deleted are shown too, inactive."""
    user = _user(org, call) or org.store["users"].trash.get(call.values["user_id"])
    if user is None:
        return errors.missing(org, call)
    return Reply(200, {"user": user})


@about_path("users", "user_id")
def delete(org: Org, call: Call, user: Record) -> Reply:
    """DELETE users/{id}: 200 with the user, now inactive; refused while tickets of theirs are open."""
    waiting = sum(1 for row in org.store["tickets"] if row["requester_id"] == user["id"] and row["status"] != "closed")
    if waiting:
        text = f"User {user['id']} is requester on {waiting} ticket(s) that are not closed."
        return errors.record_invalid({"base": [(text, "InvalidValue")]})
    trash.trash_user(org, call, org.store["users"], user["id"])
    return Reply(200, {"user": user})


def create_or_update(org: Org, call: Call) -> Reply:
    """POST users/create_or_update: the user of an address or external id, else a new one."""
    refusal = _body_refusal(org, call)
    if refusal is not None:
        return refusal
    fields = call.envelope("user")
    user = _same_user(org, fields)
    if user is None:
        return create(org, call)
    refusal = record_rules.refusal(org, "users", fields, user)
    if refusal is not None:
        return refusal
    user_records.change(org, user, fields)
    user["updated_at"] = org.stamp(call.now)
    return Reply(200, {"user": user}, {"location": user["url"]})


def _same_user(org: Org, fields: Record) -> Record | None:
    """The user who has the address or the external id."""
    user = user_records.by_email(org, str(fields["email"])) if fields.get("email") else None
    if user is not None or not fields.get("external_id"):
        return user
    return next(iter(org.store["users"].where(external_id=fields["external_id"])), None)


def create_or_update_many(org: Org, call: Call) -> Reply:
    """POST users/create_or_update_many."""
    refusal = bulk.bulk_refusal(org, call)
    if refusal is not None:
        return refusal
    rows = call.fields.get("users")
    if not isinstance(rows, list):
        return errors.attribute("users", "must be an array")
    results = []
    for index, fields in enumerate(row for row in rows if isinstance(row, dict)):
        user = _same_user(org, fields)
        broken = next(record_rules.broken_rules(org, "users", fields, user), None)
        if broken is not None:
            results.append(jobs.failed("User", index, None, "create", broken.description))
        elif user is not None:
            user_records.change(org, user, fields)
            results.append({**jobs.changed(user["id"]), "index": index})
        else:
            results.append(jobs.created("User", index, user_records.make(org, call.base, call.now, fields)["id"]))
    return jobs.start(org, call, "Bulk Create User", results)


@about(_user)
def related(org: Org, call: Call, user: Record) -> Reply:
    """GET users/{id}/related: how many tickets they are in."""
    tickets, ident = org.store["tickets"], user["id"]
    counts = {
        "requested_tickets": sum(row["requester_id"] == ident for row in tickets),
        "assigned_tickets": sum(row["assignee_id"] == ident for row in tickets),
        "ccd_tickets": sum(ident in row["collaborator_ids"] for row in tickets),
        "organization_subscriptions": 0,
    }
    return Reply(200, {"user_related": counts})


def deleted(org: Org, call: Call) -> Reply:
    """GET deleted_users."""
    rows = [_declared(org, call, user) for user in org.store["users"].trash.values()]
    return paging.page(org, call, "deleted_users", rows)


def _declared(org: Org, call: Call, user: Record) -> Record:
    """A deleted user in the form that the operation declares."""
    plan = org.engine.plan_of(call)
    return org.engine.conform(org.engine.model(plan), plan.item, user)


def count_deleted(org: Org, call: Call) -> Reply:
    """GET deleted_users/count."""
    return paging.count(org, call, len(org.store["users"].trash))


def show_deleted(org: Org, call: Call) -> Reply:
    """GET deleted_users/{id}."""
    user = org.store["users"].trash.get(call.values["deleted_user_id"])
    return errors.missing(org, call) if user is None else Reply(200, {"deleted_user": _declared(org, call, user)})


def erase(org: Org, call: Call) -> Reply:
    """DELETE deleted_users/{id}: all data of the user, permanently."""
    ident = call.values["deleted_user_id"]
    if ident not in org.store["users"].trash:
        return errors.missing(org, call)
    user = org.store.erase("users", ident) or {}
    org.store.erase("routing/agents", ident)
    erased = {**user, "name": "Permanently Deleted User", "email": None, "phone": None, "notes": None, "details": None}
    return Reply(200, {"deleted_user": _declared(org, call, erased)})


@about(_user)
def password(org: Org, call: Call, _: Record) -> Reply:
    """POST and PUT users/{id}/password; one that is no text is refused with 400 (recorded, 2015-12)."""
    for name in ("password", "previous_password"):
        if not isinstance(call.fields.get(name, ""), str):
            return errors.attribute(name, "must be a string")
    return org.engine.refusal(org, call) or Reply(200, "")


_USER = "/api/v2/users/{user_id}"
BEHAVIOURS = {
    "GET /api/v2/users/me": me,
    "POST /api/v2/users": create,
    f"GET {_USER}": show,
    f"PUT {_USER}": update,
    f"DELETE {_USER}": delete,
    f"GET {_USER}/related": related,
    f"POST {_USER}/password": password,
    f"PUT {_USER}/password": password,
    "POST /api/v2/users/create_or_update": create_or_update,
    "POST /api/v2/users/create_or_update_many": create_or_update_many,
    "GET /api/v2/deleted_users": deleted,
    "GET /api/v2/deleted_users/count": count_deleted,
    "GET /api/v2/deleted_users/{deleted_user_id}": show_deleted,
    "DELETE /api/v2/deleted_users/{deleted_user_id}": erase,
}
