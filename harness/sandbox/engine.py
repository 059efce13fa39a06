"""The engine turns a call into a reply: by the vendor's own behaviour, or else by the generic resource engine."""

from __future__ import annotations

import random
from collections.abc import Iterable

from harness.openapi.catalog import Operation
from harness.openapi.document import Document
from harness.sandbox.answer_plan import AnswerPlan
from harness.sandbox.call import Call, Reply
from harness.sandbox.generic import GenericResources
from harness.sandbox.org import Clock, Org
from harness.sandbox.service import Behaviour, Service


class Engine(GenericResources):
    """One vendor's service over its documents. Build it once; `org()` gives a fresh, seeded account."""

    def __init__(self, service: Service, documents: Iterable[Document] | None = None) -> None:
        super().__init__(service, documents)
        self._behaviours: dict[str, Behaviour | None] = {}

    def org(self, seed: int = 0, clock: Clock | None = None, base: str = "") -> Org:
        """A fresh account, filled with the vendor's seed data; `base` is where it is served."""
        org = Org(self, seed, clock or Clock(), base, random=random.Random(seed))
        for table, key in self.service.id_fields.items():
            org.store.keyed(table, key)
        for name in self.service.local_ids:
            org.store[name].local = True
        self.service.seed(org)
        return org

    def handle(self, org: Org, call: Call) -> Reply:
        """The answer to one call, with the vendor's steps around it."""
        if call.mount not in ("", self.service.mount):
            return self._answer_further_mount(org, call)
        reply = self._answer(org, call)
        for finish in self.service.after:
            reply = finish(org, call, reply)
        return reply

    def _answer_further_mount(self, org: Org, call: Call) -> Reply:
        behaviour = self.service.behaviours.get(f"{call.method} {call.path}")
        reply = behaviour(org, call) if behaviour is not None else None
        return reply or self.service.responses.unknown(org, call)

    def _answer(self, org: Org, call: Call) -> Reply:
        for step in self.service.before:
            early = step(org, call)
            if early is not None:
                return early
        if call.operation is None:
            responses = self.service.responses
            return responses.method(org, call) if self.router.known(call.path) else responses.unknown(org, call)
        behaviour = self.behaviour(call.operation)
        if behaviour is not None:
            reply = behaviour(org, call)
            if reply is not None:
                return reply
        return self.generic(org, call)

    def behaviour(self, operation: Operation) -> Behaviour | None:
        """The vendor's own way with an operation, from the most to the least exact name."""
        if operation.key not in self._behaviours:
            last = operation.path.rstrip("/").rpartition("/")[2]
            path, family = f"{operation.method} {operation.path}", f"{operation.method} */{last}"
            table = self.service.behaviours
            self._behaviours[operation.key] = table.get(operation.operation_id) or table.get(path) or table.get(family)
        return self._behaviours[operation.key]

    def populate(self, org: Org, call: Call) -> None:
        """One record for every table that can be shown and that was left empty; nested ones under a first parent."""
        for operation in self.catalog.operations:
            plan = self.plan(operation)
            if len(org.store[plan.table]) or self.behaviour(operation) is not None or not self._shows_records(plan):
                continue
            parents = [next(iter(org.store[parent.table].rows), "") for parent in plan.parents]
            if all(parents):
                call.operation = operation
                self.make(org, call, plan, {}, tuple(parents))

    def _shows_records(self, plan: AnswerPlan) -> bool:
        """Whether an operation shows records that its document describes."""
        if plan.operation.method != "GET" or plan.item is None:
            return False
        return plan.kind == "show" or (plan.kind == "list" and bool(self.model(plan).schemas.properties(plan.item)))

    def has_behaviour(self, operation_id: str) -> bool:
        """Whether the vendor answers an operation in its own way."""
        return operation_id in self.service.behaviours
