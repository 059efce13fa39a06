"""Identities of users: the addresses and accounts that name a user."""

from __future__ import annotations

from harness.sandbox.behaviours import about
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zendesk import paging


def _own_identity(org: Org, call: Call) -> Record | None:
    table = org.store["users/identities"]
    ident = call.values["user_identity_id"]
    return table.get(ident) if table.scope.get(ident) == (call.values["user_id"],) else None


@about(_own_identity)
def make_primary(org: Org, call: Call, identity: Record) -> Reply:
    """PUT identities/{id}/make_primary: answers with all of them."""
    for row in org.store["users/identities"].within((call.values["user_id"],)):
        row["primary"] = row is identity
    return paging.page(org, call, "identities", org.store["users/identities"].within((call.values["user_id"],)))


@about(_own_identity)
def verify(org: Org, call: Call, identity: Record) -> Reply:
    """PUT identities/{id}/verify."""
    identity["verified"] = True
    return Reply(200, {"identity": identity})


@about(_own_identity)
def request_verification(org: Org, call: Call, _: Record) -> Reply:
    """PUT identities/{id}/request_verification: no mail is sent."""
    return Reply(200, "")


BEHAVIOURS = {
    "PUT */make_primary": make_primary,
    "PUT /api/v2/users/{user_id}/identities/{user_identity_id}/verify": verify,
    "PUT */request_verification": request_verification,
}
