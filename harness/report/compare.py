"""Compare: what changed between two runs, told apart from what was only not tried again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from harness.finding import Finding
from harness.report.text import visible
from harness.results.outcome import Outcome, Run, State, fingerprint

_JUDGED = frozenset({State.PASSED, State.FINDINGS})
LINES = 40


@dataclass(frozen=True, slots=True)
class Moved:
    """An operation that ended in another state. `detail` says why it is where it is now."""

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
    """Two runs side by side; `before` and `after` are their ids.

    `new` and `gone` are findings by cause. `waived` were new before and are explained by a waiver now. `unseen` were
    there before, but the later run gave no verdict on their operation: nobody knows. `same` counts those in both.
    `differences` says where the runs were not alike (permit, target, versions), so that a reader trusts the rest less.
    """

    before: str
    after: str
    new: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    waived: tuple[Finding, ...]
    unseen: tuple[Finding, ...]
    same: int
    moved: tuple[Moved, ...]
    retiered: tuple[Retiered, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    differences: tuple[str, ...]

    @property
    def worse(self) -> bool:
        """Whether the later run found something new, or lost the verdict on an operation that had one."""
        return bool(self.new) or any(one.after is State.BROKEN for one in self.moved)

    @property
    def changed(self) -> bool:
        """Whether anything but the circumstances changed."""
        findings = self.new or self.gone or self.waived or self.unseen
        return bool(findings or self.moved or self.retiered or self.added or self.removed)


def compare(before: Run, after: Run) -> Comparison:
    """What changed from the first run to the second."""
    olds, news = ({outcome.key: outcome for outcome in run.outcomes} for run in (before, after))
    was, now = _findings(before.outcomes), _findings(after.outcomes)
    explained = {fingerprint(finding) for outcome in after.outcomes for finding in outcome.waived}
    lost = [(name, finding) for name, finding in was.items() if name not in now]
    open_ = [(name, finding) for name, finding in lost if name not in explained]
    both = [(olds[key], news[key]) for key in news if key in olds]
    return Comparison(
        before=before.id,
        after=after.id,
        new=tuple(finding for name, finding in now.items() if name not in was),
        gone=tuple(finding for _, finding in open_ if _judged(news, finding)),
        waived=tuple(finding for name, finding in lost if name in explained),
        unseen=tuple(finding for _, finding in open_ if not _judged(news, finding)),
        same=len(was.keys() & now.keys()),
        moved=tuple(Moved(b.key, a.state, b.state, b.detail) for a, b in both if a.state is not b.state),
        retiered=tuple(Retiered(b.key, a.tier, b.tier, b.rule) for a, b in both if a.tier != b.tier),
        added=tuple(key for key in news if key not in olds),
        removed=tuple(key for key in olds if key not in news),
        differences=tuple(_differences(before, after)),
    )


def document(comparison: Comparison) -> dict[str, Any]:
    """The comparison as plain JSON values, findings without their exchanges."""
    groups = ("new", "gone", "waived", "unseen")
    return {
        "before": comparison.before,
        "after": comparison.after,
        "worse": comparison.worse,
        "same": comparison.same,
        **{name: [_row(finding) for finding in getattr(comparison, name)] for name in groups},
        "moved": [
            {"key": one.key, "before": str(one.before), "after": str(one.after), "detail": one.detail}
            for one in comparison.moved
        ],
        "retiered": [
            {"key": one.key, "before": one.before, "after": one.after, "rule": one.rule} for one in comparison.retiered
        ],
        "added": list(comparison.added),
        "removed": list(comparison.removed),
        "differences": list(comparison.differences),
    }


def text(comparison: Comparison) -> str:
    """The comparison in lines for a terminal; long lists are cut, the JSON form has all."""
    parts = [f"{comparison.before} → {comparison.after}", *_blocks(comparison)]
    if not comparison.changed:
        parts.append(f"Nothing changed; {comparison.same:,} findings are in both runs.")
    return "\n\n".join(parts)


def _findings(outcomes: Iterable[Outcome]) -> dict[str, Finding]:
    return {fingerprint(finding): finding for outcome in outcomes for finding in outcome.findings}


def _judged(outcomes: dict[str, Outcome], finding: Finding) -> bool:
    outcome = outcomes.get(finding.operation)
    return outcome is not None and outcome.state in _JUDGED


def _differences(before: Run, after: Run) -> Iterator[str]:
    for name in ("targets", "permit", "versions"):
        one, two = getattr(before, name), getattr(after, name)
        for key in dict.fromkeys((*one, *two)):
            if one.get(key) != two.get(key):
                yield f"{name.rstrip('s')} {key}: {_plain(one.get(key))} → {_plain(two.get(key))}"
    if before.seed != after.seed:
        yield f"seed: {before.seed} → {after.seed}"


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)


def _row(finding: Finding) -> dict[str, Any]:
    names = ("operation", "check", "status", "pointer", "message", "expected", "waiver")
    return {"id": fingerprint(finding)} | {name: getattr(finding, name) for name in names}


def _blocks(comparison: Comparison) -> Iterator[str]:
    yield from _block("The runs were not alike", comparison.differences)
    yield from _block("New findings", map(_line, comparison.new))
    yield from _block("Gone findings", map(_line, comparison.gone))
    yield from _block("Waived since", map(_line, comparison.waived))
    yield from _block("Not tried again, so unknown", map(_line, comparison.unseen))
    yield from _block("Other state", map(_move, comparison.moved))
    yield from _block(
        "Other tier", (f"{one.key}: {one.before} → {one.after} ({one.rule})" for one in comparison.retiered)
    )
    yield from _block("Operations added", comparison.added)
    yield from _block("Operations removed", comparison.removed)


def _block(title: str, lines: Iterable[str]) -> Iterator[str]:
    rows = [visible(line) for line in lines]
    if rows:
        rest = [f"  and {len(rows) - LINES:,} more (--json has all)"] if len(rows) > LINES else []
        yield "\n".join([f"{title} ({len(rows):,})", *(f"  {row}" for row in rows[:LINES]), *rest])


def _line(finding: Finding) -> str:
    place = finding.pointer or f"answer {finding.status}"
    return f"{fingerprint(finding)}  {finding.operation} {finding.check} {place}: {finding.message}"


def _move(one: Moved) -> str:
    return f"{one.key}: {one.before} → {one.after}" + (f" ({one.detail})" if one.detail else "")
