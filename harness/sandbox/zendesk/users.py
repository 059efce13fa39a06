"""Users: made, changed, merged, and deleted in two steps."""

from __future__ import annotations

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zendesk import accounts, errors, families, jobs, paging, people
from harness.sandbox.zendesk.shapes import SHAPES

_KNOWN = frozenset(SHAPES["users"]) | frozenset(
    [
        "skip_verify_email",
        "organization",
        "password",
        "remote_photo_url",
        "identities",
        "organization_ids",
        "agent_brand_ids",
        "authenticity_token",
        "chat_only",
        "iana_time_zone",
        "abilities",
    ]
)


def _shown(user: Record) -> Record:
    return {"user": user}


def create(org: Org, call: Call) -> Reply:
    """POST users; the verification mail that the vendor would send is only imagined."""
    refused = _checked(org, call)
    if refused is not None:
        return refused
    fields = call.envelope("user")
    refused = faulty(org, fields)
    if refused is not None:
        return refused
    user = people.enrol(org, call.base, call.now, fields)
    return Reply(201, _shown(user), {"location": user["url"]})


def _checked(org: Org, call: Call) -> Reply | None:
    problems = org.engine.problems(call)
    if problems:
        return errors.invalid(org, call, problems)
    if not isinstance(call.body, dict) or not isinstance(call.body.get("user"), dict):
        return errors.attribute("user", "must be an object")
    unknown = [f"user.{key}" for key in call.body["user"] if key not in _KNOWN or key == "id"]
    if unknown:
        call.notes["unpermitted"] = unknown
    return None


def faulty(org: Org, fields: Record, own: Record | None = None) -> Reply | None:
    """What stands against a user: no name, or an address or external id that is taken."""
    if (own is None or "name" in fields) and not str(fields.get("name") or "").strip():
        return errors.record_invalid({"name": [("Name: is too short (minimum is 1 characters)", "BlankValue")]})
    email = fields.get("email")
    known = people.by_email(org, email) if isinstance(email, str) and email else None
    if known is not None and known is not own:
        text = f"Email: {email} is already being used by another user"
        return errors.record_invalid({"email": [(text, "DuplicateValue")]})
    return None


def update(org: Org, call: Call) -> Reply:
    """PUT users/{id}."""
    user = org.store["users"].get(_ident(call))
    if isinstance(call.body, dict) and isinstance(call.body.get("user"), dict) and "id" in call.body["user"]:
        call.notes["unpermitted"] = ["user.id"]
    if user is None:
        return errors.missing(org, call)
    fields = call.envelope("user")
    refused = _checked(org, call) or faulty(org, fields, user)
    if refused is not None:
        return refused
    people.revise(org, user, fields)
    user["updated_at"] = org.stamp(call.now)
    return Reply(200, _shown(user))


def _ident(call: Call) -> str:
    ident = call.values["user_id"]
    return str(call.actor["id"]) if ident == "me" and call.actor else ident


def show(org: Org, call: Call) -> Reply:
    """GET users/{id}: the deleted are shown too, inactive."""
    table = org.store["users"]
    user = table.get(_ident(call)) or table.trash.get(call.values["user_id"])
    if user is None:
        return errors.missing(org, call)
    return Reply(200, people.sideload(org, call, _shown(user), [user]))


def delete(org: Org, call: Call) -> Reply:
    """DELETE users/{id}: 200 with the user, now inactive; refused while tickets of theirs are open."""
    user = org.store["users"].get(call.values["user_id"])
    if user is None:
        return errors.missing(org, call)
    waiting = sum(1 for row in org.store["tickets"] if row["requester_id"] == user["id"] and row["status"] != "closed")
    if waiting:
        text = f"User {user['id']} is requester on {waiting} ticket(s) that are not closed."
        return errors.record_invalid({"base": [(text, "InvalidValue")]})
    families.bin_user(org, call, org.store["users"], user["id"])
    return Reply(200, _shown(user))


def create_or_update(org: Org, call: Call) -> Reply:
    """POST users/create_or_update: found by address or external id, else made."""
    refused = _checked(org, call)
    if refused is not None:
        return refused
    fields = call.envelope("user")
    known = _known(org, fields)
    if known is None:
        return create(org, call)
    people.revise(org, known, fields)
    known["updated_at"] = org.stamp(call.now)
    return Reply(200, _shown(known), {"location": known["url"]})


def _known(org: Org, fields: Record) -> Record | None:
    outside = fields.get("external_id")
    found = people.by_email(org, str(fields["email"])) if fields.get("email") else None
    return found or (next(iter(org.store["users"].where(external_id=outside)), None) if outside else None)


