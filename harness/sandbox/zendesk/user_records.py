"""User records: created, changed and looked up by mail address, wherever tickets, imports and bulk work name users."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from harness.sandbox.call import Call
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zendesk import associations, ids
from harness.sandbox.zendesk.examples import EXAMPLES

_AGENT_FIELDS = {
    "restricted_agent": False,
    "ticket_restriction": None,
    "two_factor_auth_enabled": None,
    "verified": True,
}
_FIXED = frozenset({"id", "url", "created_at", "updated_at", "active", "photo", "email"})


def ids_by_email(org: Org) -> dict[str, int]:
    """Ids of users by their address in lower case."""
    idents: dict[str, int] = org.memo.setdefault("mails", {})
    return idents


def by_email(org: Org, email: str) -> Record | None:
    """The user who has an address."""
    ident = ids_by_email(org).get(email.strip().lower())
    return org.store["users"].get(ident) if ident is not None else None


def free_addresses(org: Org, user: Record) -> None:
    """Forget the addresses of a user who is gone, so that others may have them."""
    known = ids_by_email(org)
    for email in [email for email, ident in known.items() if ident == user["id"]]:
        del known[email]


def make(org: Org, base: str, now: float, fields: Record) -> Record:
    """A new user with what the vendor sets itself."""
    user = dict(EXAMPLES["users"])
    user["id"] = ids.number(org)
    user["url"] = f"{base}/api/v2/users/{user['id']}.json"
    user["created_at"] = user["updated_at"] = org.stamp(now)
    change(org, user, fields)
    if user["role"] != "end-user":
        user.update(_AGENT_FIELDS, role_type=4 if user["role"] == "admin" else 0)
        user["custom_role_id"] = fields.get("custom_role_id") or org.memo.get("roles", {}).get(user["role"])
        user["default_group_id"] = fields.get("default_group_id") or org.memo.get("group")
    if user["email"]:
        _add_first_identity(org, base, user)
    return org.store["users"].add(user)


def _add_first_identity(org: Org, base: str, user: Record) -> None:
    """The first identity of a user who came with an address."""
    identity = {
        **EXAMPLES["users/identities"], "id": ids.number(org), "user_id": user["id"], "value": user["email"],
        "verified": user["verified"], "primary": True, "created_at": user["created_at"],
        "updated_at": user["updated_at"],
    }  # fmt: skip
    if user["verified"]:
        identity.update(verification_method="full", verified_at=user["created_at"])
    identity["url"] = f"{base}/api/v2/users/{user['id']}/identities/{identity['id']}.json"
    org.store["users/identities"].add(identity, (str(user["id"]),))


def change(org: Org, user: Record, fields: Record) -> None:
    """Set the fields that a user has, and the index of addresses."""
    user_fields, company = user["user_fields"], user["organization_id"]
    for name, value in fields.items():
        if name in user and name not in _FIXED:
            # Null puts a field back to what it is on a new user.
            user[name] = EXAMPLES["users"][name] if value is None else value
    if isinstance(fields.get("user_fields"), dict):
        user["user_fields"] = {**user_fields, **fields["user_fields"]}
    if user["organization_id"] != company:
        associations.set_organization(org, user, company)
    if isinstance(user["tags"], str):
        user["tags"] = user["tags"].split()
    if user["role"] not in ("end-user", "agent", "admin"):
        user["role"] = "end-user"
    if isinstance(fields.get("email"), str) and fields["email"]:
        if user["email"]:
            ids_by_email(org).pop(user["email"].lower(), None)
        user["email"] = fields["email"].strip().lower()
        ids_by_email(org)[user["email"]] = user["id"]


def requester_of(org: Org, call: Call, fields: Record) -> Record | None:
    """The person a new ticket is for; an address that no user has makes a new user."""
    if fields.get("requester_id") is not None:
        return org.store["users"].get(fields["requester_id"])
    given = fields.get("requester")
    if isinstance(given, dict) and (given.get("email") or given.get("name")):
        user = by_email(org, str(given.get("email") or ""))
        wanted = {key: given[key] for key in ("name", "email", "locale_id", "organization_id") if given.get(key)}
        wanted.setdefault("name", str(given.get("email")).split("@")[0])
        return user or make(org, call.base, call.now, wanted)
    if isinstance(given, int | str):
        return org.store["users"].get(given) or by_email(org, str(given))
    return None


def ids_of(org: Org, given: Iterable[Any]) -> list[int]:
    """Ids of people named by id or by address; unknown people are left out."""
    idents: list[int] = []
    for row in given:
        if not isinstance(row, dict) or row.get("action") == "delete":
            continue
        person = _person(org, row.get("user_id"), row.get("user_email"))
        if person is not None and person["id"] not in idents:
            idents.append(person["id"])
    return idents


def _person(org: Org, ident: Any, email: Any) -> Record | None:
    if ident:
        return org.store["users"].get(ident)
    return by_email(org, str(email)) if email else None
