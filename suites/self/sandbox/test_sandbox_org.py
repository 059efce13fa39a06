"""An org's clock goes forward only, and times are written as vendors write them."""

from __future__ import annotations

import pytest
from boxes import NOON, engine, new_org

from harness.sandbox.org import Clock, iso


def test_time_is_moved_forward_and_never_back() -> None:
    clock = Clock(source=lambda: 100.0)
    assert clock.advance(5) == 105.0
    assert clock.advance(-50) == 105.0
    assert clock.now() == 105.0


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0, "1970-01-01T00:00:00Z"), (NOON, "2026-01-06T12:00:00Z"), (NOON + 0.9, "2026-01-06T12:00:00Z")],
)
def test_a_time_is_written_to_the_second(seconds: float, text: str) -> None:
    assert iso(seconds) == text


def test_a_stamp_is_the_orgs_own_time_unless_another_is_given() -> None:
    org = new_org(engine())
    org.clock.advance(60)
    assert org.stamp() == "2026-01-06T12:01:00Z"
    assert org.stamp(NOON) == "2026-01-06T12:00:00Z"


def test_two_orgs_of_one_seed_have_the_same_dice() -> None:
    made = engine()
    assert new_org(made, seed=7).random.random() == new_org(made, seed=7).random.random()
    assert new_org(made, seed=7).random.random() != new_org(made, seed=8).random.random()
