"""Side by side: how the same operation ended on each org of a run, one row an operation and one column an org."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.results.outcome import Outcome, Run, fingerprint


@dataclass(frozen=True, slots=True)
class Row:
    """One operation or hand-written test, with its outcomes by the name of the target; None where it has none."""

    first: Outcome
    outcomes: Mapping[str, Outcome | None]

    @property
    def differs(self) -> bool:
        """Whether it did not end alike on all orgs of its vendor: in another state, or with other findings."""
        return len({_ending(outcome) for outcome in self.outcomes.values()}) > 1


def _ending(outcome: Outcome | None) -> tuple[str, frozenset[str]]:
    if outcome is None:
        return "", frozenset()
    return outcome.state, frozenset(map(fingerprint, outcome.findings))


def rows(run: Run) -> tuple[Row, ...]:
    """The outcomes of a run in which a vendor had several orgs, side by side in the order of the run; else none."""
    if not run.is_side_by_side:
        return ()
    by_key: dict[str, dict[str, Outcome]] = {}
    for outcome in run.outcomes:
        by_key.setdefault(outcome.key, {})[run.target_of(outcome)] = outcome
    return tuple(_row(run, outcomes) for outcomes in by_key.values())


def _row(run: Run, outcomes: Mapping[str, Outcome]) -> Row:
    first = next(iter(outcomes.values()))
    names = [name for name, vendor in run.vendors.items() if vendor == first.vendor]
    return Row(first, {name: outcomes.get(name) for name in names})


def differences(run: Run) -> tuple[Row, ...]:
    """The operations that did not end alike on all orgs of their vendor."""
    return tuple(row for row in rows(run) if row.differs)
