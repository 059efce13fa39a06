"""The recycle bin: what was moved to trash, to be restored or deleted for good."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zoho import errors
from harness.sandbox.zoho.body import listed_ids
from harness.sandbox.zoho.bulk_reply import outcome
from harness.sandbox.zoho.derived import stamp
from harness.sandbox.zoho.ids import HOME

TABLE = "recycleBin"
KEPT = 60 * 86400.0  # seconds until what is in the bin is deleted; assumed, no vendor page read says how long
# Names of the entries' types, and the field that shows what a record is called.
_TYPES = {"tickets": "Tickets", "contacts": "Contacts", "accounts": "Accounts", "tasks": "Tasks", "calls": "Calls",
          "events": "Events", "products": "Products", "articles": "Solutions"}  # fmt: skip
_NAMES = ("subject", "accountName", "productName", "title", "lastName", "name")


def put(org: Org, call: Call, table: str, ident: str) -> bool:
    """Move a record to the bin."""
    record = org.store[table].bin(ident)
    if record is None:
        return False
    record["isTrashed"] = True
    if table == "articles":
        # An article and its translations are one thing in the editor's list, and leave it together.
        for kept, key in list(org.store.under(table, ident)):
            kept.bin(key)
    if table in _TYPES:
        name = next((str(record[one]) for one in _NAMES if record.get(one)), "")
        org.store[TABLE].add({
            "id": ident, "displayName": name, "type": _TYPES[table], "deletedTime": stamp(org, call.now),
            "deletedById": HOME["agents"], "departmentId": record.get("departmentId"), "table": table,
        })  # fmt: skip
    return True


def take(org: Org, call: Call, table: str, ident: str) -> bool:
    """Put a record back where it was."""
    record = org.store[table].restore(ident)
    org.store[TABLE].remove(ident)
    if record is not None:
        record["isTrashed"] = False
        for kept, key in list(org.store.under(table, ident)):
            kept.restore(key)
    return record is not None


def burn(org: Org, call: Call, table: str, ident: str) -> bool:
    """Delete a record that is in the bin, for good."""
    if ident not in org.store[table].trash:
        return False
    org.store[TABLE].remove(ident)
    return forget(org, table, ident)


def forget(org: Org, table: str, ident: str) -> bool:
    """Delete a record for good, and with it what was kept under it or tied to it."""
    for name, kept in org.store.tables.items():
        if name.startswith(f"{table}/"):
            tied = [key for key, row in kept.rows.items() if ident in (key, row.get("left"), row.get("ticket"))]
            for key in tied:
                kept.remove(key)
    return org.store.erase(table, ident) is not None


def purge(org: Org, call: Call) -> None:
    """Delete for good what has been in the bin for its whole time."""
    for entry in list(org.store[TABLE]):
        if call.now - datetime.fromisoformat(entry["deletedTime"]).timestamp() > KEPT:
            burn(org, call, entry["table"], entry["id"])


def entries(org: Org, call: Call) -> Reply:
    """GET /recycleBin."""
    purge(org, call)
    return org.engine.listed(org, call, list(org.store[TABLE]))


def some(act: Callable[[Org, Call, str, str], bool]) -> Behaviour:
    """Restore or delete the entries that the body names."""

    def behaviour(org: Org, call: Call) -> Reply:
        purge(org, call)
        return outcome(org, call, [(one, _entry(org, call, act, one)) for one in listed_ids(call, "ids")])

    return behaviour


def every(act: Callable[[Org, Call, str, str], bool]) -> Behaviour:
    """Restore or delete all there is: accepted with 202."""

    def behaviour(org: Org, call: Call) -> Reply:
        for entry in list(org.store[TABLE]):
            act(org, call, entry["table"], entry["id"])
        return Reply(org.engine.plan_of(call).status)

    return behaviour


def _entry(org: Org, call: Call, act: Callable[[Org, Call, str, str], bool], ident: str) -> bool:
    entry: Record | None = org.store[TABLE].get(ident)
    return entry is not None and act(org, call, entry["table"], ident)


def one(table: str, parameter: str) -> Behaviour:
    """Move the record that the path names to the bin."""

    def behaviour(org: Org, call: Call) -> Reply:
        scope = tuple(call.values.values())
        ident = org.store[table].ident(scope[:-1], call.values[parameter])
        if not put(org, call, table, ident):
            return errors.missing(org, call)
        return Reply(org.engine.plan_of(call).status)

    return behaviour


BEHAVIOURS: dict[str, Behaviour] = {
    "getRecycleBinEntities": entries,
    "restoreEntities": some(take),
    "deleteEntities": some(burn),
    "restoreAllEntities": every(take),
    "deleteAllEntities": every(burn),
    "deleteCommunityTopic": one("communityTopics", "topicId"),
    "deleteCommunityTopicComment": one("communityTopics/comments", "commentId"),
    "deleteCommunityTopicReply": one("communityTopics/comments/replies", "replyId"),
    "deleteArticleTranslation": one("articles/translations", "locale"),
}
