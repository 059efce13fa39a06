"""The reply to bulk work: a row for each record, or a status alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from harness.sandbox.answer_plan import AnswerPlan
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org


def bulk_reply(org: Org, call: Call, results: Iterable[tuple[str, bool]]) -> Reply:
    """The answer that the operation declares: a status alone, or a row for each id.

    A 200 may hold failures (vendor document); where no rows are declared, unknown ids pass silently.
    """
    plan = org.engine.plan_of(call)
    if plan.schema is None or plan.status in (202, 204):
        return Reply(plan.status)
    schemas = org.engine.model(plan).schemas
    fields = schemas.properties(schemas.merged(schemas.properties(plan.schema).get("results", {})).get("items"))
    failed = _failure(org, plan, fields.get("errors", {}))
    rows = [{"id": ident, "success": done, "errors": None if done else failed} for ident, done in results]
    return Reply(plan.status, {"results": rows})


def _failure(org: Org, plan: AnswerPlan, schema: Any) -> Any:
    """What a failed row says: an object with a code, or a text, as the operation declares."""
    model = org.engine.model(plan)
    if "object" not in model.schemas.kinds(schema):
        return "UNPROCESSABLE_ENTITY"
    declared = model.schemas.properties(schema)
    full = {"errorCode": "UNPROCESSABLE_ENTITY", "httpCode": "422", "error": None}
    return {name: value for name, value in full.items() if name in declared}
