"""What people belong to: identities, groups, organizations; and organizations merged into one."""

from __future__ import annotations

from typing import Any

from harness.formats.singular import singular
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zendesk import errors, ids, paging, settle
from harness.sandbox.zendesk.shapes import SHAPES


def _all(org: Org, call: Call) -> Reply:
    rows = org.store["users/identities"].within((call.values["user_id"],))
    return paging.page(org, call, "identities", rows)


def make_primary(org: Org, call: Call) -> Reply:
    """PUT identities/{id}/make_primary: answers with all of them."""
    found = _own_identity(org, call)
    if found is None:
        return errors.missing(org, call)
    for row in org.store["users/identities"].within((call.values["user_id"],)):
        row["primary"] = row is found
    return _all(org, call)


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
    """PUT identities/{id}/request_verification: a mail that is only imagined."""
    return errors.missing(org, call) if _own_identity(org, call) is None else Reply(200, "")


# -- memberships and organizations -----------------------------------------------------------------------------------


def make_default(org: Org, call: Call) -> Reply:
    """PUT users/{id}/group_memberships/{id}/make_default, and the same for organizations."""
    word = "group_memberships" if "group_membership_id" in call.values else "organization_memberships"
    ident = next(value for name, value in call.values.items() if name != "user_id")
    table = org.store[word]
    found = table.get(ident) or next(
        (
            row
            for row in table
            if str(row.get("organization_id")) == ident and str(row["user_id"]) == call.values["user_id"]
        ),
        None,
    )
    if found is None or str(found["user_id"]) != call.values["user_id"]:
        return errors.missing(org, call)
    own = [row for row in table if row["user_id"] == found["user_id"]]
    for row in own:
        row["default"] = row is found
    plan = org.engine.plan(call.operation)  # type: ignore[arg-type]
    return Reply(200, {plan.key: own if plan.key == word else found})


def join(org: Org, call: Call) -> Reply | None:
    """POST group_memberships and organization_memberships: both ends must be there, and once is enough."""
    word = "organization_membership" if "organization_membership" in call.path else "group_membership"
    other = "organization_id" if word.startswith("org") else "group_id"
    problems = org.engine.problems(call)
    if problems:
        return errors.invalid(org, call, problems)
    fields = call.envelope(word)
    user = call.values.get("user_id") or fields.get("user_id")
    table = {"group_id": "groups", "organization_id": "organizations"}[other]
    if org.store["users"].get(user) is None or org.store[table].get(fields.get(other)) is None:
        return errors.field_invalid("user" if org.store["users"].get(user) is None else other, "is invalid")
    rows = org.store[f"{word}s"]
    if any(str(row["user_id"]) == str(user) and row[other] == fields[other] for row in rows):
        return errors.field_invalid("user", "has already been taken", "DuplicateValue")
    record = dict(SHAPES[f"{word}s"])
    record.update(id=ids.number(org), user_id=int(str(user)), **{other: int(fields[other])})
    record["default"] = not any(row["user_id"] == record["user_id"] for row in rows)
    if "organization_name" in record:
        record["organization_name"] = org.store["organizations"].get(fields[other])["name"]  # type: ignore[index]
        if record["default"]:
            org.store["users"].rows[str(user)]["organization_id"] = record[other]
    settle.touch(org, call, f"{word}s", record, True)
    rows.add(record)
    return Reply(201, {word: record}, {"location": record["url"]})


def affiliate(org: Org, user: Record, before: Any) -> None:
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
    record = {**SHAPES["organization_memberships"], "id": ids.number(org), "user_id": user["id"],
              "organization_id": company["id"], "organization_name": company["name"], "default": True,
              "created_at": user["updated_at"], "updated_at": user["updated_at"]}  # fmt: skip
    record["url"] = f"{org.base}/api/v2/organization_memberships/{record['id']}.json"
    rows.add(record)


def leave(org: Org, user: Record) -> None:
    """Who is deleted belongs to no organization."""
    rows = org.store["organization_memberships"]
    for row in rows.where(user_id=user["id"]):
        rows.remove(row["id"])


