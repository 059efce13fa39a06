"""Trash: the recycle bin, from which records are restored or deleted permanently."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zoho import errors
from harness.sandbox.zoho.body import listed_ids
from harness.sandbox.zoho.bulk_reply import bulk_reply
from harness.sandbox.zoho.derived import stamp
from harness.sandbox.zoho.ids import FIRST_IDS

TABLE = "recycleBin"
KEEP_SECONDS = 60 * 86400.0  # seconds until what is in the bin is deleted; assumed, no vendor page read says how long
# Names of the entries' types, and the field that shows what a record is called.
_TYPES = {"tickets": "Tickets", "contacts": "Contacts", "accounts": "Accounts", "tasks": "Tasks", "calls": "Calls",
          "events": "Events", "products": "Products", "articles": "Solutions"}  # fmt: skip
_NAME_FIELDS = ("subject", "accountName", "productName", "title", "lastName", "name")


def move_to_trash(org: Org, call: Call, table: str, ident: str) -> bool:
    """Move a record to the bin."""
    record = org.store[table].move_to_trash(ident)
    if record is None:
        return False
    record["isTrashed"] = True
    if table == "articles":
        # An article and its translations are one entry of the editor's list, and leave it together.
        for child, key in list(org.store.nested_in(table, ident)):
            child.move_to_trash(key)
    if table in _TYPES:
        name = next((str(record[field]) for field in _NAME_FIELDS if record.get(field)), "")
        org.store[TABLE].add({
            "id": ident, "displayName": name, "type": _TYPES[table], "deletedTime": stamp(org, call.now),
            "deletedById": FIRST_IDS["agents"], "departmentId": record.get("departmentId"), "table": table,
        })  # fmt: skip
    return True


def restore(org: Org, call: Call, table: str, ident: str) -> bool:
    """Put a record back where it was."""
    record = org.store[table].restore(ident)
    org.store[TABLE].remove(ident)
    if record is not None:
        record["isTrashed"] = False
        for child, key in list(org.store.nested_in(table, ident)):
            child.restore(key)
    return record is not None


def delete_permanently(org: Org, call: Call, table: str, ident: str) -> bool:
    """Delete a record that is in the bin, permanently."""
    if ident not in org.store[table].trash:
        return False
    org.store[TABLE].remove(ident)
    return erase(org, table, ident)


def erase(org: Org, table: str, ident: str) -> bool:
    """Delete a record permanently, and with it those nested in it or tied to it."""
    for name, child in org.store.tables.items():
        if name.startswith(f"{table}/"):
            tied = [key for key, row in child.rows.items() if ident in (key, row.get("left"), row.get("ticket"))]
            for key in tied:
                child.remove(key)
    return org.store.erase(table, ident) is not None


def purge(org: Org, call: Call) -> None:
    """Delete permanently what has been in the bin for its whole time."""
    for entry in list(org.store[TABLE]):
        if call.now - datetime.fromisoformat(entry["deletedTime"]).timestamp() > KEEP_SECONDS:
            delete_permanently(org, call, entry["table"], entry["id"])


def entries(org: Org, call: Call) -> Reply:
    """GET /recycleBin."""
    purge(org, call)
    return org.engine.listed(org, call, list(org.store[TABLE]))


def on_named_entries(act: Callable[[Org, Call, str, str], bool]) -> Behaviour:
    """Restore or delete the entries that the body names."""

    def behaviour(org: Org, call: Call) -> Reply:
        purge(org, call)
        return bulk_reply(org, call, [(ident, _on_entry(org, call, act, ident)) for ident in listed_ids(call, "ids")])

    return behaviour


def on_all_entries(act: Callable[[Org, Call, str, str], bool]) -> Behaviour:
    """Restore or delete all there is: accepted with 202."""

    def behaviour(org: Org, call: Call) -> Reply:
        for entry in list(org.store[TABLE]):
            act(org, call, entry["table"], entry["id"])
        return Reply(org.engine.plan_of(call).status)

    return behaviour


def _on_entry(org: Org, call: Call, act: Callable[[Org, Call, str, str], bool], ident: str) -> bool:
    entry: Record | None = org.store[TABLE].get(ident)
    return entry is not None and act(org, call, entry["table"], ident)


def move_record_in_path(table: str, parameter: str) -> Behaviour:
    """Move the record that the path names to the bin."""

    def behaviour(org: Org, call: Call) -> Reply:
        scope = tuple(call.values.values())
        ident = org.store[table].row_key(scope[:-1], call.values[parameter])
        if not move_to_trash(org, call, table, ident):
            return errors.missing(org, call)
        return Reply(org.engine.plan_of(call).status)

    return behaviour


BEHAVIOURS: dict[str, Behaviour] = {
    "getRecycleBinEntities": entries,
    "restoreEntities": on_named_entries(restore),
    "deleteEntities": on_named_entries(delete_permanently),
    "restoreAllEntities": on_all_entries(restore),
    "deleteAllEntities": on_all_entries(delete_permanently),
    "deleteCommunityTopic": move_record_in_path("communityTopics", "topicId"),
    "deleteCommunityTopicComment": move_record_in_path("communityTopics/comments", "commentId"),
    "deleteCommunityTopicReply": move_record_in_path("communityTopics/comments/replies", "replyId"),
    "deleteArticleTranslation": move_record_in_path("articles/translations", "locale"),
}
