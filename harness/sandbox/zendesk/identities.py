"""Identities of users: the addresses and accounts that a user is known by."""

from __future__ import annotations

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zendesk import errors, paging


def _listed(org: Org, call: Call) -> Reply:
    rows = org.store["users/identities"].within((call.values["user_id"],))
    return paging.page(org, call, "identities", rows)


def make_primary(org: Org, call: Call) -> Reply:
    """PUT identities/{id}/make_primary: answers with all of them."""
    found = _own_identity(org, call)
    if found is None:
        return errors.missing(org, call)
    for row in org.store["users/identities"].within((call.values["user_id"],)):
        row["primary"] = row is found
    return _listed(org, call)


def _own_identity(org: Org, call: Call) -> Record | None:
    table = org.store["users/identities"]
    ident = call.values["user_identity_id"]
    return table.get(ident) if table.scope.get(ident) == (call.values["user_id"],) else None


def verify(org: Org, call: Call) -> Reply:
    """PUT identities/{id}/verify."""
    found = _own_identity(org, call)
    if found is None:
        return errors.missing(org, call)
    found["verified"] = True
    return Reply(200, {"identity": found})


def ask_verification(org: Org, call: Call) -> Reply:
    """PUT identities/{id}/request_verification: no mail is sent."""
    return errors.missing(org, call) if _own_identity(org, call) is None else Reply(200, "")


BEHAVIOURS = {
    "PUT */make_primary": make_primary,
    "PUT /api/v2/users/{user_id}/identities/{user_identity_id}/verify": verify,
    "PUT */request_verification": ask_verification,
}
