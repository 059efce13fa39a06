"""The documents of a vendor: operations by id, plans, samples, and what is wrong with a body."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest
from boxes import DOCUMENT, TREE, call_of, engine, service

from harness.sandbox.call import ABSENT
from harness.sandbox.engine import Engine
from harness.sandbox.models import ApiModel

ENGINE = engine()


def problems(method: str, path: str, body: Any) -> list[tuple[str, str]]:
    return [(problem.pointer, problem.kind) for problem in ENGINE.problems(call_of(ENGINE, method, path, body))]


def test_an_operation_is_found_by_its_id() -> None:
    assert ENGINE.operation("showBox").path == "/api/v2/boxes/{box_id}"
    with pytest.raises(KeyError):
        ENGINE.operation("paintBox")


def test_a_vendor_may_serve_a_part_of_its_document() -> None:
    model = ApiModel(service(operations=lambda operation: operation.method == "GET"), [DOCUMENT])
    assert {operation.method for operation in model.catalog.operations} == {"GET"}
    assert model.router.find("POST", "/api/v2/boxes") is None


def test_operations_that_no_document_describes_are_added() -> None:
    hidden = {"paths": {"/api/v2/cranes": {"get": {"operationId": "listCranes", "responses": {}}}}}
    model = ApiModel(service(undocumented=hidden), [DOCUMENT])
    assert model.operation("listCranes").document == "undocumented"


def test_of_two_documents_the_first_one_counts() -> None:
    second = replace(DOCUMENT, name="second")
    model = ApiModel(service(), [DOCUMENT, second])
    assert model.operation("showBox").document == "boxes"


def test_a_plan_is_made_once() -> None:
    operation = ENGINE.operation("listBoxes")
    assert ENGINE.plan(operation) is ENGINE.plan(operation)


def test_a_sample_is_an_answer_that_the_document_allows() -> None:
    sample = ENGINE.sample("showBox", extra=1)
    assert set(sample) == {"box", "extra"}
    assert set(sample["box"]) == {"id", "label", "weight", "created_at"}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"box": {"label": "a"}}, []),
        ({"box": {"label": 5}}, [("/box/label", "type")]),
        ({"box": {}}, [("/box/label", "missing")]),
        (ABSENT, []),
    ],
)
def test_what_is_wrong_with_a_body_is_told_by_its_place(body: Any, found: list[tuple[str, str]]) -> None:
    assert problems("POST", "/boxes", body) == found


def test_where_a_document_forgets_a_body_it_is_held_to_the_record_that_comes_back() -> None:
    tree = copy.deepcopy(TREE)
    del tree["paths"]["/api/v2/boxes/{box_id}"]["put"]["requestBody"]
    made = Engine(service(), [replace(DOCUMENT, tree=tree)])
    call = call_of(made, "PUT", "/boxes/7", {"box": {"label": 5, "id": "read only", "weight": None}})
    assert [problem.pointer for problem in made.problems(call)] == ["/box/label"]


def test_a_body_that_is_not_to_be_checked_has_nothing_wrong() -> None:
    call = call_of(ENGINE, "POST", "/boxes", {"box": {"label": 5}})
    call.state["unchecked"] = True
    assert ENGINE.problems(call) == []
