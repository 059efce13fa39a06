"""Lifetimes: whatever a token host says, what comes out is a time that a token may have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.tokens.lifetime import lifetime

DAY = 86400.0
VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=25) | st.lists(st.integers())


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        ({"expires_in": 300}, 300),
        ({"expires_in": "300"}, 300),
        ({"expires_in": 86_400_000}, DAY),
        ({"expires_in_sec": 7, "expires_in": 7000}, 7),
        ({"expires_in_sec": "?", "expires_in": 300}, 300),
        ({}, 60),
        ({"expires_in": "an hour"}, 60),
        ({"expires_in": 86_400_001_000}, 60),
    ],
)
def test_seconds_milliseconds_and_texts_are_read(answer: dict[str, object], seconds: float) -> None:
    assert lifetime(answer, 60.0, DAY) == seconds


@given(st.dictionaries(st.sampled_from(["expires_in", "expires_in_sec"]), VALUES))
def test_any_answer_gives_a_time_that_can_be(answer: dict[str, object]) -> None:
    assert 0 < lifetime(answer, 60.0, DAY) <= DAY
