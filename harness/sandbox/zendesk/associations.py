"""Associations: which users belong to which groups and organizations."""

from __future__ import annotations

from typing import Any

from harness.formats.singular import singular
from harness.sandbox.behaviours import about_path, with_valid_body
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zendesk import derived, errors, ids, paging
from harness.sandbox.zendesk.examples import EXAMPLES


def make_default(org: Org, call: Call) -> Reply:
    """PUT users/{id}/group_memberships/{id}/make_default, and the same for organizations."""
    word = "group_memberships" if "group_membership_id" in call.values else "organization_memberships"
    ident = next(value for name, value in call.values.items() if name != "user_id")
    own = [row for row in org.store[word] if str(row["user_id"]) == call.values["user_id"]]
    # The path names the membership, or the organization that it is of.
    chosen = next((row for row in own if ident in (str(row["id"]), str(row.get("organization_id")))), None)
    if chosen is None:
        return errors.missing(org, call)
    for row in own:
        row["default"] = row is chosen
    plan = org.engine.plan_of(call)
    return Reply(200, {plan.key: own if plan.key == word else chosen})


# A membership, the field that names what the user joins, and the table of that.
_GROUPS = ("group_membership", "group_id", "groups")
_ORGANIZATIONS = ("organization_membership", "organization_id", "organizations")


@with_valid_body
def join(org: Org, call: Call) -> Reply:
    """POST group_memberships and organization_memberships: both ends must be there, and once is enough."""
    word, other, table = _GROUPS if "group_membership" in call.path else _ORGANIZATIONS
    fields = call.envelope(word)
    user = call.values.get("user_id") or fields.get("user_id")
    if org.store["users"].get(user) is None:
        return errors.record_invalid({"user": [("User cannot be blank", "BlankValue")]})
    joined = org.store[table].get(fields.get(other))
    if joined is None:
        name = table.removesuffix("s")
        return errors.record_invalid({name: [(f"{name.capitalize()} cannot be blank", "BlankValue")]})
    rows = org.store[f"{word}s"]
    if any(str(row["user_id"]) == str(user) and row[other] == fields[other] for row in rows):
        return errors.record_invalid({"user_id": [("User has already been taken", "DuplicateValue")]})
    record = dict(EXAMPLES[f"{word}s"])
    record.update(id=ids.number(org), user_id=int(str(user)), **{other: int(fields[other])})
    record["default"] = not any(row["user_id"] == record["user_id"] for row in rows)
    if "organization_name" in record:
        record["organization_name"] = joined["name"]
        if record["default"]:
            org.store["users"].rows[str(user)]["organization_id"] = record[other]
    derived.set_derived(org, call, f"{word}s", record, True)
    rows.add(record)
    return Reply(201, {word: record}, {"location": record["url"]})


def set_organization(org: Org, user: Record, before: Any) -> None:
    """A user's `organization_id` is the organization of their default membership (document, Users); so it makes one."""
    rows, ident = org.store["organization_memberships"], user["organization_id"]
    own = rows.where(user_id=user["id"]) if str(user["id"]) in org.store["users"].rows else []
    for row in own:
        row["default"] = row["organization_id"] == ident
        if row["organization_id"] == before:
            rows.remove(row["id"])
    company = org.store["organizations"].get(ident)
    if company is None or any(row["default"] for row in own):
        return
    record = {**EXAMPLES["organization_memberships"], "id": ids.number(org), "user_id": user["id"],
              "organization_id": company["id"], "organization_name": company["name"], "default": True,
              "created_at": user["updated_at"], "updated_at": user["updated_at"]}  # fmt: skip
    record["url"] = f"{org.base}/api/v2/organization_memberships/{record['id']}.json"
    rows.add(record)


def leave_organizations(org: Org, user: Record) -> None:
    """Remove all memberships of a deleted user."""
    rows = org.store["organization_memberships"]
    for row in rows.where(user_id=user["id"]):
        rows.remove(row["id"])


def members(own: str, other: str, *, count: bool = False) -> Behaviour:
    """A behaviour that follows memberships: `groups/{id}/users`, `users/{id}/organizations` and their counts."""
    kind = "organization" if "organizations" in (own, other) else "group"
    parent, child = f"{singular(own)}_id", f"{singular(other)}_id"

    @about_path(own, parent)
    def answer(org: Org, call: Call, _: Record) -> Reply:
        idents = [row[child] for row in org.store[f"{kind}_memberships"] if str(row[parent]) == call.values[parent]]
        rows = org.store[other].get_many(idents)
        if count:
            rows = paging.narrowed(call, rows)
            return paging.count(org, call, len(rows))
        return paging.page(org, call, other, rows)

    return answer


def remove_membership(org: Org, call: Call) -> Reply:
    """DELETE users/{id}/organizations/{id}."""
    table = org.store["organization_memberships"]
    ends = (call.values["user_id"], call.values["organization_id"])
    membership = next((row for row in table if (str(row["user_id"]), str(row["organization_id"])) == ends), None)
    if membership is None:
        return errors.missing(org, call)
    table.remove(membership["id"])
    return Reply(204)


_USER = "/api/v2/users/{user_id}"
BEHAVIOURS = {
    "PUT */make_default": make_default,
    "POST /api/v2/group_memberships": join,
    "POST /api/v2/organization_memberships": join,
    f"POST {_USER}/group_memberships": join,
    f"POST {_USER}/organization_memberships": join,
    "GET /api/v2/groups/{group_id}/users": members("groups", "users"),
    "GET /api/v2/groups/{group_id}/users/count": members("groups", "users", count=True),
    f"GET {_USER}/groups": members("users", "groups"),
    f"GET {_USER}/groups/count": members("users", "groups", count=True),
    f"GET {_USER}/organizations": members("users", "organizations"),
    f"GET {_USER}/organizations/count": members("users", "organizations", count=True),
    f"DELETE {_USER}/organizations/{{organization_id}}": remove_membership,
}