def create_or_update_many(org: Org, call: Call) -> Reply:
    """POST users/create_or_update_many."""
    refused = families.refused(org, call)
    if refused is not None:
        return refused
    rows = call.body.get("users") if isinstance(call.body, dict) else None
    if not isinstance(rows, list):
        return errors.attribute("users", "must be an array")
    results = []
    for index, fields in enumerate(row for row in rows if isinstance(row, dict)):
        known = _known(org, fields)
        if known is not None:
            people.revise(org, known, fields)
            results.append({**jobs.changed(known["id"]), "index": index})
        elif (refusal := faulty(org, fields)) is not None:
            words = next(iter(refusal.body["details"].values()))[0]["description"]
            results.append(jobs.failed("User", index, None, "create", words))
        else:
            results.append(jobs.created("User", index, people.enrol(org, call.base, call.now, fields)["id"]))
    return jobs.start(org, call, "Bulk Create User", results)


def merge(org: Org, call: Call) -> Reply:
    """PUT users/{id}/merge: the first one's tickets and address go to the one named in the body; no way back."""
    table = org.store["users"]
    loser = table.get(call.values["user_id"])
    fields = call.envelope("user")
    winner = table.get(fields.get("id")) or (
        people.by_email(org, str(fields["email"])) if fields.get("email") else None
    )
    if loser is None:
        return errors.missing(org, call)
    if winner is None or winner is loser or loser["role"] != "end-user":
        return errors.record_invalid({"base": [("Users cannot be merged", "InvalidValue")]})
    for ticket in org.store["tickets"]:
        if ticket["requester_id"] == loser["id"]:
            ticket["requester_id"] = winner["id"]
    families.bin_user(org, call, table, loser["id"])
    return Reply(200, _shown(winner))


def related(org: Org, call: Call) -> Reply:
    """GET users/{id}/related: how many tickets they are in."""
    user = org.store["users"].get(_ident(call))
    if user is None:
        return errors.missing(org, call)
    tickets, ident = org.store["tickets"], user["id"]
    counts = {
        "requested_tickets": sum(row["requester_id"] == ident for row in tickets),
        "assigned_tickets": sum(row["assignee_id"] == ident for row in tickets),
        "ccd_tickets": sum(ident in row["collaborator_ids"] for row in tickets),
        "organization_subscriptions": 0,
    }
    return Reply(200, {"user_related": counts})


# -- deleted users ---------------------------------------------------------------------------------------------------


def deleted(org: Org, call: Call) -> Reply:
    """GET deleted_users."""
    rows = [_declared(org, call, user) for user in org.store["users"].trash.values()]
    return paging.page(org, call, "deleted_users", rows)


def _declared(org: Org, call: Call, user: Record) -> Record:
    """A deleted user in the form that the operation declares."""
    assert call.operation is not None
    plan = org.engine.plan(call.operation)
    return org.engine.shape(org.engine.side(plan), plan.item, user)


def count_deleted(org: Org, call: Call) -> Reply:
    """GET deleted_users/count."""
    total = len(org.store["users"].trash)
    return Reply(200, {"count": {"value": total, "refreshed_at": org.stamp(call.now)}})


def deleted_one(org: Org, call: Call) -> Reply:
    """GET deleted_users/{id}."""
    user = org.store["users"].trash.get(call.values["deleted_user_id"])
    return errors.missing(org, call) if user is None else Reply(200, {"deleted_user": _declared(org, call, user)})


def erase(org: Org, call: Call) -> Reply:
    """DELETE deleted_users/{id}: all data of the user, for good."""
    ident = call.values["deleted_user_id"]
    if ident not in org.store["users"].trash:
        return errors.missing(org, call)
    user = org.store.erase("users", ident) or {}
    org.store.erase("routing/agents", ident)
    erased = {**user, "name": "Permanently Deleted User", "email": None, "phone": None, "notes": None, "details": None}
    return Reply(200, {"deleted_user": _declared(org, call, erased)})


def password(org: Org, call: Call) -> Reply:
    """POST and PUT users/{id}/password."""
    if org.store["users"].get(_ident(call)) is None:
        return errors.missing(org, call)
    problems = org.engine.problems(call)
    return errors.invalid(org, call, problems) if problems else Reply(200, "")


_USER = "/api/v2/users/{user_id}"
BEHAVIOURS = {
    "GET /api/v2/users/me": accounts.me,
    "POST /api/v2/users": create,
    f"GET {_USER}": show,
    f"PUT {_USER}": update,
    f"DELETE {_USER}": delete,
    f"PUT {_USER}/merge": merge,
    f"GET {_USER}/related": related,
    f"POST {_USER}/password": password,
    f"PUT {_USER}/password": password,
    "POST /api/v2/users/create_or_update": create_or_update,
    "POST /api/v2/users/create_or_update_many": create_or_update_many,
    "GET /api/v2/deleted_users": deleted,
    "GET /api/v2/deleted_users/count": count_deleted,
    "GET /api/v2/deleted_users/{deleted_user_id}": deleted_one,
    "DELETE /api/v2/deleted_users/{deleted_user_id}": erase,
}
