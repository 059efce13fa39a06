"""Amount: what a part of a run needs of an org, in requests and credits, and sums of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import NamedTuple


class Amount(NamedTuple):
    """What one part of a run needs: `requests` at most, as `expected`, and the `credits` that are expected."""

    requests: float = 0.0
    expected: float = 0.0
    credits: float = 0.0

    def plus(self, other: Amount) -> Amount:
        """Both together."""
        return Amount(self.requests + other.requests, self.expected + other.expected, self.credits + other.credits)

    def times(self, count: float) -> Amount:
        """The same several times."""
        return Amount(self.requests * count, self.expected * count, self.credits * count)


Amounts = Mapping[str, Amount]
"""What a test or a whole run needs, by the part of it."""


def total(needs: Amounts) -> Amount:
    """All parts together."""
    return reduce(Amount.plus, needs.values(), Amount())


def merged(rows: Iterable[Amounts]) -> dict[str, Amount]:
    """The needs of several tests, part by part."""
    sums: dict[str, Amount] = {}
    for row in rows:
        for part, need in row.items():
            sums[part] = sums.get(part, Amount()).plus(need)
    return sums
