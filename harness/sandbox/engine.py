"""Engine: a call to a reply. The vendor's own behaviour first, the generic resource engine for all else.

What a behaviour may ask of it:
    engine.generic(org, call) -> Reply            what the resource engine would answer
    engine.sample(operation_id, status=0) -> Any  a body that the declared response schema accepts
    engine.fit(plan, record) -> Record            a record in the shape that an operation declares for its item
    engine.blank(org, table) -> Record            a full new record for a table, without its id
    engine.problems(call) -> list[Problem]        what the body has wrong against the declared request schema
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from harness.catalog import Catalog, Operation, compile_operations
from harness.sandbox.call import ABSENT, Call, Reply
from harness.sandbox.org import Clock, Org
from harness.sandbox.plan import Plan, Planner
from harness.sandbox.router import Router
from harness.sandbox.schema import Schema, Schemas
from harness.sandbox.service import Behaviour, Problem, Service
from harness.sandbox.store import Record
from harness.sandbox.synth import Synth
from harness.spec.document import Document, pinned


class Engine:
    """One vendor's service over its documents. Build it once; `org()` gives a fresh, seeded account."""

    def __init__(self, service: Service, documents: Iterable[Document] | None = None) -> None:
        self.service = service
        sources = list(pinned(service.name) if documents is None else documents)
        trees = [(document.name, document.tree) for document in sources]
        if service.extra:
            trees.append(("extra", dict(service.extra)))
        self.sides = {name: _Side(service, name, tree) for name, tree in trees}
        operations = (operation for side in self.sides.values() for operation in side.operations)
        self.catalog = Catalog(tuple(one for one in operations if service.operations(one)))
        self.router = Router(self.catalog.operations, service.suffixes)
        self._plans: dict[str, Plan] = {}
        self._ways: dict[str, Behaviour | None] = {}
        self._fillers: dict[int, Record] = {}
        self._by_id = {
            name: one for one in reversed(self.catalog.operations) for name in (*one.aliases, one.operation_id)
        }

    def org(self, seed: int = 0, clock: Clock | None = None, base: str = "") -> Org:
        """A fresh account, filled with the vendor's seed data; `base` is where it is served."""
        org = Org(self.service.name, seed, clock or Clock(), random=random.Random(seed), engine=self, base=base)
        for table, key in self.service.ids.items():
            org.store.keyed(table, key)
        for name in self.service.local:
            org.store[name].local = True
        self.service.seed(org)
        return org

    def handle(self, org: Org, call: Call) -> Reply:
        """The answer to one call, with the vendor's steps around it."""
        if call.mount not in ("", self.service.mounts[0]):
            behaviour = self.service.behaviours.get(f"{call.method} {call.path}")
            return (behaviour(org, call) if behaviour else None) or self.service.ways.unknown(org, call)
        reply = self._answer(org, call)
        for finish in self.service.after:
            reply = finish(org, call, reply)
        return reply

    def _answer(self, org: Org, call: Call) -> Reply:
        for step in self.service.before:
            early = step(org, call)
            if early is not None:
                return early
        if call.operation is None:
            ways = self.service.ways
            return ways.method(org, call) if self.router.known(call.path) else ways.unknown(org, call)
        behaviour = self.behaviour(call.operation)
        if behaviour is not None:
            reply = behaviour(org, call)
            if reply is not None:
                return reply
        return self.generic(org, call)

    def behaviour(self, operation: Operation) -> Behaviour | None:
        """The vendor's own way with an operation, from the most to the least exact name."""
        if operation.key not in self._ways:
            last = operation.path.rstrip("/").rpartition("/")[2]
            path, family = f"{operation.method} {operation.path}", f"{operation.method} */{last}"
            table = self.service.behaviours
            self._ways[operation.key] = table.get(operation.operation_id) or table.get(path) or table.get(family)
        return self._ways[operation.key]

    # -- what behaviours use -------------------------------------------------------------------------------------

    def operation(self, operation_id: str) -> Operation:
        """An operation by its id or alias; raises `KeyError`."""
        return self._by_id[operation_id]

    def plan(self, operation: Operation) -> Plan:
        """How the generic engine answers an operation."""
        known = self._plans.get(operation.key)
        if known is None:
            known = self._plans[operation.key] = self.sides[operation.document].planner.plan(operation)
        return known

    def sample(self, operation_id: str, **fields: Any) -> Any:
        """A body that the operation's declared success accepts; `fields` replace its top-level fields."""
        plan = self.plan(self.operation(operation_id))
        body = self.side(plan).synth.value(plan.schema) if plan.schema is not None else {}
        return {**body, **fields} if isinstance(body, dict) else body

    def side(self, plan: Plan) -> _Side:
        """The document that a plan's operation comes from."""
        return self.sides[plan.operation.document]

    def problems(self, call: Call) -> list[Problem]:
        """What the JSON body has wrong against the declared request schema."""
        if call.operation is None or call.notes.get("unchecked"):
            return []
        plan = self.plan(call.operation)
        if plan.request is None or call.body is ABSENT:
            return []
        return list(self.side(plan).schemas.problems(plan.request, call.body))

    def blank(self, org: Org, table: str, plan: Plan | None = None) -> Record:
        """A new record for a table without id and times: the vendor's shape, and what the schema asks for beyond."""
        shape = self.service.shapes.get(table)
        if shape is not None:
            return copy.deepcopy(shape)
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

    def shape(self, side: _Side, schema: Any, record: Record) -> Record:
        """A record as any schema of a document wants it."""
        node = side.schemas.form(schema, record)
        properties = side.schemas.properties(node)
        if not properties:
            return self._plain(side, node, record)
        made: Record = {}
        for name, inner in properties.items():
            if name in record and side.schemas.fits(inner, record[name]):
                made[name] = record[name]
        missing = [name for name in properties if name not in made]
        if missing:
            filler = self.filler(side, node)
            made.update((name, filler[name]) for name in missing if name in filler)
        return made

    def _plain(self, side: _Side, node: Schema, record: Record) -> Any:
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
        return {name: value for name, value in record.items() if name not in properties or side.schemas.fits(properties[name], value)}

    def filler(self, side: _Side, node: Schema) -> Record:
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

    def populate(self, org: Org, call: Call) -> None:
        """One record for every table that can be shown and that the seed left empty, nested ones under a first parent."""
        for operation in self.catalog.operations:
            plan = self.plan(operation)
            if operation.method != "GET" or plan.kind not in ("show", "list") or plan.item is None:
                continue
            if self.behaviour(operation) is not None:
                continue
            if len(org.store[plan.table]) or (plan.kind == "list" and not self.side(plan).schemas.properties(plan.item)):
                continue
            parents = [next(iter(org.store[parent.table].rows), "") for parent in plan.parents]
            if all(parents):
                call.operation = operation
                self.make(org, call, plan, {}, tuple(parents))

    # -- the generic resource engine -----------------------------------------------------------------------------

    def generic(self, org: Org, call: Call) -> Reply:
        """What a plain REST service would answer, from the operation's plan and the records there are."""
        assert call.operation is not None
        plan = self.plan(call.operation)
        scope = tuple(call.values.get(parent.parameter, "") for parent in plan.parents)
        if any(self._absent(org, parent.table, scope[: at + 1]) for at, parent in enumerate(plan.parents)):
            return self.service.ways.missing(org, call)
        handler = getattr(self, f"_{plan.kind}")
        reply: Reply = handler(org, call, plan, scope)
        return reply

    def _absent(self, org: Org, table: str, scope: tuple[str, ...]) -> bool:
        """Whether the last of these parents is missing; a table that holds nothing at all cannot tell."""
        known = org.store[table]
        return bool(known.rows or known.trash) and known.get(known.ident(scope[:-1], scope[-1])) is None

    def rows(self, org: Org, plan: Plan, scope: tuple[str, ...]) -> list[Record]:
        """The records that a nested or flat collection shows."""
        table = org.store[plan.table]
        if plan.link and scope:
            return [row for row in table if str(row.get(plan.link)) == scope[-1]]
        return table.within(scope) if scope else list(table)

    def _list(self, org: Org, call: Call, plan: Plan, scope: tuple[str, ...]) -> Reply:
        return self.listed(org, call, plan, self.rows(org, plan, scope))

    def listed(self, org: Org, call: Call, plan: Plan, rows: list[Record]) -> Reply:
        """A page of these records as the answer of an operation; only what is on the page is put in shape."""
        reply = self.service.ways.page(org, call, plan.key, rows)
        if not reply.ok:
            return reply
        if isinstance(reply.body, list):
            reply.body = [self.fit(plan, row) for row in reply.body]
        elif isinstance(reply.body, dict):
            if isinstance(reply.body.get(plan.key), list):
                reply.body[plan.key] = [self.fit(plan, row) for row in reply.body[plan.key]]
            reply.body = self.wrap(plan, reply.body)
        return reply

    def _count(self, org: Org, call: Call, plan: Plan, scope: tuple[str, ...]) -> Reply:
        body = self.side(plan).synth.value(plan.schema) if plan.schema is not None else {}
        total = len(self.rows(org, self._sibling(plan), scope))
        return Reply(plan.status, _counted(body, total))

    def _sibling(self, plan: Plan) -> Plan:
        """The list that a count belongs to."""
        found = self.router.find("GET", plan.operation.path.removesuffix("/count"))
        return self.plan(found[0]) if found else plan

    def _found(self, org: Org, call: Call, plan: Plan, scope: tuple[str, ...]) -> Record | None:
        table = org.store[plan.table]
        ident = table.ident(scope, call.values.get(plan.target, ""))
        record = table.get(ident)
        kept = table.scope.get(ident)
        return record if kept is None or not scope or plan.link or kept == scope else None

    def _show(self, org: Org, call: Call, plan: Plan, scope: tuple[str, ...]) -> Reply:
        record = self._found(org, call, plan, scope)
        return self.service.ways.missing(org, call) if record is None else self.shown(plan, record)

    def shown(self, plan: Plan, record: Record) -> Reply:
        """A record as the answer of an operation."""
        if plan.status == 204 or plan.schema is None:
            return Reply(plan.status)
        inner = self.fit(plan, record)
        node = self.side(plan).schemas.properties(plan.schema).get(plan.key, {}) if plan.key else {}
        if "array" in self.side(plan).schemas.kinds(node):
            return Reply(plan.status, self.wrap(plan, {plan.key: [inner]}))
        return Reply(plan.status, self.wrap(plan, {plan.key: inner}) if plan.key else inner)

    def fields(self, call: Call, plan: Plan) -> Record:
        """The fields that a body wants to set, out of their wrapper."""
        body = call.body
        if not isinstance(body, dict):
            return {}
        for key in (plan.request_key, plan.key):
            if key and isinstance(body.get(key), dict):
                return dict(body[key])
        return body

    def _create(self, org: Org, call: Call, plan: Plan, scope: tuple[str, ...]) -> Reply:
        problems = self.problems(call)
        if problems:
            return self.service.ways.invalid(org, call, problems)
        record = self.make(org, call, plan, self.fields(call, plan), scope)
        return self.shown(plan, record)

    def make(self, org: Org, call: Call, plan: Plan, fields: Record, scope: tuple[str, ...] = ()) -> Record:
        """A new record in the plan's table: blank, with the given fields, an id and times."""
        record = self.blank(org, plan.table, plan)
        self._warn(call, plan, self.assign(plan, record, fields))
        table = org.store[plan.table]
        if plan.link and scope:
            record[plan.link] = _like(record.get(plan.link), scope[-1])
        wanted = fields.get(table.key)
        if table.key != "id" and wanted is not None:
            record[table.key] = wanted
        else:
            item = self.side(plan).schemas.properties(plan.item) if plan.item is not None else {}
            record[table.key] = self.service.ways.identify(org, plan.table, item.get(table.key, {}))
        self.service.ways.touch(org, call, plan.table, record, True)
        return table.add(record, () if plan.link else scope)

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
                record[name] = value
            elif value is None and name in self.service.shapes.get(plan.table, ()):
                # Null puts a field back to what it is on a new record.
                record[name] = copy.deepcopy(self.service.shapes[plan.table][name])
        return unknown

    def _warn(self, call: Call, plan: Plan, unknown: list[str]) -> None:
        """Leave a note of the keys that were not taken, for vendors who tell."""
        if unknown:
            prefix = f"{plan.request_key or plan.key}." if plan.request_key or plan.key else ""
            call.notes["unpermitted"] = [f"{prefix}{name}" for name in unknown]

    def _update(self, org: Org, call: Call, plan: Plan, scope: tuple[str, ...]) -> Reply:
        record = self._found(org, call, plan, scope)
        if record is None:
            return self.service.ways.missing(org, call)
        problems = self.problems(call)
        if problems:
            return self.service.ways.invalid(org, call, problems)
        key = org.store[plan.table].key
        given = self.fields(call, plan)
        unknown = self.assign(plan, record, {name: value for name, value in given.items() if name != key})
        self._warn(call, plan, [*([key] if key in given else ()), *unknown])
        self.service.ways.touch(org, call, plan.table, record, False)
        return self.shown(plan, record)

    def _delete(self, org: Org, call: Call, plan: Plan, scope: tuple[str, ...]) -> Reply:
        record = self._found(org, call, plan, scope)
        if record is None:
            return self.service.ways.missing(org, call)
        table = org.store[plan.table]
        table.remove(table.ident(scope, call.values[plan.target]))
        return self.shown(plan, record)

    def _clear(self, org: Org, call: Call, plan: Plan, scope: tuple[str, ...]) -> Reply:
        """All records of a collection at once."""
        table = org.store[plan.table]
        for row in self.rows(org, plan, scope):
            table.remove(row[table.key])
        return self._action(org, call, plan, scope)

    def _single(self, org: Org, call: Call, plan: Plan, scope: tuple[str, ...]) -> Reply:
        """One object per org or parent: read as it was last written."""
        if call.method != "GET":
            problems = self.problems(call)
            if problems:
                return self.service.ways.invalid(org, call, problems)
        table = org.store[f"{plan.operation.path}#"]
        ident = "/".join(scope) or "one"
        record = table.get(ident)
        if record is None:
            made = self.side(plan).synth.value(plan.item if plan.key else plan.schema) if plan.schema is not None else {}
            if not isinstance(made, dict):
                return Reply(plan.status, made, media_type=plan.media_type or "application/json")
            record = made
        if call.method != "GET":
            record = copy.deepcopy(record)
            self.assign(plan, record, self.fields(call, plan))
            table.rows[ident] = record
        if plan.schema is None or plan.status == 204:
            return Reply(plan.status)
        return Reply(plan.status, self.wrap(plan, {plan.key: record}) if plan.key else record)

    def _action(self, org: Org, call: Call, plan: Plan, scope: tuple[str, ...]) -> Reply:
        """Anything else: checked, and answered as the document says that success looks."""
        problems = self.problems(call)
        if problems:
            return self.service.ways.invalid(org, call, problems)
        if plan.schema is None or plan.status == 204:
            return Reply(plan.status)
        return Reply(plan.status, self.side(plan).synth.value(plan.schema), media_type=_media(plan.media_type))


