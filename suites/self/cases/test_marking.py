"""A create carries the run's mark in whatever text may be another one, and keeps what its case is for."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.cases.case import Case, Intent
from harness.cases.marking import Form, leaves, marked, may_hold_mark, tagged
from harness.cases.marks import Mark, carries, of_run

RUN = of_run("a run")
MARK = Mark(RUN, 3)


def case(**more: Any) -> Case:
    return Case("POST", "/api/v2/things", more.pop("intent", Intent.FUZZ), **more)


def sent(body: Any, properties: dict[str, Any] | None = None, **more: Any) -> Any:
    """The body as it leaves, by a document that declares these properties."""
    form = Form({}, {"properties": properties} if properties is not None else None)
    return marked(case(has_json=True, json=body, **more), MARK, form).json


TEXT = {"type": "string"}


def test_what_names_the_record_is_marked_first() -> None:
    assert sent({"note": "a", "subject": "b"}) == {"note": "a", "subject": MARK.long}


@pytest.mark.parametrize(
    "body", [{"reasonText": "x"}, {"thing": {"inner": {"deep": {"remark": "x"}}}}, {"l": [{"word": "x"}]}]
)
def test_any_free_text_will_do(body: Any) -> None:
    assert carries(json.dumps(sent(body)), RUN)


@pytest.mark.parametrize("body", [
    {"status": "open"}, {"ticketId": "5"}, {"email": "a@b.example"}, {"startTime": "2026-01-01T00:00:00Z"},
    {"remark": "2026-01-01"}, {"count": 3}, [], None, "text",
])  # fmt: skip
def test_what_a_program_reads_is_left(body: Any) -> None:
    assert sent(body) == body


def test_a_text_at_its_bound_keeps_its_length() -> None:
    bounds = {"name": {**TEXT, "maxLength": 40, "minLength": 2}}
    assert len(sent({"name": "x" * 40}, bounds, intent=Intent.BOUNDARY)["name"]) == 40
    assert sent({"name": "xx"}, bounds, intent=Intent.BOUNDARY) == {"name": "xx"}


def test_a_short_field_gets_the_short_form() -> None:
    assert sent({"name": "x"}, {"name": {**TEXT, "maxLength": 15}}) == {"name": MARK.short}
    assert sent({"name": "x"}, {"name": {**TEXT, "maxLength": 5}}) == {"name": "x"}


BROKEN = {"negative": True, "place": "body", "intent": Intent.BOUNDARY}


def test_a_broken_body_is_marked_where_it_is_right() -> None:
    declared = {"name": {**TEXT, "maxLength": 4}, "note": TEXT, "count": {"type": "integer"}}
    assert sent({"name": "too long", "note": "a"}, declared, **BROKEN) == {"name": "too long", "note": MARK.long}
    assert sent({"note": "a", "count": "three"}, declared, **BROKEN) == {"note": MARK.long, "count": "three"}


@pytest.mark.parametrize("body", [{"unknown": "x"}, {"tags": ["a", "a"]}, {"names": ["a", "a"]}])
def test_a_broken_body_keeps_what_may_be_its_point(body: Any) -> None:
    """An undeclared key; two of a list that must be unlike."""
    declared = {
        "names": {"type": "array", "items": TEXT, "uniqueItems": True},
        "tags": {"type": "array", "items": TEXT},
    }
    assert sent(body, declared, **BROKEN) == body


def test_an_upload_is_marked_in_its_file_name() -> None:
    ready = marked(case(query="filename=a&b=1", body=b"\x00"), MARK)
    assert carries(parse_qs(ready.query)["filename"][0], RUN)
    assert ready.body == b"\x00"


def test_a_broken_query_is_left() -> None:
    broken = case(query="filename=", negative=True, place="query")
    assert marked(broken, MARK) == broken


def test_a_file_of_a_form_is_marked_in_its_name() -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\nPNG\r\n--x--\r\n'
    ready = marked(case(body=body, media_type="multipart/form-data; boundary=x"), MARK)
    assert f'filename="{MARK.long}-a.png"'.encode() in ready.body


def test_a_field_of_a_form_is_marked_where_there_is_no_file() -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="comment"\r\n\r\nhello\r\n--x--\r\n'
    ready = marked(
        case(body=body, media_type="multipart/form-data; boundary=x"), MARK, Form({}, {"properties": {"comment": TEXT}})
    )
    assert MARK.long.encode() in ready.body


def test_a_urlencoded_field_is_marked() -> None:
    form = Form({}, {"properties": {"name": TEXT}})
    ready = marked(case(body=b"name=a&b=1", media_type="application/x-www-form-urlencoded"), MARK, form)
    assert parse_qs(ready.body.decode()) == {"name": [MARK.long], "b": ["1"]}


def test_json_under_another_media_type_is_marked() -> None:
    """A broken content type: a server that does not mind makes a record."""
    ready = marked(case(body=b'{"name": "a"}', media_type="text/plain", negative=True, place="header"), MARK,
                   Form({}, {"properties": {"name": TEXT}}))  # fmt: skip
    assert json.loads(ready.body) == {"name": MARK.long}


def test_every_tag_carries_the_mark() -> None:
    """Tags outlive what brought them: whoever finds one must see whose it is."""
    ready = tagged(case(has_json=True, json={"tags": ["a", "b"], "ticket": {"tags": ["c"]}}), MARK)
    assert ready.json == {"tags": [f"{MARK.long}-a", f"{MARK.long}-b"], "ticket": {"tags": [f"{MARK.long}-c"]}}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "ticket_id", "name", "note", "status", "tags"]), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(JSON, st.booleans())
def test_at_most_one_text_of_any_body_becomes_another(body: Any, negative: bool) -> None:
    before, after = list(leaves(body)), list(leaves(sent(body, negative=negative, place="body" if negative else "")))
    assert [name for name, _ in before] == [name for name, _ in after]
    other = [(old, new) for (_, old), (_, new) in zip(before, after, strict=True) if old != new]
    assert len(other) <= 1
    assert all(isinstance(old, str) and carries(new, RUN) for old, new in other)


@pytest.mark.parametrize("name", ["subject", "name", "external_id", "lastName", "title", "description", "displayName"])
def test_a_mark_is_put_into_texts_that_people_read(name: str) -> None:
    assert may_hold_mark(name)


@pytest.mark.parametrize("name", ["url", "status", "locale", "parent_id", "ticketStatus", "webUrl", "email"])
def test_and_never_into_what_a_program_reads(name: str) -> None:
    assert not may_hold_mark(name)
