"""Tables of records in memory, in the order of their creation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

Record = dict[str, Any]
"""One stored record: a JSON object as the vendor would show it in full."""


class Table:
    """Records of one kind by their id as text. `key` names the field that holds the id.

    `scope` remembers, for a record of a nested collection, the ids of its parents; `above` names their table, and
    `parent_field` the field that points there. `trash` holds what was deleted softly. A record is changed in place, so
    each holder sees the change. Where ids are `local`, unique within their parents only, rows are kept by the
    parents' ids and their own.
    """

    __slots__ = ("key", "local", "name", "parent_field", "parent_table", "rows", "scope", "trash")

    def __init__(self, name: str, key: str = "id", local: bool = False) -> None:
        self.name, self.key, self.local = name, key, local
        self.parent_table = self.parent_field = ""
        self.rows: dict[str, Record] = {}
        self.trash: dict[str, Record] = {}
        self.scope: dict[str, tuple[str, ...]] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Record]:
        return iter(self.rows.values())

    def row_key(self, scope: tuple[str, ...], value: object) -> str:
        """The key of a row: its id, or the parents' ids and its own."""
        return "/".join((*scope, str(value))) if self.local else str(value)

    def get(self, ident: object) -> Record | None:
        """The record with an id, given as text or number."""
        return self.rows.get(str(ident))

    def get_many(self, idents: Iterable[object]) -> list[Record]:
        """The records with these ids, in their order; unknown ids are left out."""
        records = (self.get(ident) for ident in idents)
        return [record for record in records if record is not None]

    def add(self, record: Record, scope: tuple[str, ...] = ()) -> Record:
        """Add a record, in the place of one with the same id."""
        ident = self.row_key(scope, record[self.key])
        self.rows[ident] = record
        if scope:
            self.scope[ident] = scope
        return record

    def remove(self, ident: object) -> Record | None:
        """Delete a record permanently, from the table or its trash."""
        self.scope.pop(str(ident), None)
        return self.rows.pop(str(ident), None) or self.trash.pop(str(ident), None)

    def move_to_trash(self, ident: object) -> Record | None:
        """Move a record to the trash."""
        record = self.rows.pop(str(ident), None)
        if record is not None:
            self.trash[str(ident)] = record
        return record

    def restore(self, ident: object) -> Record | None:
        """Take a record out of the trash."""
        record = self.trash.pop(str(ident), None)
        if record is not None:
            self.rows[str(ident)] = record
        return record

    def where(self, test: Callable[[Record], bool] | None = None, **fields: Any) -> list[Record]:
        """Records whose fields have these values, and that pass `test`."""
        return [
            row
            for row in self.rows.values()
            if all(row.get(name) == value for name, value in fields.items()) and (test is None or test(row))
        ]

    def is_nested_in(self, table: str) -> bool:
        """Whether its records belong to records of another table."""
        return self.parent_table == table or self.name.startswith(f"{table}/") or f"/{table}/" in self.name

    def field_naming(self, table: str) -> str:
        """The field by which its rows name a record of another table that they are parts of; "" for none."""
        if self.parent_table == table:
            return self.parent_field
        word = table.removesuffix("s")
        return f"{word}_id" if self.name.startswith(f"{word}_") else ""

    def within(self, scope: tuple[str, ...]) -> list[Record]:
        """Records of a nested collection that belong to these parents."""
        return [row for ident, row in self.rows.items() if self.scope.get(ident, ()) == scope]


class Store:
    """All tables of one org by name; a table is made when it is first used."""

    __slots__ = ("_numbers", "tables")

    def __init__(self) -> None:
        self.tables: dict[str, Table] = {}
        self._numbers: dict[str, int] = {}

    def __getitem__(self, name: str) -> Table:
        table = self.tables.get(name)
        if table is None:
            table = self.tables[name] = Table(name)
        return table

    def nested_in(self, table: str, ident: str) -> Iterator[tuple[Table, str]]:
        """Every record that belongs to one of `table`: its own table, and its key there."""
        for child in self.tables.values():
            if child.is_nested_in(table):
                yield from ((child, key) for key, scope in list(child.scope.items()) if ident in scope)

    def erase(self, table: str, ident: str) -> Record | None:
        """Delete a record permanently, and with it its own parts: nested records, and `group_…` of a group."""
        own = self[table]
        own_id = ident.rsplit("/", 1)[-1] if own.local else ident
        place = (*own.scope.get(ident, ()), own_id)
        for child in self.tables.values():
            field = child.field_naming(table)
            parts = [key for key, row in child.rows.items() if field and str(row.get(field)) == own_id]
            if child.is_nested_in(table):
                parts += [key for key, scope in child.scope.items() if scope[: len(place)] == place]
            for key in parts:
                child.remove(key)
        return own.remove(ident)

    def next(self, counter: str, start: int = 1, step: int = 1) -> int:
        """The next number of a counter; it never gives the same number twice."""
        value = self._numbers.get(counter, start - step) + step
        self._numbers[counter] = value
        return value

    def dump(self) -> dict[str, Any]:
        """A stable, comparable picture of every table that holds something."""
        return {
            name: {"rows": dict(table.rows), **({"trash": dict(table.trash)} if table.trash else {})}
            for name, table in sorted(self.tables.items())
            if table.rows or table.trash
        }
