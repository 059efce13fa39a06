"""What behaviours have in common: the record that a path names, and a body that the document allows."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record

FindRecord = Callable[[Org, Call], "Record | None"]
AnswerAbout = Callable[[Org, Call, Record], Reply]
"""Answers one operation about a record that is there."""


def about(find: FindRecord) -> Callable[[AnswerAbout], Callable[[Org, Call], Reply]]:
    """A decorator: `find` looks up the record that the call is about; without one the vendor answers 404."""

    def decorate(answer: AnswerAbout) -> Callable[[Org, Call], Reply]:
        @wraps(answer)
        def behaviour(org: Org, call: Call) -> Reply:
            record = find(org, call)
            return org.engine.missing(org, call) if record is None else answer(org, call, record)

        return behaviour

    return decorate


def in_path(table: str, parameter: str) -> FindRecord:
    """The record of a table that a path parameter names; an id local to its parents counts with those before it."""

    def find(org: Org, call: Call) -> Record | None:
        records = org.store[table]
        if not records.local:
            return records.get(call.values[parameter])
        names = list(call.values)
        parents = tuple(call.values[name] for name in names[: names.index(parameter)])
        return records.get(records.row_key(parents, call.values[parameter]))

    return find


def about_path(table: str, parameter: str) -> Callable[[AnswerAbout], Callable[[Org, Call], Reply]]:
    """A decorator: the answer is about the record of a table that a path parameter names."""
    return about(in_path(table, parameter))


def with_valid_body(answer: Behaviour) -> Behaviour:
    """A decorator: what the document does not allow as a body is refused before anything is looked up."""

    @wraps(answer)
    def behaviour(org: Org, call: Call) -> Reply | None:
        return org.engine.refusal(org, call) or answer(org, call)

    return behaviour
