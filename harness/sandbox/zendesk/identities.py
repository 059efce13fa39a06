"""Identities of users: the addresses and accounts that name a user."""

from __future__ import annotations

from harness.sandbox.behaviours import about
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zendesk import errors, paging, record_rules, user_records


def _own_identity(org: Org, call: Call) -> Record | None:
    table = org.store["users/identities"]
    ident = call.values["user_identity_id"]
    return table.get(ident) if table.scope.get(ident) == (call.values["user_id"],) else None


def create(org: Org, call: Call) -> Reply | None:
    """POST users/{id}/identities: an address must be one, and is had by one user alone (recorded, 2015-12)."""
    user, identity = org.store["users"].get(call.values["user_id"]), call.envelope("identity")
    value = identity.get("value")
    if user is None or identity.get("type") != "email" or not isinstance(value, str):
        return None
    if not record_rules.is_address(value):
        return errors.field_invalid("value", f"{value} is not properly formatted")
    if user_records.by_email(org, value) is not None:
        return errors.field_invalid("value", f"{value} is already being used by another user", "DuplicateValue")
    reply = org.engine.generic(org, call)
    if reply.ok:
        user_records.ids_by_email(org)[value.strip().lower()] = user["id"]
    return reply


@about(_own_identity)
def delete(org: Org, call: Call, identity: Record) -> Reply:
    """DELETE identities/{id}: the address is free again."""
    user_records.ids_by_email(org).pop(str(identity["value"]).lower(), None)
    return org.engine.generic(org, call)


@about(_own_identity)
def make_primary(org: Org, call: Call, identity: Record) -> Reply:
    """PUT identities/{id}/make_primary: answers with all of them; the user is shown with this address from now on."""
    identities = org.store["users/identities"].within((call.values["user_id"],))
    for row in identities:
        row["primary"] = row is identity
    user = org.store["users"].get(call.values["user_id"])
    if user is not None and identity["type"] == "email":
        user["email"] = identity["value"]
    return paging.page(org, call, "identities", identities)


@about(_own_identity)
def verify(org: Org, call: Call, identity: Record) -> Reply:
    """PUT identities/{id}/verify."""
    identity.update(verified=True, verification_method="full", verified_at=org.stamp(call.now))
    return Reply(200, {"identity": identity})


@about(_own_identity)
def request_verification(org: Org, call: Call, _: Record) -> Reply:
    """PUT identities/{id}/request_verification: no mail is sent."""
    return Reply(200, "")


BEHAVIOURS = {
    **{f"POST /api/v2/{owner}/{{user_id}}/identities": create for owner in ("users", "end_users")},
    **{
        f"DELETE /api/v2/{owner}/{{user_id}}/identities/{{user_identity_id}}": delete
        for owner in ("users", "end_users")
    },
    "PUT */make_primary": make_primary,
    "PUT /api/v2/users/{user_id}/identities/{user_identity_id}/verify": verify,
    "PUT */request_verification": request_verification,
}
