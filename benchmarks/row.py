"""Row: one figure of ours beside one of somebody else."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """`ours` and `peer` are in `unit`; `peer` is None where it could not be measured, and `note` says why.

    `peer_name` says who the other is; a floor is what the same work costs with nothing of ours in it.
    """

    part: str
    what: str
    unit: str
    ours: float
    peer_name: str
    peer: float | None
    more_is_better: bool = False
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times better than the peer; under 1 where the peer is better. None where either is nothing."""
        if self.peer is None or not self.ours or not self.peer:
            return None
        return self.ours / self.peer if self.more_is_better else self.peer / self.ours
