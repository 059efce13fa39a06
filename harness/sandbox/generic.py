"""The generic resource engine: create, read, update, delete, list and count, for all that has no own behaviour."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable
from typing import Any

from harness.openapi.document import Document
from harness.sandbox.answer_plan import AnswerPlan
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org, OrgEngine
from harness.sandbox.resolved_schemas import Problem
from harness.sandbox.service import Service
from harness.sandbox.store import Record

_NAME = re.compile(r"[\w.:@-]+", re.ASCII)


class GenericResources(OrgEngine):
    """A plain REST service over the operations' plans and the records there are."""

    def __init__(self, service: Service, documents: Iterable[Document] | None = None) -> None:
        super().__init__(service, documents)
        self.service = service
        self._answer_by_kind = {
            "list": self._list, "show": self._show, "create": self._create, "update": self._update,
            "delete": self._delete, "count": self._count, "clear": self._clear, "single": self._single,
            "action": self._action,
        }  # fmt: skip

    def missing(self, org: Org, call: Call) -> Reply:
        """The vendor's answer where a record is not there."""
        return self.service.responses.missing(org, call)

    def refusal(self, org: Org, call: Call) -> Reply | None:
        """What the body has wrong against the document, in the vendor's form; None where it has nothing wrong."""
        problems = self.problems(call)
        return self.service.responses.invalid(org, call, problems) if problems else None

    def generic(self, org: Org, call: Call) -> Reply:
        """What a plain REST service would answer, from the operation's plan and the records there are."""
        plan = self.plan_of(call)
        scope = tuple(call.values.get(parent.parameter, "") for parent in plan.parents)
        if any(self._absent(org, parent.table, scope[: at + 1]) for at, parent in enumerate(plan.parents)):
            return self.missing(org, call)
        return self._answer_by_kind[plan.kind](org, call, plan, scope)

    def _absent(self, org: Org, table: str, scope: tuple[str, ...]) -> bool:
        """Whether the last of these parents is missing; a table that holds nothing at all cannot tell."""
        records = org.store[table]
        return bool(records.rows or records.trash) and records.get(records.row_key(scope[:-1], scope[-1])) is None

    def rows(self, org: Org, plan: AnswerPlan, scope: tuple[str, ...]) -> list[Record]:
        """The records that a nested or flat collection shows."""
        table = org.store[plan.table]
        if plan.parent_field and scope:
            return [row for row in table if str(row.get(plan.parent_field)) == scope[-1]]
        return table.within(scope) if scope else list(table)

    def _list(self, org: Org, call: Call, plan: AnswerPlan, scope: tuple[str, ...]) -> Reply:
        return self.listed(org, call, self.rows(org, plan, scope), plan)

    def listed(self, org: Org, call: Call, rows: list[Record], plan: AnswerPlan | None = None) -> Reply:
        """A page of rows as the answer of an operation; only what is on the page is put in form."""
        plan = plan or self.plan_of(call)
        reply = self.service.responses.page(org, call, plan.key, rows)
        if not reply.ok:
            return reply
        if isinstance(reply.body, list):
            reply.body = [self.fit(plan, row) for row in reply.body]
        elif isinstance(reply.body, dict):
            if isinstance(reply.body.get(plan.key), list):
                rows = [self.fit(plan, row) for row in reply.body[plan.key]]
                reply.body[plan.key] = shown = rows[: self._max_rows(plan)]
                if len(shown) < len(rows) and "count" in reply.body:
                    # What the document has no room for is not there at all.
                    reply.body["count"] = len(shown)
            reply.body = self.wrap(plan, reply.body)
        return reply

    def _count(self, org: Org, call: Call, plan: AnswerPlan, scope: tuple[str, ...]) -> Reply:
        body = self.model(plan).examples.value(plan.schema) if plan.schema is not None else {}
        total = len(self.rows(org, self._sibling(plan), scope))
        return Reply(plan.status, _with_count(body, total))

    def _sibling(self, plan: AnswerPlan) -> AnswerPlan:
        """The list that a count belongs to."""
        match = self.router.find("GET", plan.operation.path.removesuffix("/count"))
        return self.plan(match[0]) if match else plan

    def _target_record(self, org: Org, call: Call, plan: AnswerPlan, scope: tuple[str, ...]) -> Record | None:
        table = org.store[plan.table]
        ident = table.row_key(scope, call.values.get(plan.target, ""))
        record = table.get(ident)
        own_scope = table.scope.get(ident)
        return record if own_scope is None or not scope or plan.parent_field or own_scope == scope else None

    def _show(self, org: Org, call: Call, plan: AnswerPlan, scope: tuple[str, ...]) -> Reply:
        record = self._target_record(org, call, plan, scope)
        return self.missing(org, call) if record is None else self.shown(call, record, plan)

    def _max_rows(self, plan: AnswerPlan) -> int | None:
        """How many rows the document allows an answer to hold."""
        schemas = self.model(plan).schemas
        max_items = schemas.merged(schemas.properties(plan.schema).get(plan.key, {})).get("maxItems")
        return max_items if isinstance(max_items, int) else None

    def fields(self, call: Call, plan: AnswerPlan) -> Record:
        """The fields that a body wants to set, out of their wrapper."""
        body = call.body
        if not isinstance(body, dict):
            return {}
        for key in (plan.request_key, plan.key):
            if key and isinstance(body.get(key), dict):
                return dict(body[key])
        return body

    def _create(self, org: Org, call: Call, plan: AnswerPlan, scope: tuple[str, ...]) -> Reply:
        fields, key = self.fields(call, plan), org.store[plan.table].key
        problems = self.problems(call)
        if key != "id" and not _NAME.fullmatch(str(fields.get(key, key) or "")):
            # The record's own name, by which no path could ever name it.
            pointer = f"/{plan.request_key or plan.key}/{key}".replace("//", "/")
            problems.append(Problem(pointer, "value" if fields[key] else "missing", "is no name"))
        if problems:
            return self.service.responses.invalid(org, call, problems)
        return self.shown(call, self.make(org, call, plan, fields, scope), plan)

    def make(self, org: Org, call: Call, plan: AnswerPlan, fields: Record, scope: tuple[str, ...] = ()) -> Record:
        """A new record in the plan's table: blank, with the given fields, an id and times."""
        record = self.blank(plan.table, plan)
        self._record_unpermitted(call, plan, self.assign(plan, record, fields))
        table = org.store[plan.table]
        self._name_parent(plan, record, scope)
        wanted = fields.get(table.key)
        if table.key != "id" and wanted is not None:
            record[table.key] = wanted
        else:
            properties = self.model(plan).schemas.properties(plan.item) if plan.item is not None else {}
            record[table.key] = self.service.new_id(org, plan.table, properties.get(table.key, {}))
        self.service.set_derived(org, call, plan.table, record, True)
        self._name_parent(plan, record, scope)
        if plan.parents and not table.parent_table and not self._has_flat_create(plan):
            table.parent_table, table.parent_field = plan.parents[-1].table, plan.parent_field
        return table.add(record, () if plan.parent_field else scope)

    def _name_parent(self, plan: AnswerPlan, record: Record, scope: tuple[str, ...]) -> None:
        """A row of a flat table names the parent that the path names, whatever the body says."""
        if plan.parent_field and scope:
            record[plan.parent_field] = _of_same_type(record.get(plan.parent_field), scope[-1])

    def _has_flat_create(self, plan: AnswerPlan) -> bool:
        """Whether the records of a nested collection can be made without a parent too: an organization's tickets."""
        own = "/".join([*plan.operation.path.split("/")[:3], plan.table])
        match = self.router.find("POST", own)
        return match is not None and match[0].path == own

    def _record_unpermitted(self, call: Call, plan: AnswerPlan, unknown: list[str]) -> None:
        """Record the keys that were not accepted, for vendors who warn about them."""
        if unknown:
            prefix = f"{plan.request_key or plan.key}." if plan.request_key or plan.key else ""
            call.state["unpermitted"] = [f"{prefix}{name}" for name in unknown]

    def _update(self, org: Org, call: Call, plan: AnswerPlan, scope: tuple[str, ...]) -> Reply:
        record = self._target_record(org, call, plan, scope)
        if record is None:
            return self.missing(org, call)
        refusal = self.refusal(org, call)
        if refusal is not None:
            return refusal
        key = org.store[plan.table].key
        given = self.fields(call, plan)
        fixed = {key, plan.parent_field} if scope else {key}  # the path says whose it is
        unknown = self.assign(plan, record, {name: value for name, value in given.items() if name not in fixed})
        self._record_unpermitted(call, plan, [*([key] if key in given else ()), *unknown])
        self.service.set_derived(org, call, plan.table, record, False)
        return self.shown(call, record, plan)

    def _delete(self, org: Org, call: Call, plan: AnswerPlan, scope: tuple[str, ...]) -> Reply:
        record = self._target_record(org, call, plan, scope)
        if record is None:
            return self.missing(org, call)
        table = org.store[plan.table]
        org.store.erase(plan.table, table.row_key(scope, call.values[plan.target]))
        return self.shown(call, record, plan)

    def _clear(self, org: Org, call: Call, plan: AnswerPlan, scope: tuple[str, ...]) -> Reply:
        """All records of a collection at once."""
        table = org.store[plan.table]
        for row in self.rows(org, plan, scope):
            org.store.erase(plan.table, table.row_key(scope, row[table.key]))
        return self._action(org, call, plan, scope)

    def _single(self, org: Org, call: Call, plan: AnswerPlan, scope: tuple[str, ...]) -> Reply:
        """The one object of an org or parent, read as it was last written."""
        if call.method != "GET":
            refusal = self.refusal(org, call)
            if refusal is not None:
                return refusal
        table = org.store[f"{plan.operation.path}#"]
        ident = "/".join(scope) or "one"
        record = table.get(ident)
        if record is None:
            schema = plan.item if plan.key else plan.schema
            example = self.model(plan).examples.value(schema) if plan.schema is not None else {}
            if not isinstance(example, dict):
                return Reply(plan.status, example, media_type=plan.media_type or "application/json")
            record = example
        if call.method != "GET":
            record = copy.deepcopy(record)
            self.assign(plan, record, self.fields(call, plan))
            table.rows[ident] = record
        if not plan.has_body:
            return Reply(plan.status)
        return Reply(plan.status, self.wrap(plan, {plan.key: record}) if plan.key else record)

    def _action(self, org: Org, call: Call, plan: AnswerPlan, scope: tuple[str, ...]) -> Reply:
        """Anything else: checked, and answered as the document says that success looks."""
        refusal = self.refusal(org, call)
        if refusal is not None:
            return refusal
        if not plan.has_body:
            return Reply(plan.status)
        return Reply(plan.status, self.model(plan).examples.value(plan.schema), media_type=_media(plan.media_type))


def _with_count(body: Any, total: int) -> Any:
    """A count answer with the number set where the schema has it: `count`, `count.value`, or the first integer."""
    if not isinstance(body, dict):
        return total if isinstance(body, int) else body
    count = body.get("count")
    if isinstance(count, dict) and "value" in count:
        return {**body, "count": {**count, "value": total}}
    if isinstance(count, str):
        return {**body, "count": str(total)}
    name = "count" if "count" in body else next((key for key, value in body.items() if isinstance(value, int)), "")
    return {**body, name: total} if name else body


def _of_same_type(example: Any, text: str) -> Any:
    return int(text) if isinstance(example, int) and text.isdigit() else text


def _media(declared: str) -> str:
    return "application/json; charset=utf-8" if not declared or declared == "application/json" else declared
