"""What behaviours share: the record that a path names, and a body that the document allows."""

from __future__ import annotations

from boxes import call_of, engine, new_org

from harness.sandbox.behaviours import about, about_path, in_path, with_valid_body
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.store import Record

ENGINE = engine()


@about_path("boxes", "box_id")
def label_of(org: Org, call: Call, box: Record) -> Reply:
    """The label of the box that the path names."""
    return Reply(200, box["label"])


def test_an_answer_is_about_the_record_that_the_path_names() -> None:
    org = new_org(ENGINE)
    org.store["boxes"].add({"id": 7, "label": "a"})
    assert label_of(org, call_of(ENGINE, "GET", "/boxes/7")).body == "a"


def test_a_record_that_is_not_there_is_the_vendors_404() -> None:
    assert label_of(new_org(ENGINE), call_of(ENGINE, "GET", "/boxes/7")).status == 404


def test_a_behaviour_may_find_its_record_in_a_way_of_its_own() -> None:
    first = about(lambda org, call: next(iter(org.store["boxes"]), None))(lambda org, call, box: Reply(200, box["id"]))
    org = new_org(ENGINE)
    assert first(org, call_of(ENGINE, "GET", "/boxes")).status == 404
    org.store["boxes"].add({"id": 7})
    assert first(org, call_of(ENGINE, "GET", "/boxes")).body == 7


def test_an_id_that_is_local_counts_with_those_before_it() -> None:
    org = new_org(ENGINE)
    org.store["labels"].local = True
    org.store["labels"].add({"id": "x"}, ("7",))
    call = Call("GET", "/boxes/7/labels/x", values={"box_id": "7", "label_id": "x"})
    assert in_path("labels", "label_id")(org, call) == {"id": "x"}
    call.values = {"box_id": "8", "label_id": "x"}
    assert in_path("labels", "label_id")(org, call) is None


def test_a_wrong_body_is_refused_before_anything_is_looked_up() -> None:
    asked: list[str] = []
    behaviour = with_valid_body(lambda org, call: asked.append(call.path) or Reply(201))
    org = new_org(ENGINE)
    refused = behaviour(org, call_of(ENGINE, "POST", "/boxes", {"box": {"label": 5}}))
    assert refused is not None
    assert (refused.status, asked) == (422, [])
    accepted = behaviour(org, call_of(ENGINE, "POST", "/boxes", {"box": {"label": "a"}}))
    assert accepted is not None
    assert accepted.status == 201
