"""Amounts add up, part by part and all together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from harness.planning.amount import Amount, merged, total

AMOUNTS = st.dictionaries(st.sampled_from("abc"), st.builds(Amount, *[st.integers(0, 9)] * 3))


@given(st.lists(AMOUNTS))
def test_the_parts_of_several_tests_add_up(rows: list[dict[str, Amount]]) -> None:
    sums = merged(rows)
    assert total(sums) == total({str(at): total(row) for at, row in enumerate(rows)})
    assert sums.keys() == {part for row in rows for part in row}
