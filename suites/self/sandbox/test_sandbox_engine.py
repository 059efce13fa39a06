"""The engine asks a vendor's own steps and behaviours before it answers in the general way."""

from __future__ import annotations

from typing import Any

import pytest
from boxes import call_of, engine, new_org, send

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org


def answering(status: int) -> Any:
    """A behaviour that only says its status."""
    return lambda org, call: Reply(status)


@pytest.mark.parametrize("name", ["showBox", "GET /api/v2/boxes/{box_id}", "GET */{box_id}"])
def test_a_behaviour_is_found_by_id_by_path_or_by_last_word(name: str) -> None:
    made = engine(behaviours={name: answering(299)})
    assert send(new_org(made), "GET", "/boxes/1").status == 299


def test_the_most_exact_name_of_a_behaviour_counts() -> None:
    made = engine(behaviours={"GET */count": answering(201), "countBoxes": answering(202)})
    assert send(new_org(made), "GET", "/boxes/count").status == 202


def test_a_behaviour_may_leave_a_call_to_the_general_way() -> None:
    made = engine(behaviours={"listBoxes": lambda org, call: None})
    assert send(new_org(made), "GET", "/boxes").body["boxes"] == []


def test_the_first_step_that_answers_ends_the_call() -> None:
    seen: list[str] = []

    def step(name: str, reply: Reply | None) -> Any:
        return lambda org, call: seen.append(name) or reply

    made = engine(before=(step("auth", None), step("quota", Reply(429)), step("validation", None)))
    assert send(new_org(made), "GET", "/boxes").status == 429
    assert seen == ["auth", "quota"]


def test_what_comes_after_sees_refusals_too() -> None:
    def stamp(org: Org, call: Call, reply: Reply) -> Reply:
        reply.headers["x-status"] = str(reply.status)
        return reply

    made = engine(after=(stamp,))
    assert send(new_org(made), "GET", "/boxes/9").headers["x-status"] == "404"


def test_a_further_host_answers_by_method_and_path_alone() -> None:
    made = engine(more_mounts={"accounts": "/accounts"}, behaviours={"POST /token": answering(200)})
    call = call_of(made, "POST", "")
    call.path, call.mount, call.operation = "/token", "/accounts", None
    assert made.handle(new_org(made), call).status == 200
    call.path = "/elsewhere"
    assert made.handle(new_org(made), call).status == 404


def test_a_fresh_org_knows_where_ids_stand() -> None:
    org = new_org(engine(id_fields={"boxes": "label"}, local_ids=frozenset({"boxes/labels"})))
    assert org.store["boxes"].key == "label"
    assert org.store["boxes/labels"].local


def test_a_table_that_was_left_empty_gets_a_record_to_show() -> None:
    made = engine()
    org = new_org(made)
    made.populate(org, call_of(made, "GET", "/boxes"))
    assert len(org.store["boxes"]) == 1
    (scope,) = org.store["boxes/labels"].scope.values()
    assert scope == tuple(org.store["boxes"].rows), "a label hangs on the box"
