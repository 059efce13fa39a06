"""How an operation is answered, read off its path, method and schemas."""

from __future__ import annotations

import pytest
from boxes import BOX, engine

ENGINE = engine()


@pytest.mark.parametrize(
    ("name", "kind", "table", "status", "key"),
    [
        ("listBoxes", "list", "boxes", 200, "boxes"),
        ("createBox", "create", "boxes", 201, "box"),
        ("showBox", "show", "boxes", 200, "box"),
        ("updateBox", "update", "boxes", 200, "box"),
        ("deleteBox", "delete", "boxes", 204, ""),
        ("countBoxes", "count", "boxes/count", 200, ""),
        ("showDepot", "single", "depot", 200, "depot"),
        ("listLabels", "list", "boxes/labels", 200, "boxes"),
    ],
)
def test_what_an_operation_does_to_which_records(name: str, kind: str, table: str, status: int, key: str) -> None:
    plan = ENGINE.plan(ENGINE.operation(name))
    assert (plan.kind, plan.table, plan.status, plan.key) == (kind, table, status, key)


def test_the_parameter_that_names_the_record_is_its_target() -> None:
    assert ENGINE.plan(ENGINE.operation("showBox")).target == "box_id"
    assert ENGINE.plan(ENGINE.operation("listBoxes")).target == ""


def test_a_parent_is_known_by_its_table_and_parameter() -> None:
    (parent,) = ENGINE.plan(ENGINE.operation("createLabel")).parents
    assert (parent.table, parent.parameter) == ("boxes", "box_id")


def test_a_body_holds_its_record_under_a_key() -> None:
    assert ENGINE.plan(ENGINE.operation("createBox")).request_key == "box"


def test_the_item_is_the_schema_of_one_record() -> None:
    for operation in ("listBoxes", "showBox"):
        plan = ENGINE.plan(ENGINE.operation(operation))
        assert set(ENGINE.model(plan).schemas.properties(plan.item)) == set(BOX["properties"])


def test_a_vendor_may_correct_the_table_of_a_path() -> None:
    made = engine(tables={"boxes/labels": "labels"}, parent_field="{}Id")
    plan = made.plan(made.operation("listLabels"))
    assert plan.table == "labels"
