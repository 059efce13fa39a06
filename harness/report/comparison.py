"""Comparison: what changed between two runs, or since a baseline, apart from what was only not tried again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from harness.finding import Finding
from harness.report.text import cut, key_of, many, visible
from harness.results.baseline import Baseline
from harness.results.outcome import AgainstBaseline, Outcome, Run, State, fingerprint, found_by

LINES = 12
"""Lines of one list on a terminal."""
_LONGEST = 200
"""Characters of one line there."""


@dataclass(frozen=True, slots=True)
class Moved:
    """An operation that ended in another state. `detail` says why it is where it is now.

    `key` has the org behind it where the vendor of the later run has several: `zendesk:ListTickets@eu`.
    """

    key: str
    before: State
    after: State
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Retiered:
    """An operation that is judged more or less dangerous than before."""

    key: str
    before: str
    after: str
    rule: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs side by side, or a baseline and a run; `before` and `after` are their ids.

    `new` and `gone` are findings by cause, `still` those in both. `waived` were new before and are explained by a
    waiver now. `unseen` were there before, but the later run gave no verdict on their operation: unknown.
    A baseline knows findings only, so nothing is `moved`, `retiered`, `added` or `removed` since. `differences` says
    where the runs were not alike (permit, target, versions), so that a reader trusts the rest less.
    """

    before: str
    after: str
    new: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    waived: tuple[Finding, ...]
    unseen: tuple[Finding, ...]
    still: tuple[Finding, ...]
    moved: tuple[Moved, ...]
    retiered: tuple[Retiered, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    differences: tuple[str, ...]

    @property
    def same(self) -> int:
        """How many findings are in both."""
        return len(self.still)

    @property
    def worse(self) -> bool:
        """Whether the later run found something new, or lost the verdict on an operation that had one."""
        return bool(self.new) or any(row.after is State.ERROR for row in self.moved)

    @property
    def changed(self) -> bool:
        """Whether anything but the circumstances changed."""
        findings = self.new or self.gone or self.waived or self.unseen
        return bool(findings or self.moved or self.retiered or self.added or self.removed)


def compare(before: Run | Baseline, after: Run) -> Comparison:
    """What changed from the first run, or since the baseline, to the later run.

    Findings are compared by their causes, whichever org showed them; operations org by org.
    """
    pairs = _pairs(before, after)
    in_both = [(old, new) for old, new in pairs if old and new]
    old_findings, findings = _findings(before), _findings(after)
    missing = {name: finding for name, finding in old_findings.items() if name not in findings}
    explained = {fingerprint(finding) for outcome in after.outcomes for finding in outcome.waived}
    unexplained = {name: finding for name, finding in missing.items() if name not in explained}
    shown = before.found_by if isinstance(before, Baseline) else found_by(before.outcomes)
    outcomes: dict[str, list[Outcome]] = {}
    for outcome in after.outcomes:
        outcomes.setdefault(outcome.key, []).append(outcome)
    gone = [name for name, finding in unexplained.items() if _was_judged(finding, shown[name], outcomes)]
    return Comparison(
        before=before.name if isinstance(before, Baseline) else before.id,
        after=after.id,
        new=tuple(finding for name, finding in findings.items() if name not in old_findings),
        gone=tuple(unexplained[name] for name in gone),
        waived=tuple(finding for name, finding in missing.items() if name in explained),
        unseen=tuple(finding for name, finding in unexplained.items() if name not in gone),
        still=tuple(finding for name, finding in findings.items() if name in old_findings),
        moved=tuple(
            Moved(key_of(after, new), old.state, new.state, new.detail)
            for old, new in in_both
            if old.state != new.state
        ),
        retiered=tuple(
            dict.fromkeys(
                Retiered(new.key, old.tier, new.tier, new.rule) for old, new in in_both if old.tier != new.tier
            )
        ),
        added=tuple(key_of(after, new) for old, new in pairs if new and not old) if isinstance(before, Run) else (),
        removed=tuple(key_of(before, old) for old, new in pairs if old and not new) if isinstance(before, Run) else (),
        differences=tuple(_differences(before, after)),
    )


def held_to(comparison: Comparison, after: Run) -> Run:
    """The later run as reports show it beside the earlier one: only what is new of it counts as new."""
    against = AgainstBaseline(
        name=comparison.before,
        new=tuple(map(fingerprint, comparison.new)),
        known=tuple(map(fingerprint, comparison.still)),
        waived=tuple(map(fingerprint, comparison.waived)),
        gone=comparison.gone,
        unseen=comparison.unseen,
    )
    nothing_new = after.exit_code == 1 and not comparison.worse
    return replace(after, against=against, exit_code=0 if nothing_new else after.exit_code)


def _pairs(before: Run | Baseline, after: Run) -> list[tuple[Outcome | None, Outcome | None]]:
    """Each outcome of either run with its counterpart in the other, None where it has none."""
    if isinstance(before, Baseline):
        return [(None, outcome) for outcome in after.outcomes]
    old = {(before.target_of(outcome), outcome.key): outcome for outcome in before.outcomes}
    counterparts = _counterparts(before, after)
    pairs = [(old.get((counterparts.get(after.target_of(new), ""), new.key)), new) for new in after.outcomes]
    met = {id(outcome) for outcome, _ in pairs}
    return [*pairs, *((outcome, None) for outcome in old.values() if id(outcome) not in met)]


def _counterparts(before: Run, after: Run) -> dict[str, str]:
    """The target of the earlier run that each of the later one is compared with.

    It is the one of the same name; where the vendor had one org before, that one, whatever it was called.
    """
    counterparts = {}
    for name, vendor in after.vendors.items():
        olds = [old for old, other in before.vendors.items() if other == vendor]
        if name in olds or len(olds) == 1:
            counterparts[name] = name if name in olds else olds[0]
    return counterparts


def _findings(run: Run | Baseline) -> dict[str, Finding]:
    if isinstance(run, Baseline):
        return {fingerprint(finding): finding for finding in run.findings}
    return {fingerprint(finding): finding for outcome in run.outcomes for finding in outcome.findings}


def _was_judged(finding: Finding, keys: Iterable[str], outcomes: dict[str, list[Outcome]]) -> bool:
    """Whether the later run got answers that could have shown the finding again, from all that showed it before, and
    from each of the orgs.
    """
    return all(name in outcomes and all(_could_show(finding, outcome) for outcome in outcomes[name]) for name in keys)


def _could_show(finding: Finding, outcome: Outcome) -> bool:
    if outcome.state is State.NO_SUCCESS:
        is_about_success = 200 <= finding.status < 300
        return not is_about_success
    return outcome.state in (State.PASSED, State.FINDINGS)


def _differences(before: Run | Baseline, after: Run) -> Iterator[str]:
    for name in ("targets", "permit", "versions") if isinstance(before, Run) else ():
        old, new = getattr(before, name), getattr(after, name)
        for key in dict.fromkeys((*old, *new)):
            if old.get(key) != new.get(key):
                yield f"{name.rstrip('s')} {key}: {_plain(old.get(key))} → {_plain(new.get(key))}"
    if before.seed != after.seed:
        yield f"seed: {before.seed} → {after.seed}"


def _plain(value: Any) -> str:
    """A value of `run.json` in words."""
    if isinstance(value, dict):
        return "; ".join(f"{key} {_plain(content)}" for key, content in value.items()) or "none"
    if isinstance(value, list | tuple):
        return ", ".join(map(_plain, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)


def document(comparison: Comparison) -> dict[str, Any]:
    """The comparison as plain JSON values, findings without their exchanges."""
    return {
        "before": comparison.before,
        "after": comparison.after,
        "worse": comparison.worse,
        "same": comparison.same,
        "new": _rows(comparison.new),
        "gone": _rows(comparison.gone),
        "waived": _rows(comparison.waived),
        "unseen": _rows(comparison.unseen),
        "still": _rows(comparison.still),
        "moved": [asdict(row) for row in comparison.moved],
        "retiered": [asdict(row) for row in comparison.retiered],
        "added": list(comparison.added),
        "removed": list(comparison.removed),
        "differences": list(comparison.differences),
    }


def _rows(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    names = ("operation", "check", "status", "pointer", "message", "expected", "waiver", "waiver_place")
    return [{"id": fingerprint(finding)} | {name: getattr(finding, name) for name in names} for finding in findings]


def text(comparison: Comparison) -> str:
    """The comparison in lines for a terminal; long lists are cut, the JSON form has all."""
    lists = {
        "New findings": map(_finding_line, comparison.new),
        "Gone findings": map(_finding_line, comparison.gone),
        "Waived since": map(_finding_line, comparison.waived),
        "Not tried again, so unknown": map(_finding_line, comparison.unseen),
        "Other state": map(_moved_line, comparison.moved),
        "Other tier": (f"{row.key}: {row.before} → {row.after} ({row.rule})" for row in comparison.retiered),
        "Operations added": comparison.added,
        "Operations removed": comparison.removed,
        "The runs were not alike": comparison.differences,
    }
    blocks = [_block(title, [cut(visible(line), _LONGEST) for line in lines]) for title, lines in lists.items()]
    return "\n\n".join([f"{_verdict(comparison)}\n{comparison.before} → {comparison.after}", *filter(None, blocks)])


def _verdict(comparison: Comparison) -> str:
    """The difference in one sentence, the worst first."""
    if not comparison.changed:
        return f"Nothing changed; {comparison.same:,} findings are in both runs."
    lost = sum(row.after is State.ERROR for row in comparison.moved)
    counts = {
        "lost verdicts": lost,
        "gone": len(comparison.gone),
        "waived since": len(comparison.waived),
        "not tried again": len(comparison.unseen),
        "in both": comparison.same,
    }
    new = many(len(comparison.new), "new finding") if comparison.new else "no new finding"
    sentence = ", ".join([new, *(f"{amount:,} {word}" for word, amount in counts.items() if amount)])
    return f"{'Worse' if comparison.worse else 'Not worse'}: {sentence}."


def _block(title: str, lines: list[str]) -> str:
    if not lines:
        return ""
    shown = [f"{title} ({len(lines):,})", *(f"  {line}" for line in lines[:LINES])]
    if len(lines) > LINES:
        shown.append(f"  and {len(lines) - LINES:,} more (--json has all)")
    return "\n".join(shown)


def _finding_line(finding: Finding) -> str:
    place = finding.pointer or f"answer {finding.status}"
    return f"{fingerprint(finding)}  {finding.operation} {finding.check} {place}: {finding.message}"


def _moved_line(row: Moved) -> str:
    detail = f" ({row.detail})" if row.detail else ""
    return f"{row.key}: {row.before} → {row.after}{detail}"
