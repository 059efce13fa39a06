"""Ids: rising numbers of 14 digits, small ones for tickets, ULIDs for the newer resources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.sandbox.org import Org

# Leaves room for the events of an audit between two audits.
STEP = 128
FIRST = 31_400_000_000_128
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ULIDS = frozenset({"webhooks", "guide/content_tags", "ticket_content_pins", "queues", "task_list_templates"})


def number(org: Org) -> int:
    """The next id of an account: 14 digits, rising, as recorded; tickets count apart."""
    return org.store.next("id", FIRST, STEP)


def ulid(org: Org) -> str:
    """26 characters that sort by time: webhooks, content tags, custom object records and newer resources."""
    return _crockford(org.store.next("ulid", _OPENED << 80, (1 << 64) + 12345))


def _crockford(value: int) -> str:
    return "".join(_CROCKFORD[value >> shift & 31] for shift in range(125, -1, -5))


# The account was opened on 2026-01-05; no ULID of its own is older.
_OPENED = 1_767_603_600_000
FIRST_ULID = _crockford(_OPENED << 80)


def new_id(org: Org, table: str, schema: Mapping[str, Any]) -> Any:
    """A new id of the type that the table has."""
    if table == "tickets":
        return org.store.next("tickets")
    if table in _ULIDS or len(str(schema.get("example", ""))) == 26:
        return ulid(org)
    return str(number(org)) if schema.get("type") == "string" else number(org)
