"""Ids of this org go into valid parts of a case; the part whose point is to be wrong leaves as it was made."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.cases.bind import bind_ids, bind_marked, findable, names_record, put, request
from harness.cases.case import Case, Intent
from harness.cases.marks import Mark
from harness.openapi.catalog import Parameter

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "ticket_id", "group_ids", "agentId", "name", "external_id"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)
CASES = st.builds(
    Case,
    method=st.sampled_from(["GET", "POST"]),
    path=st.just("/api/v2/tickets/{ticket_id}/tags/{tag_id}"),
    intent=st.sampled_from(Intent),
    negative=st.booleans(),
    place=st.sampled_from(["", "path", "query", "header", "body"]),
    parameter=st.sampled_from(["", "ticket_id", "tag_id", "per_page"]),
    values=st.fixed_dictionaries(
        {"ticket_id": st.text(min_size=1, max_size=5), "tag_id": st.text(min_size=1, max_size=5)}
    ),
    query=st.sampled_from(["", "per_page=5", "ticket_id=x&per_page=-1", "ids=%FF%00&agentId=&agentId=7"]),
    headers=st.just((("X-One", "1"),)),
    has_json=st.booleans(),
    json=JSON,
)
MARK = Mark("run", 1)
CASE = Case("POST", "/api/v2/tickets/{ticket_id}", Intent.FUZZ, values={"ticket_id": "made up"})


def known(name: str) -> str:
    """An org in which every field that names a record has record 7."""
    return "7"


@given(CASES)
def test_what_is_meant_to_be_wrong_stays_wrong(case: Case) -> None:
    ready = bind_ids(case, {"ticket_id": "1", "tag_id": "2"}, known, {"/name": "fixed"})
    if case.negative and case.place in ("", "query"):
        assert ready.query == case.query
    if case.negative and case.place in ("", "body"):
        assert ready.json == case.json
    if case.negative and not case.place:
        assert ready.values == case.values
    if case.negative and case.place == "path":
        kept = [case.parameter] if case.parameter in case.values else list(case.values) if not case.parameter else []
        assert {name: ready.values[name] for name in kept} == {name: case.values[name] for name in kept}
    assert ready.headers == case.headers
    assert (ready.method, ready.path, ready.negative, ready.origin) == (
        case.method,
        case.path,
        case.negative,
        case.origin,
    )


@given(CASES)
def test_a_valid_case_gets_every_id(case: Case) -> None:
    ready = bind_ids(replace(case, negative=False, place="", parameter=""), {"ticket_id": "1", "tag_id": "2"}, known)
    assert ready.values == {"ticket_id": "1", "tag_id": "2"}
    for name, value in parse_qsl(ready.query, keep_blank_values=True):
        assert value == "7" or not names_record(name)


@given(JSON)
def test_a_body_keeps_its_shape_and_types(body: object) -> None:
    case = replace(CASE, has_json=True, json=body)
    assert shape(bind_ids(case, {}, known).json) == shape(body)
    assert bind_ids(case, {}, lambda name: "").json == body, "an org without records changes nothing"


def shape(node: object) -> object:
    if isinstance(node, dict):
        return {key: shape(value) for key, value in node.items()}
    # A list of ids becomes a list of the one that exists.
    return [shape(item) for item in node[:1]] if isinstance(node, list) else type(node)


@pytest.mark.parametrize(
    ("body", "filled"),
    [
        ({"ticket": {"group_id": 3, "subject": "x"}}, {"ticket": {"group_id": 7, "subject": "x"}}),
        ({"contactId": "3"}, {"contactId": "7"}),
        ({"ids": [1, 2]}, {"ids": [7]}),
        ({"ticket_ids": [1, 2]}, {"ticket_ids": [7]}),
        ({"group_id": None, "tag_ids": []}, {"group_id": None, "tag_ids": []}),
        ({"external_id": "mine"}, {"external_id": "mine"}),
    ],
)
def test_fields_that_name_a_record_get_one_that_exists(body: object, filled: object) -> None:
    assert bind_ids(replace(CASE, has_json=True, json=body), {}, known).json == filled


@pytest.mark.parametrize("found", ["²", "abc", "01ARZ3"])
def test_an_id_that_is_no_number_does_not_become_one(found: str) -> None:
    assert bind_ids(replace(CASE, has_json=True, json={"group_id": 3}), {}, lambda name: found).json == {"group_id": 3}


@pytest.mark.parametrize("made_up", [-5, -5.0, "-5"])
def test_an_id_is_put_in_whatever_form_the_generator_gave_it(made_up: object) -> None:
    """-5.0 is an integer for JSON Schema; left in, it names nobody, and the answer rightly says so."""
    case = replace(CASE, has_json=True, json={"brandIds": [made_up]}, media_type="application/json")
    assert bind_ids(case, {}, known).json["brandIds"] == ["7" if isinstance(made_up, str) else 7]


def test_a_form_is_not_sent_as_json_under_its_own_name() -> None:
    """Its bytes are no object that fixed values could go into, and its media type would name something else."""
    case = replace(CASE, method="POST", body=b"ticket=1", media_type="application/x-www-form-urlencoded")
    ready = bind_ids(case, {}, known, {"/ticket/status": "open"})
    assert (ready.body, ready.has_json, ready.media_type) == (case.body, False, case.media_type)


def test_fixed_values_are_put_into_valid_bodies_only() -> None:
    case = replace(CASE, has_json=True, json={"ticket": {"subject": "x"}})
    fixed = {"/ticket/comment/body": "hello"}
    assert bind_ids(case, {}, known, fixed).json == {"ticket": {"subject": "x", "comment": {"body": "hello"}}}
    assert bind_ids(replace(case, negative=True, place="body"), {}, known, fixed).json == case.json


def test_put_makes_a_copy_and_leaves_what_is_no_object() -> None:
    body = {"a": {"b": 1}}
    assert put(body, ["a", "c"], 2) == {"a": {"b": 1, "c": 2}}
    assert body == {"a": {"b": 1}}
    assert put([1], ["a"], 2) == [1]
    assert put({"a": 1}, ["a", "b"], 2) == {"a": 1}


@given(st.text(min_size=1))
def test_a_value_stays_inside_its_segment(text: str) -> None:
    sent = request(replace(CASE, values={"ticket_id": text}), "http://org.example")
    segments = sent.url.removeprefix("http://org.example").split("/")
    assert segments[:4] == ["", "api", "v2", "tickets"]
    assert len(segments) == 5
    assert unquote(segments[4]) == text
    assert sent.url.isascii()


@given(JSON)
def test_a_body_arrives_as_it_was_meant(body: object) -> None:
    sent = request(replace(CASE, has_json=True, json=body, media_type="application/json"), "http://org.example")
    assert json.loads(sent.body) == body
    assert sent.header("content-type") == "application/json"
    assert sent.header("accept") == "application/json"


def test_half_a_character_is_sent_as_an_escape() -> None:
    assert request(replace(CASE, has_json=True, json="\ud800"), "").body == b'"\\ud800"'


def test_what_is_no_json_is_sent_as_bytes() -> None:
    sent = request(replace(CASE, body=b"\xff\x00", media_type="image/png"), "http://org.example")
    assert (sent.body, sent.header("content-type")) == (b"\xff\x00", "image/png")


def test_a_body_that_may_be_nothing_is_given_what_a_record_is_found_by() -> None:
    case = Case("POST", "/api/v1/domains", Intent.FUZZ, has_json=True, json=None)
    assert bind_marked(case, {}, known, {"/domain": "{mark}.example.com"}, MARK).json == {"domain": "run-1.example.com"}
    assert bind_marked(case, {}, known, {}, MARK).json is None


DEPARTMENT, VIEW = (
    Parameter("departmentId", "query", True, ("string",)),
    Parameter("viewId", "query", True, ("integer",)),
)


@pytest.mark.parametrize(("body", "negative", "filled"), [
    ({"departmentId": None, "viewId": None}, False, {"departmentId": "7", "viewId": 7}),
    ({"departmentId": "9"}, False, {"departmentId": "9"}),
    ({"subject": "x"}, False, {"subject": "x"}),
    ({"departmentId": None}, True, {"departmentId": None}),
], ids=["null", "given", "left out", "an invalid case"])  # fmt: skip
def test_a_create_names_what_its_list_asks_for(body: Any, negative: bool, filled: Any) -> None:
    """So that a list shows its record, and a lost answer leaves no doubt."""
    case = Case("POST", "/api/v1/tasks", Intent.FUZZ, negative=negative, has_json=True, json=body)
    assert findable(case, (DEPARTMENT, VIEW), lambda name: "7").json == filled


def test_where_no_id_is_known_a_null_stays() -> None:
    case = Case("POST", "/api/v1/tasks", Intent.FUZZ, has_json=True, json={"departmentId": None})
    assert findable(case, (DEPARTMENT,), lambda name: "") is case
