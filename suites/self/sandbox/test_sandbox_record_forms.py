"""Records in the form in which an operation shows them: declared fields that fit, and all that is required."""

from __future__ import annotations

from typing import Any

import pytest
from boxes import call_of, engine

ENGINE = engine()
SHOW = ENGINE.plan(ENGINE.operation("showBox"))
BOX = {"id": 7, "label": "a", "weight": 3, "created_at": "2026-01-06T12:00:00Z"}


def test_a_new_record_has_what_the_schema_asks_for() -> None:
    assert set(ENGINE.blank("boxes", SHOW)) == set(BOX)
    assert ENGINE.blank("boxes") == {}


def test_a_vendors_example_is_a_new_record_and_stays_as_it_is() -> None:
    made = engine(examples={"boxes": {"label": "new", "inner": {"a": 1}}})
    first, second = made.blank("boxes"), made.blank("boxes")
    first["inner"]["a"] = 2
    assert second == {"label": "new", "inner": {"a": 1}}


def test_only_declared_fields_are_shown() -> None:
    assert ENGINE.fit(SHOW, {**BOX, "secret": 1}) == BOX


def test_a_value_that_does_not_fit_is_replaced_and_the_rest_stays() -> None:
    shown = ENGINE.fit(SHOW, {**BOX, "weight": "heavy"})
    assert isinstance(shown["weight"], int)
    assert {**shown, "weight": 3} == BOX


def test_pruning_takes_away_only_what_does_not_fit() -> None:
    assert ENGINE.prune(SHOW, {"weight": "heavy", "label": "a", "own": 1}) == {"label": "a", "own": 1}


@pytest.mark.parametrize(
    ("fields", "record", "unknown"),
    [
        ({"label": "b"}, {**BOX, "label": "b"}, []),
        ({"id": 9}, BOX, []),
        ({"weight": "heavy"}, BOX, []),
        ({"color": "red"}, BOX, ["color"]),
    ],
)
def test_fields_are_set_where_they_may_be(fields: dict[str, Any], record: dict[str, Any], unknown: list[str]) -> None:
    changed = dict(BOX)
    assert ENGINE.assign(SHOW, changed, fields) == unknown
    assert changed == record


def test_an_answer_has_its_envelope() -> None:
    reply = ENGINE.shown(call_of(ENGINE, "GET", "/boxes/7"), BOX)
    assert (reply.status, reply.body) == (200, {"box": BOX})


def test_an_answer_without_content_has_no_body() -> None:
    reply = ENGINE.shown(call_of(ENGINE, "DELETE", "/boxes/7"), BOX)
    assert (reply.status, bool(reply.body)) == (204, False)


def test_an_operation_shows_rows_where_its_schema_says_so() -> None:
    assert ENGINE.shows_rows(ENGINE.plan(ENGINE.operation("listBoxes")))
    assert not ENGINE.shows_rows(SHOW)
