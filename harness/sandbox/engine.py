"""Engine: a call to a reply. The vendor's own behaviour first, the generic resource engine for all else.

What a behaviour may ask of it:
    engine.generic(org, call) -> Reply            what the resource engine would answer
    engine.listed(org, call, plan, rows) -> Reply a page of rows as an operation's own list
    engine.shown(plan, record) -> Reply           a record as an operation's own answer
    engine.make(org, call, plan, fields) -> Record a new record, kept in the plan's table
    engine.sample(operation_id) -> Any            a body that the declared response schema accepts
    engine.fit(plan, record) -> Record            a record in the shape that an operation declares for its item
    engine.blank(org, table) -> Record            a full new record for a table, without its id
    engine.problems(call) -> list[Problem]        what the body has wrong against the declared request schema
"""

from __future__ import annotations

import random
from collections.abc import Iterable

from harness.openapi.catalog import Operation
from harness.openapi.document import Document
from harness.sandbox.call import Call, Reply
from harness.sandbox.generic import Resources
from harness.sandbox.org import Clock, Org
from harness.sandbox.service import Behaviour, Service


class Engine(Resources):
    """One vendor's service over its documents. Build it once; `org()` gives a fresh, seeded account."""

    def __init__(self, service: Service, documents: Iterable[Document] | None = None) -> None:
        super().__init__(service, documents)
        self._ways: dict[str, Behaviour | None] = {}

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

    def populate(self, org: Org, call: Call) -> None:
        """One record for every table that can be shown and that was left empty; nested ones under a first parent."""
        for operation in self.catalog.operations:
            plan = self.plan(operation)
            if operation.method != "GET" or plan.kind not in ("show", "list") or plan.item is None:
                continue
            if self.behaviour(operation) is not None:
                continue
            if len(org.store[plan.table]) or (
                plan.kind == "list" and not self.side(plan).schemas.properties(plan.item)
            ):
                continue
            parents = [next(iter(org.store[parent.table].rows), "") for parent in plan.parents]
            if all(parents):
                call.operation = operation
                self.make(org, call, plan, {}, tuple(parents))
