"""Merges: a record takes over what belongs to others, which are then deleted."""

from __future__ import annotations

from collections.abc import Iterable

from harness.sandbox.behaviours import about_path
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zoho import errors, trash
from harness.sandbox.zoho.body import listed_ids
from harness.sandbox.zoho.conversations import THREADS
from harness.sandbox.zoho.derived import set_derived


def merge(table: str, parameter: str) -> Behaviour:
    """POST …/merge: the record in the path stays, those in `ids` are deleted. It cannot be undone."""

    @about_path(table, parameter)
    def behaviour(org: Org, call: Call, record: Record) -> Reply:
        others = [ident for ident in listed_ids(call, "ids") if ident != str(record["id"])]
        wrong = [index for index, ident in enumerate(others) if org.store[table].get(ident) is None]
        if wrong:
            return errors.invalid_fields(*((f"/ids/{index}", "invalid") for index in wrong))
        _take_over(org, table, str(record["id"]), others)
        for ident in others:
            trash.erase(org, table, ident)
        set_derived(org, call, table, record, False)
        return org.engine.shown(call, record)

    return behaviour


def _take_over(org: Org, table: str, target: str, others: Iterable[str]) -> None:
    """Threads and comments of the merged ones, and the tickets of merged contacts and accounts."""
    merged = set(others)
    if table == "tickets":
        for children in (org.store[THREADS], org.store["tickets/comments"]):
            children.scope.update(
                {ident: (target,) for ident, scope in children.scope.items() if scope and scope[0] in merged}
            )
        return
    link = "contactId" if table == "contacts" else "accountId"
    for row in org.store["tickets"].where(lambda row: row.get(link) in merged):
        row[link] = target


BEHAVIOURS: dict[str, Behaviour] = {
    "mergeTicket": merge("tickets", "ticketId"),
    "mergeContacts": merge("contacts", "contactId"),
    "mergeAccounts": merge("accounts", "accountId"),
}
