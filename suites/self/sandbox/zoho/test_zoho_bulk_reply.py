"""The reply to bulk work: a row for each record, or a status alone, as the operation declares."""

from __future__ import annotations

from zoho_portal import engine

from harness.sandbox.call import Call
from harness.sandbox.zoho.bulk_reply import bulk_reply


def reply(portal, operation_id):
    operation = engine().operation(operation_id)
    return bulk_reply(portal.org, Call("POST", operation.path, operation), [("7", True), ("8", False)])


def operations_with_rows():
    """Operations that declare a row for each record."""
    for operation in engine().catalog.operations:
        plan = engine().plan(operation)
        if plan.schema is not None and "results" in engine().model(plan).schemas.properties(plan.schema):
            yield operation.operation_id


def test_each_record_has_a_row_and_only_a_failure_says_why(portal):
    name = next(operations_with_rows())
    good, bad = reply(portal, name).body["results"]
    assert (good["id"], good["success"], good["errors"]) == ("7", True, None)
    assert (bad["id"], bad["success"]) == ("8", False)
    assert "UNPROCESSABLE_ENTITY" in str(bad["errors"])


def test_an_operation_without_content_answers_with_a_status_alone(portal):
    bare = next(
        operation.operation_id for operation in engine().catalog.operations
        if operation.method == "POST" and engine().plan(operation).status == 204
    )  # fmt: skip
    answer = reply(portal, bare)
    assert (answer.status, bool(answer.body)) == (204, False)
