"""A change is told as it is seen where it stands: under `not`, what admits more admits less."""

from __future__ import annotations

import pytest

from harness.contract.dialect import Side
from harness.review.schema_change import Effect, Pair, Position, SchemaChange, breaks_client, breaks_suites

HERE = Position("Thing", "/a")


def flags(where: Position, **seen: bool) -> tuple[bool, bool]:
    change = where.change("changed", "text", **seen)
    return change.wider, change.narrower


@pytest.mark.parametrize(
    ("effect", "wider", "narrower"),
    [(Effect.SAME, True, False), (Effect.OPPOSITE, False, True), (Effect.EITHER, True, True)],
)
def test_what_admits_more_inside_a_keyword_admits_what_the_keyword_makes_of_it(
    effect: Effect, wider: bool, narrower: bool
) -> None:
    assert flags(HERE.within("word", effect), wider=True) == (wider, narrower)


def test_the_opposite_of_the_opposite_is_the_same() -> None:
    twice = HERE.within("not", Effect.OPPOSITE).within("not", Effect.OPPOSITE)
    assert flags(twice, narrower=True) == (False, True)
    assert twice.change("changed", "text").message == "not: not: text"


def test_what_is_harmless_in_a_schema_need_not_be_in_its_opposite() -> None:
    assert flags(HERE) == (False, False)
    assert flags(HERE.within("not", Effect.OPPOSITE)) == (True, True)
    assert flags(HERE.either()) == (True, True)


def test_what_another_alternative_makes_up_for_is_excused_there_and_below() -> None:
    excused = HERE.excused("narrower")
    assert flags(excused, wider=True, narrower=True) == (True, False)
    assert flags(excused.below("b"), narrower=True) == (False, False)
    assert HERE.excused() is HERE


def test_a_place_below_is_named_by_its_pointer() -> None:
    change = HERE.below("b").below("*").change("added", "text")
    assert (change.component, change.pointer) == ("Thing", "/a/b/*")


def test_what_is_not_understood_says_neither() -> None:
    assert HERE.not_understood("text") == SchemaChange("Thing", "/a", "changed", "text", understood=False)


def test_nothing_of_a_pair_was_reported_unless_it_says_so() -> None:
    assert Pair((), (), HERE).reported == ""


def test_each_side_is_broken_by_its_own_direction() -> None:
    wider = HERE.change("changed", "text", wider=True)
    assert (breaks_client(wider, Side.ANSWER), breaks_client(wider, Side.REQUEST)) == (True, False)
    assert not breaks_suites(wider)
