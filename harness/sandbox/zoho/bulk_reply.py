"""The reply to bulk work: a row for each record, or a status alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from harness.sandbox.answer_plan import AnswerPlan
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org


def bulk_reply(org: Org, call: Call, done: Iterable[tuple[str, bool]]) -> Reply:
    """The answer that the operation declares: a status alone, or a row for each id.

    A 200 may hold failures (vendor document); where no rows are declared, ids that mean nothing pass silently.
    """
    plan, rows = org.engine.plan_of(call), list(done)
    if plan.schema is None or plan.status in (202, 204):
        return Reply(plan.status)
    schemas = org.engine.model(plan).schemas
    fields = schemas.properties(schemas.merged(schemas.properties(plan.schema).get("results", {})).get("items"))
    failed = _failure(org, plan, fields.get("errors", {}))
    results = [{"id": ident, "success": good, "errors": None if good else failed} for ident, good in rows]
    return Reply(plan.status, {"results": results})


def _failure(org: Org, plan: AnswerPlan, schema: Any) -> Any:
    """What a failed row says: an object with a code, or a text, as the operation declares."""
    model = org.engine.model(plan)
    if "object" not in model.schemas.kinds(schema):
        return "UNPROCESSABLE_ENTITY"
    known = model.schemas.properties(schema)
    full = {"errorCode": "UNPROCESSABLE_ENTITY", "httpCode": "422", "error": None}
    return {name: value for name, value in full.items() if name in known}
