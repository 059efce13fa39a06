"""The five tiers, and an assessment: which tier, decided by which rule, on what evidence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Tier(IntEnum):
    """How much harm a request can do; where two tiers fit, the later one wins."""

    READ = 0
    WRITE = 1
    ADMIN = 2
    OUTBOUND = 3
    DESTRUCTIVE = 4

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Assessment:
    """The tier of an operation or of one request. `evidence` are short facts: `path word "merge"`.

    `only_removes` says that the operation takes something away and creates nothing that would have to go again.
    """

    tier: Tier
    rule: str
    evidence: tuple[str, ...] = ()
    only_removes: bool = False
