"""Sideloading: the records that a row names, shown within the row where `include` asks for them."""

from __future__ import annotations

from harness.formats.singular import singular
from harness.sandbox.answer_plan import AnswerPlan
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zoho.ids import POINTS


def expand(org: Org, call: Call, reply: Reply) -> Reply:
    """A GET's rows, or its one record, with what `include` asks for; names that the document does not know stay out."""
    if call.method != "GET" or not reply.ok or not isinstance(reply.body, dict) or call.operation is None:
        return reply
    wanted = call.listed("include")
    if wanted:
        plan = org.engine.plan_of(call)
        rows = reply.body.get(plan.key) if plan.key else [reply.body]
        for row in rows if isinstance(rows, list) else ():
            for name in wanted:
                _add(org, plan, row, singular(name))
    return reply


def _add(org: Org, plan: AnswerPlan, row: Record, name: str) -> None:
    model = org.engine.model(plan)
    schema = model.schemas.properties(model.schemas.form(plan.item, row)).get(name)
    table = POINTS.get(f"{name}Id")
    if schema is None or table is None or "object" not in model.schemas.kinds(schema):
        return
    linked = org.store[table].get(row.get(f"{name}Id"))
    shown = org.engine.conform(model, schema, linked) if linked is not None else None
    # Some lists describe what they include and are closed to it all the same.
    wider = {**row, name: shown}
    if model.schemas.fits(plan.item, wider) and model.schemas.fits(
        plan.schema, {plan.key: [wider]} if plan.key else wider
    ):
        row[name] = shown