def belonging(own: str, other: str, *, count: bool = False) -> Behaviour:
    """A behaviour that follows memberships: `groups/{id}/users`, `users/{id}/organizations` and their counts."""
    kind = "organization" if "organizations" in (own, other) else "group"
    parent, child = f"{singular(own)}_id", f"{singular(other)}_id"

    def answer(org: Org, call: Call) -> Reply:
        if org.store[own].get(call.values[parent]) is None:
            return errors.missing(org, call)
        idents = [row[child] for row in org.store[f"{kind}_memberships"] if str(row[parent]) == call.values[parent]]
        rows = [row for ident in idents if (row := org.store[other].get(ident)) is not None]
        if count:
            rows = paging.narrowed(call, rows)
            return Reply(200, {"count": {"value": len(rows), "refreshed_at": org.stamp(call.now)}})
        return paging.page(org, call, other, rows)

    return answer


def merge_organizations(org: Org, call: Call) -> Reply:
    """POST organizations/{id}/merge: the loser's users and tickets go to the winner; no way back."""
    problems = org.engine.problems(call)
    if problems:
        return errors.invalid(org, call, problems)
    table = org.store["organizations"]
    loser = table.get(call.values["organization_id"])
    winner = table.get(call.envelope("organization_merge").get("winner_id"))
    if loser is None:
        return errors.missing(org, call)
    if winner is None or winner is loser:
        return errors.field_invalid("winner", "is invalid")
    for name in ("users", "tickets"):
        for row in org.store[name]:
            if row["organization_id"] == loser["id"]:
                row["organization_id"] = winner["id"]
    table.remove(loser["id"])
    record = {"id": ids.ulid(org), "loser_id": loser["id"], "winner_id": winner["id"], "status": "complete"}
    record["url"] = f"{call.base}/api/v2/organization_merges/{record['id']}.json"
    org.store["organization_merges"].add(record)
    return Reply(200, {"organization_merge": record})


def merges(org: Org, call: Call) -> Reply:
    """GET organizations/{id}/merges: those that the organization lost."""
    rows = [row for row in org.store["organization_merges"] if str(row["loser_id"]) == call.values["organization_id"]]
    return Reply(200, {"organization_merges": rows})


def unassign(org: Org, call: Call) -> Reply:
    """DELETE users/{id}/organizations/{id}."""
    table = org.store["organization_memberships"]
    found = next((row for row in table if str(row["user_id"]) == call.values["user_id"]
                  and str(row["organization_id"]) == call.values["organization_id"]), None)  # fmt: skip
    if found is None:
        return errors.missing(org, call)
    table.remove(found["id"])
    return Reply(204)


_USER = "/api/v2/users/{user_id}"
BEHAVIOURS = {
    "PUT */make_primary": make_primary,
    "PUT /api/v2/users/{user_id}/identities/{user_identity_id}/verify": verify,
    "PUT */request_verification": ask_verification,
    "PUT */make_default": make_default,
    "POST /api/v2/group_memberships": join,
    "POST /api/v2/organization_memberships": join,
    f"POST {_USER}/group_memberships": join,
    f"POST {_USER}/organization_memberships": join,
    "GET /api/v2/groups/{group_id}/users": belonging("groups", "users"),
    "GET /api/v2/groups/{group_id}/users/count": belonging("groups", "users", count=True),
    f"GET {_USER}/groups": belonging("users", "groups"),
    f"GET {_USER}/groups/count": belonging("users", "groups", count=True),
    f"GET {_USER}/organizations": belonging("users", "organizations"),
    f"GET {_USER}/organizations/count": belonging("users", "organizations", count=True),
    "POST /api/v2/organizations/{organization_id}/merge": merge_organizations,
    "GET /api/v2/organizations/{organization_id}/merges": merges,
    f"DELETE {_USER}/organizations/{{organization_id}}": unassign,
}
