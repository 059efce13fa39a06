"""Forms of records: a new record in full, and a stored record as an operation declares it."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from harness.openapi.document import Document
from harness.sandbox.answer_plan import AnswerPlan
from harness.sandbox.call import Call, Reply
from harness.sandbox.conventions import Conventions
from harness.sandbox.models import ApiModel, DocumentModel
from harness.sandbox.resolved_schemas import Schema, required_names
from harness.sandbox.store import Record


class RecordForms(ApiModel):
    """What stands between the store, which keeps all fields, and an answer, which shows the declared ones."""

    def __init__(self, conventions: Conventions, documents: Iterable[Document] | None = None) -> None:
        super().__init__(conventions, documents)
        self._defaults: dict[int, Record] = {}

    def blank(self, table: str, plan: AnswerPlan | None = None) -> Record:
        """A new record for a table without id and times: the vendor's example, and what the schema asks for beyond."""
        example = self.conventions.examples.get(table)
        if example is not None:
            return copy.deepcopy(dict(example))
        if plan is None or plan.item is None:
            return {}
        model = self.model(plan)
        return copy.deepcopy(self.defaults(model, model.schemas.form(plan.item, {})))

    def fit(self, plan: AnswerPlan, record: Record) -> Record:
        """The record as an operation declares its item: known fields that fit, and all the required ones.

        The records of a table that the vendor has an example for are shown as they are.
        """
        if plan.item is None or plan.table in self.conventions.examples:
            return record
        return self.conform(self.model(plan), plan.item, record)

    def conform(self, model: DocumentModel, schema: Any, record: Record) -> Record:
        """A record as any schema of a document wants it."""
        node = model.schemas.form(schema, record)
        properties = model.schemas.properties(node)
        if not properties:
            plain: Record = self._plain(model, node, record)
            return plain
        made = {
            name: record[name]
            for name, inner in properties.items()
            if name in record and model.schemas.fits(inner, record[name])
        }
        missing = [name for name in properties if name not in made]
        if missing:
            defaults = self.defaults(model, node)
            made.update((name, defaults[name]) for name in missing if name in defaults)
        return made

    def _plain(self, model: DocumentModel, node: Schema, record: Record) -> Any:
        """The record where the schema describes no fields: its id alone, if only a word or number is wanted."""
        kinds = model.schemas.kinds(node)
        if not kinds or "object" in kinds:
            return record
        ident = str(record.get("id", ""))
        return ident if "string" in kinds or not ident.isdigit() else int(ident)

    def prune(self, plan: AnswerPlan, record: Record) -> Record:
        """The record without the fields whose values the operation's item does not take."""
        model = self.model(plan)
        properties = model.schemas.properties(plan.item) if plan.item is not None else {}
        return {
            name: value
            for name, value in record.items()
            if name not in properties or model.schemas.fits(properties[name], value)
        }

    def defaults(self, model: DocumentModel, node: Schema) -> Record:
        """What a record holds in fields that nobody gave; the same object at each call, not to be changed."""
        known = self._defaults.get(id(node))
        if known is None:
            made = model.examples.value(node)
            known = self._defaults[id(node)] = made if isinstance(made, dict) else {}
        return known

    def wrap(self, plan: AnswerPlan, body: Record) -> Record:
        """An answer with every required field of its envelope."""
        node = self.model(plan).schemas.merged(plan.schema) if plan.schema is not None else {}
        for name in required_names(node):
            if name not in body:
                body[name] = self.model(plan).examples.value((node.get("properties") or {}).get(name, {}))
        return body

    def assign(self, plan: AnswerPlan, record: Record, fields: Record) -> list[str]:
        """Set the fields that the record may have and that fit; gives the names that it may not."""
        schemas = self.model(plan).schemas
        properties = schemas.properties(plan.item) if plan.item is not None else {}
        form = schemas.form(plan.item, fields)
        if form is not schemas.merged(plan.item):
            properties = {**properties, **schemas.properties(form)}
        example = self.conventions.examples.get(plan.table, {})
        unknown = []
        for name, value in fields.items():
            schema = properties.get(name)
            if schema is None:
                if name in record:
                    record[name] = value
                else:
                    unknown.append(name)
            elif not schemas.merged(schema).get("readOnly") and schemas.fits(schema, value):
                record[name] = schemas.tidy(schema, value)
            elif value is None and name in example:
                # Null puts a field back to what it is on a new record.
                record[name] = copy.deepcopy(example[name])
        return unknown

    def shows_rows(self, plan: AnswerPlan) -> bool:
        """Whether an operation answers with rows, whatever its path looks like."""
        schemas = self.model(plan).schemas
        node = schemas.properties(plan.schema).get(plan.key, {}) if plan.key else plan.schema
        return "array" in schemas.kinds(node)

    def shown(self, call: Call, record: Record, plan: AnswerPlan | None = None) -> Reply:
        """A record as the answer of an operation, the call's own unless another plan is given."""
        plan = plan or self.plan_of(call)
        if plan.status == 204 or plan.schema is None:
            return Reply(plan.status)
        inner = self.fit(plan, record)
        if plan.key and self.shows_rows(plan):
            return Reply(plan.status, self.wrap(plan, {plan.key: [inner]}))
        return Reply(plan.status, self.wrap(plan, {plan.key: inner}) if plan.key else inner)
