"""The part of a run that `--partial` leaves for one org: a smaller budget, and what is left out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OrgPart:
    """What is tested on one org where not all of the plan fits into what is left of its quota.

    `budget` is requests an operation. `left_out` are keys of operations, and names of suite tests as `suite_test_name`
    gives them. `why` is for people.
    """

    budget: int
    left_out: frozenset[str] = frozenset()
    why: str = ""


def suite_test_name(name: str, key: str = "") -> str:
    """What a suite test is called here: as results call it, with the key of what it is drawn from for parameters."""
    return f"{name}[{key}]" if key else name