class _Side:
    """One document: its operations, schemas, plans and values, made when first needed."""

    def __init__(self, service: Service, name: str, tree: dict[str, Any]) -> None:
        self._service = service
        self.operations = compile_operations(service.name, name, tree)
        self.schemas = Schemas(tree)

    @cached_property
    def synth(self) -> Synth:
        return Synth(self.schemas, self._service.nulls, self._service.typical, self._service.full)

    @cached_property
    def planner(self) -> Planner:
        return Planner(self.schemas, self.operations, self._service.tables, self._service.link, self._service.wrapped)


def _counted(body: Any, total: int) -> Any:
    """A count answer with the number set where the schema has it: `count`, `count.value`, or the first integer."""
    if not isinstance(body, dict):
        return total if isinstance(body, int) else body
    inner = body.get("count")
    if isinstance(inner, dict) and "value" in inner:
        return {**body, "count": {**inner, "value": total}}
    name = "count" if "count" in body else next((key for key, value in body.items() if isinstance(value, int)), "")
    return {**body, name: str(total) if isinstance(body.get(name), str) else total} if name else body


def _like(example: Any, text: str) -> Any:
    return int(text) if isinstance(example, int) and text.isdigit() else text


def _media(declared: str) -> str:
    return "application/json; charset=utf-8" if not declared or declared == "application/json" else declared
