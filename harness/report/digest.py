"""Digest: what several reports show of a run, worked out once and in one order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from harness.finding import Finding
from harness.report import causes, refusals, side_by_side, text
from harness.report.causes import Cause
from harness.report.refusals import RefusalGroup
from harness.report.run_counts import run_counts
from harness.report.side_by_side import Row
from harness.results.outcome import AgainstBaseline, Outcome, Run, State, fingerprint
from harness.results.totals import STATE_FIELDS, RunCounts, Totals, count_run, matrix

COLUMNS = {
    "operations": "operations",
    **{text.STATES[state]: name for state, name in STATE_FIELDS.items()},
    "requests": "requests",
}
"""The columns of the table of totals, each with the field of `Totals` that it shows."""


_LISTED = {
    "No verdict": State.ERROR,
    "Without one 2xx": State.NO_SUCCESS,
    "Not judged": State.UNJUDGED,
    "Skipped": State.SKIPPED,
    "Unsupported": State.UNSUPPORTED,
}


@dataclass(frozen=True, slots=True)
class Digest:
    """A run as its reports show it.

    `counts` stand for the whole run in every output.
    `cells` are the rows of the table of totals by org and tier, `total` is its last one: catalog operations, and the
    findings of hand-written tests too.
    `orgs` are the totals of each target by name, `differences` the operations that did not end alike on all orgs of
    their vendor; both are empty where each vendor has one org.
    """

    run: Run
    counts: RunCounts
    causes: tuple[Cause, ...]
    waived: tuple[Cause, ...]
    refusals: tuple[RefusalGroup, ...]
    cells: dict[tuple[str, str], Totals]
    total: Totals
    orgs: dict[str, Totals] = field(default_factory=dict)
    differences: tuple[Row, ...] = ()

    @property
    def next_step(self) -> str:
        """The command that a reader would most likely type next."""
        # Of a cause without a request, replay names the test to run again.
        causes = sorted(self.causes, key=lambda cause: not cause.can_be_sent)
        return text.next_step(self.run, causes[0].id if causes else "")

    @property
    def heading(self) -> str:
        """How many findings there are, and of how many causes."""
        return f"{text.many(self.counts.findings, 'finding')}, {text.many(self.counts.causes, 'cause')}"

    def in_state(self, *states: State) -> tuple[Outcome, ...]:
        """The outcomes in one of these states, hand-written tests included."""
        return tuple(outcome for outcome in self.run.outcomes if outcome.state in states)

    @property
    def lists(self) -> dict[str, list[tuple[str, ...]]]:
        """What reports show as plain lists, by title; a row is a name and what there is to say of it."""
        lists: dict[str, list[tuple[str, ...]]] = dict(_against(self.run))
        lists["Still there"] = [(leftover,) for leftover in self.run.leftovers]
        for title, state in _LISTED.items():
            lists[title] = [(text.key_of(self.run, outcome), outcome.detail) for outcome in self.in_state(state)]
        lists["Waived"] = [(", ".join(cause.waivers), cause.place, cause.message) for cause in self.waived]
        lists[OWN_CORRECTIONS] = _own_corrections(self.run)
        lists["Notes"] = [(note,) for note in self.run.notes]
        return lists

    def title_of(self, name: str) -> str:
        """The title of one of the lists with what it counts: of waived findings a row is a cause of several."""
        if name == "Waived":
            return f"{name}: {text.many(self.counts.waived, 'finding')}, {text.many(len(self.waived), 'cause')}"
        return f"{name} ({len(self.lists[name]):,})"


AGAINST = ("Against the baseline", "New against it", "Gone since", "Not looked for this time")
"""The titles of the lists that say how a run stands to its baseline."""


OWN_CORRECTIONS = "Corrections of yours"
"""The title of the list of what the user's own `specs` corrected in the run."""


FEW = 5
"""Keys that are listed of one correction."""


def _own_corrections(run: Run) -> list[tuple[str, ...]]:
    """Each correction of the user's with its file and line, and the operations and tests for which it counted."""
    keys: dict[str, dict[str, None]] = {}
    for outcome in run.outcomes:
        for row in outcome.corrections:
            if row.is_own:
                keys.setdefault(f"{row.kind} {row.place}", {})[outcome.key] = None
    return [(name, _few(list(of))) for name, of in sorted(keys.items())]


def _few(keys: list[str]) -> str:
    more = f" and {len(keys) - FEW:,} more" if len(keys) > FEW else ""
    return ", ".join(keys[:FEW]) + more


def _against(run: Run) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    against = run.against or AgainstBaseline("")
    found = {fingerprint(finding): finding for outcome in run.outcomes for finding in outcome.findings}
    orgs: dict[str, str] = {}
    for outcome in run.outcomes if run.is_side_by_side else ():
        for name in map(fingerprint, outcome.findings):
            orgs[name] = ", ".join(filter(None, (orgs.get(name), outcome.target)))
    lists: list[list[tuple[str, ...]]] = [
        [(against.name, text.standing(against))] if run.against else [],
        [(*_line(found[name]), *filter(None, [orgs.get(name)])) for name in against.new],
        [_line(finding) for finding in against.gone],
        [_line(finding) for finding in (*against.unseen, *against.vanished)],
    ]
    return zip(AGAINST, lists, strict=True)


def _line(finding: Finding) -> tuple[str, ...]:
    return finding.operation, text.finding_line(finding)


def digest(run: Run) -> Digest:
    """Work out what the reports of a run have in common."""
    return Digest(
        run=run,
        counts=run_counts(run),
        causes=causes.causes(run.outcomes),
        waived=causes.causes(run.outcomes, waived=True),
        refusals=refusals.of_outcomes(run.outcomes),
        cells=matrix(run),
        total=count_run(run.outcomes),
        orgs={name: count_run(run.of_target(name)) for name in run.vendors} if run.is_side_by_side else {},
        differences=side_by_side.differences(run),
    )


def figures(cell: Totals) -> dict[str, int]:
    """The numbers of one row of the table of totals, by column."""
    return {head: getattr(cell, name) for head, name in COLUMNS.items()}
