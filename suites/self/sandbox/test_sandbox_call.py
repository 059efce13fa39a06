"""A call gives its query and its body in a form that is easy to send; a reply knows whether it is a success."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from harness.sandbox.call import ABSENT, Call, Reply

CALL = Call("GET", "/things", query=(("page", "1"), ("ids", "1, 2,"), ("ids[]", "3"), ("page", "2"), ("empty", "")))


def test_the_last_value_of_a_parameter_counts() -> None:
    assert CALL.arg("page") == "2"
    assert CALL.arg("sort", "id") == "id"


def test_a_blank_parameter_is_there() -> None:
    assert CALL.has("empty")
    assert not CALL.has("sort")


def test_listed_values_may_be_written_in_every_way() -> None:
    assert CALL.listed("ids") == ["1", "2", "3"]
    assert CALL.listed("sort") == []


@pytest.mark.parametrize("body", [ABSENT, None, [], "text", 5])
def test_a_body_that_is_no_object_has_no_fields(body: Any) -> None:
    call = Call("POST", "/things", body=body)
    assert call.fields == call.envelope("thing") == {}


def test_an_envelope_is_the_object_under_its_key() -> None:
    assert Call("POST", "/things", body={"thing": {"a": 1}}).envelope("thing") == {"a": 1}
    assert Call("POST", "/things", body={"thing": "text"}).envelope("thing") == {}


def test_no_body_is_another_thing_than_null() -> None:
    assert not ABSENT
    assert ABSENT is not None
    assert copy.deepcopy(ABSENT) is ABSENT


@pytest.mark.parametrize(("status", "ok"), [(200, True), (204, True), (299, True), (304, False), (422, False)])
def test_a_success_is_a_2xx(status: int, ok: bool) -> None:
    assert Reply(status).ok is ok
