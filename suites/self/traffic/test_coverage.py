"""What some traffic exercised, set against what is documented."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from harness.openapi.catalog import Catalog
from harness.traffic.coverage import Coverage

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "checks"))
from promised import exchange, promise

KEY = "zendesk:PutThing"
THING = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"},
        "tags": {"type": "array", "items": {"type": "object", "properties": {"name": {}, "color": {}}}},
    },
}


def row_of(*bodies: Any, schema: Any = THING, status: int = 200, **more: Any) -> dict[str, Any]:
    """What is reported of the one operation after answers with these bodies."""
    match, contract = promise(schema, **more)
    coverage = Coverage(Catalog((match.operation,)), contract)
    for body in bodies:
        coverage.add(exchange(body, status), match)
    row: dict[str, Any] = coverage.report()["by_operation"][KEY]
    return row


def test_fields_are_counted_wherever_they_stand() -> None:
    row = row_of({"id": 1, "tags": [{"name": "a"}]}, {"tags": [{"name": "b"}, {}]})
    assert row["exchanges"] == 2
    assert row["fields"] == {"seen": 3, "documented": 4, "missing": ["/tags/*/color"]}


def test_what_no_document_knows_is_no_coverage() -> None:
    assert row_of({"unknown": 1})["fields"]["seen"] == 0


def test_a_status_that_is_not_declared_is_named_and_its_fields_do_not_count() -> None:
    row = row_of({"id": 1}, status=418)
    assert (row["statuses"], row["undeclared"]) == ({"418": 1}, ["418"])
    assert row["unseen"] == ["200"]
    assert row["fields"]["seen"] == 0


def test_an_answer_that_is_no_json_counts_as_an_answer_alone() -> None:
    row = row_of(b"<html>")
    assert (row["exchanges"], row["fields"]["seen"]) == (1, 0)


def test_a_schema_that_holds_itself_has_an_end() -> None:
    tree = {"Tree": {"type": "object", "properties": {"child": {"$ref": "#/components/schemas/Tree"}}}}
    row = row_of({}, schema={"$ref": "#/components/schemas/Tree"}, schemas=tree)
    assert row["fields"]["missing"][:2] == ["/child", "/child/child"]


def test_an_operation_that_nobody_called_is_documented_and_not_seen() -> None:
    match, contract = promise(THING)
    assert Coverage(Catalog((match.operation,)), contract).report() == {
        "operations": {"seen": 0, "documented": 1}, "by_operation": {},
    }  # fmt: skip
