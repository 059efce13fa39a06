"""Records: new ones in full, and known ones in the form that an operation declares."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from harness.openapi.document import Document
from harness.sandbox.library import Library, Side
from harness.sandbox.org import Org
from harness.sandbox.plan import Plan
from harness.sandbox.schema import Schema
from harness.sandbox.service import Service
from harness.sandbox.store import Record


class Records(Library):
    """What stands between the store, which keeps all fields, and an answer, which shows the declared ones."""

    def __init__(self, service: Service, documents: Iterable[Document] | None = None) -> None:
        super().__init__(service, documents)
        self._fillers: dict[int, Record] = {}

    def blank(self, org: Org, table: str, plan: Plan | None = None) -> Record:
        """A new record for a table without id and times: the vendor's shape, and what the schema asks for beyond."""
        shape = self.service.shapes.get(table)
        if shape is not None:
            return copy.deepcopy(dict(shape))
        if plan is None or plan.item is None:
            return {}
        side = self.side(plan)
        return copy.deepcopy(self.filler(side, side.schemas.form(plan.item, {})))

    def fit(self, plan: Plan, record: Record) -> Record:
        """The record as an operation declares its item: known fields that fit, and all the required ones.

        A table with a shape of the vendor's own is shown as it is.
        """
        if plan.item is None or plan.table in self.service.shapes:
            return record
        return self.shape(self.side(plan), plan.item, record)

    def shape(self, side: Side, schema: Any, record: Record) -> Record:
        """A record as any schema of a document wants it."""
        node = side.schemas.form(schema, record)
        properties = side.schemas.properties(node)
        if not properties:
            plain: Record = self._plain(side, node, record)
            return plain
        made: Record = {}
        for name, inner in properties.items():
            if name in record and side.schemas.fits(inner, record[name]):
                made[name] = record[name]
        missing = [name for name in properties if name not in made]
        if missing:
            filler = self.filler(side, node)
            made.update((name, filler[name]) for name in missing if name in filler)
        return made

    def _plain(self, side: Side, node: Schema, record: Record) -> Any:
        """The record where the schema describes no fields: its id alone, if only a word or number is wanted."""
        kinds = side.schemas.kinds(node)
        if not kinds or "object" in kinds:
            return record
        ident = str(record.get("id", ""))
        return ident if "string" in kinds or not ident.isdigit() else int(ident)

    def prune(self, plan: Plan, record: Record) -> Record:
        """The record without the fields whose values the operation's item does not take."""
        side = self.side(plan)
        properties = side.schemas.properties(plan.item) if plan.item is not None else {}
        return {
            name: value
            for name, value in record.items()
            if name not in properties or side.schemas.fits(properties[name], value)
        }

    def filler(self, side: Side, node: Schema) -> Record:
        """What a record holds in fields that nobody gave; the same object at each call, not to be changed."""
        known = self._fillers.get(id(node))
        if known is None:
            made = side.synth.value(node)
            known = self._fillers[id(node)] = made if isinstance(made, dict) else {}
        return known

    def wrap(self, plan: Plan, body: Record) -> Record:
        """An answer with every required field of its envelope."""
        node = self.side(plan).schemas.merged(plan.schema) if plan.schema is not None else {}
        required = node.get("required")
        for name in required if isinstance(required, list) else ():
            if name not in body:
                body[name] = self.side(plan).synth.value((node.get("properties") or {}).get(name, {}))
        return body

    def assign(self, plan: Plan, record: Record, fields: Record) -> list[str]:
        """Set the fields that the record may have and that fit; gives the names that it may not."""
        schemas = self.side(plan).schemas
        properties = schemas.properties(plan.item) if plan.item is not None else {}
        form = schemas.form(plan.item, fields)
        if form is not schemas.merged(plan.item):
            properties = {**properties, **schemas.properties(form)}
        unknown = []
        for name, value in fields.items():
            schema = properties.get(name)
            if schema is None and name not in record:
                unknown.append(name)
            elif schema is None or (not schemas.merged(schema).get("readOnly") and schemas.fits(schema, value)):
                record[name] = value if schema is None else schemas.tidy(schema, value)
            elif value is None and name in self.service.shapes.get(plan.table, ()):
                # Null puts a field back to what it is on a new record.
                record[name] = copy.deepcopy(self.service.shapes[plan.table][name])
        return unknown
