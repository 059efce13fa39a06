"""What an answer shows of records: the rows of a list, and the id in a row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from harness.openapi.graph import record_name

Row = Mapping[str, Any]
"""The fields of one record as an answer shows it."""


def rows_of(body: Any) -> tuple[Row, ...]:
    """The records of a list answer: its first list of objects, bare or under any key."""
    candidates: list[Any] = []
    if isinstance(body, list):
        candidates = [body]
    elif isinstance(body, dict):
        candidates = list(body.values())
    for value in candidates:
        if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
            return tuple(value)
    return ()


def value_for(row: Row, name: str) -> str:
    """What a row has for a parameter or field of this name: its id, or another name of it; empty without one.

    A guess is good enough here: nothing is removed by it.
    """
    last_word = re.split(r"_|(?=[A-Z])", name)[-1].lower()
    # `emailTemplateId` is called `templateId` in the row itself.
    shortened = [key for key in row if _is_id(key) and record_name(name).endswith(record_name(key))]
    return _first_text(row, (name, "id", *shortened, last_word, "key", "token", "locale", "name"))


def id_in(row: Row, collection: str) -> str:
    """The id of a record of a collection, under the usual names or one made of the collection's own; else nothing.

    No other name will do: by a wrong id the removal of a record would remove another one.
    """
    singular = collection.rsplit("/", 1)[-1].rstrip("s")
    plain = singular.replace("_", "").lower()
    shortened = [key for key in row if _is_id(key) and plain.endswith(key[:-2].replace("_", "").lower())]
    return _first_text(row, ("id", *shortened, "token", "key", singular))


def _is_id(key: str) -> bool:
    return key.endswith(("Id", "_id"))


def _first_text(row: Row, keys: tuple[str, ...]) -> str:
    """The first of these values that can name a record, as text."""
    for key in keys:
        value = row.get(key)
        if isinstance(value, int | str) and not isinstance(value, bool) and value:
            return str(value)
    return ""
