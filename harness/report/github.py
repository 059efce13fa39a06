"""github-annotations.txt: the gravest findings as workflow commands, which GitHub shows beside the changed lines.

The grammar is that of "Workflow commands for GitHub Actions" (GitHub's documentation), and the escapes are those of
its own toolkit. A step shows 10 annotations of each kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.checks.check import Severity
from harness.report import text
from harness.report.located import LocatedFinding, located
from harness.results import archive
from harness.results.outcome import Run, State

FILE = "github-annotations.txt"
A_STEP = 10
"""Annotations of one kind that GitHub takes of a step."""
_KINDS = {Severity.CRITICAL: "error", Severity.NORMAL: "warning", Severity.MINOR: "notice"}
_LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Annotation:
    """One workflow command: its kind, what it says, and where."""

    kind: str
    message: str
    properties: Mapping[str, str] = field(default_factory=dict)

    @property
    def command(self) -> str:
        """The command as a line of output; nothing in it can end the line or begin another command."""
        places = ",".join(f"{name}={_property(value)}" for name, value in self.properties.items())
        return f"::{self.kind}{' ' if places else ''}{places}::{_data(self.message)}"


def write(run: Run, folder: Path) -> Path:
    """Write `github-annotations.txt` into the folder; raises what `archive.write` raises."""
    return archive.write(folder / FILE, render(run))


def render(run: Run) -> str:
    """The commands, one a line, at most `A_STEP` of each kind, and how many findings they leave out."""
    return "".join(f"{annotation.command}\n" for annotation in annotations_of(run))


def annotations_of(run: Run) -> tuple[Annotation, ...]:
    """What is worth a mark: leftovers, missing verdicts and new findings, the gravest of each kind."""
    wanted = [*_of_run(run), *(_of_finding(row) for row in located(run) if row.is_new)]
    kept: dict[str, list[Annotation]] = {kind: [] for kind in ("error", "warning", "notice")}
    for annotation in wanted:
        kept[annotation.kind].append(annotation)
    left_out = sum(max(len(rows) - A_STEP, 0) for rows in kept.values())
    if left_out:
        # It takes the place of one, where the notices are full too.
        left_out += len(kept["notice"]) >= A_STEP
        rest = f"{text.many(left_out, 'more finding')} in the report: {run.place or run.id}"
        kept["notice"].insert(0, Annotation("notice", text.visible(rest), {"title": "deskcheck"}))
    return tuple(annotation for rows in kept.values() for annotation in rows[:A_STEP])


def _of_run(run: Run) -> Iterator[Annotation]:
    """One annotation for all records that are still there, and one for all that has no verdict."""
    if run.leftovers:
        first = f"{text.many(len(run.leftovers), 'record')} of this run could not be removed: {run.leftovers[0]}"
        message = f"{first}. Next: {text.next_step(run)}"
        yield Annotation("error", _shown(message), {"title": "deskcheck: still there"})
    errors = [outcome for outcome in run.outcomes if outcome.state is State.ERROR]
    if errors:
        what = f"{text.many(len(errors), 'operation or test', 'operations and tests')} without a verdict"
        message = f"{what}, the first: {text.key_of(run, errors[0])}: {errors[0].detail}"
        yield Annotation("error", _shown(message), {"title": "deskcheck: no verdict"})


def _of_finding(row: LocatedFinding) -> Annotation:
    place = {"file": row.source.file, "line": str(row.source.line), "title": f"deskcheck {row.check.name} {row.id}"}
    return Annotation(_KINDS[row.check.severity], _shown(row.sentence), place)


def _shown(message: str) -> str:
    return text.cut(text.visible(message), _LONGEST)


def _data(raw: str) -> str:
    return raw.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(raw: str) -> str:
    return _data(text.visible(raw)).replace(":", "%3A").replace(",", "%2C")
