"""History: a run's findings beside the last runs in the same report folder: new, still there, flaky or gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from harness.finding import Finding, from_row
from harness.formats.file_contents import contents
from harness.report.causes import Cause, distinct
from harness.results import archive
from harness.results.outcome import Outcome, Run, State

RUNS = 8
"""Earlier runs that are looked at, the newest ones of the same orgs."""

LOOKED_THROUGH = 50
"""Folders in which these runs are looked for; a folder of reports may hold thousands."""


class FindingStanding(StrEnum):
    """How a finding stands to the runs before."""

    NEW = "new"  # no earlier run had it
    STILL = "still there"
    FLAKY = "flaky"  # it was there, and gone in between though it was looked for
    GONE = "gone"


class Seen(StrEnum):
    """What one run says of one finding."""

    FOUND = "found"
    CLEAR = "clear"  # looked for, and not there
    UNKNOWN = "unknown"  # nothing was looked for: no verdict, or another choice of operations


@dataclass(frozen=True, slots=True)
class EarlierRun:
    """As much of an earlier run as its place in a history takes. `folder` is its name beside the later run's.

    `states` are those of operations and tests by key; of an operation with several orgs, one that gave a verdict.
    `findings` and `found_by` go by the findings' ids, as in a baseline.
    """

    id: str
    started: str
    folder: str
    states: Mapping[str, State]
    findings: Mapping[str, Finding]
    found_by: Mapping[str, tuple[str, ...]]

    def saw(self, name: str, finding: Finding, keys: Iterable[str]) -> Seen:
        """What it says of a finding that these operations and tests show."""
        if name in self.findings:
            return Seen.FOUND
        return Seen.CLEAR if _looked_for(finding, keys, self.states) else Seen.UNKNOWN


@dataclass(frozen=True, slots=True)
class Past:
    """One finding over time: what each run said of it, the oldest first and the present one last."""

    finding: Finding
    standing: FindingStanding
    seen: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class RunHistory:
    """The findings of a run by id, each with its past, and those that are gone since. Without `runs` there is none."""

    runs: tuple[EarlierRun, ...] = ()
    present: Mapping[str, Past] = field(default_factory=dict)
    gone: Mapping[str, Past] = field(default_factory=dict)

    def standing_of(self, cause: Cause) -> FindingStanding | None:
        """How a cause stands: new only if all of it is, flaky if nothing of it is steady. None without earlier runs."""
        standings = {self.present[member.id].standing for member in cause.members if member.id in self.present}
        if not standings:
            return None
        return standings.pop() if len(standings) == 1 else FindingStanding.STILL

    def counts(self) -> dict[FindingStanding, int]:
        """How many findings stand how, those of the present run and those that are gone."""
        pasts = [*self.present.values(), *self.gone.values()]
        return {standing: sum(past.standing is standing for past in pasts) for standing in FindingStanding}


def in_words(past: RunHistory) -> str:
    """The history in one line: `2 new, 12 still there, 1 flaky, 3 gone beside the last 4 runs`; empty without any."""
    if not past.runs:
        return ""
    amounts = [f"{amount:,} {standing}" for standing, amount in past.counts().items() if amount]
    runs = "the last run" if len(past.runs) == 1 else f"the last {len(past.runs)} runs"
    return f"{', '.join(amounts) or 'no findings, then or now,'} beside {runs} in the same folder"


def of_run(run: Run, folder: Path) -> RunHistory:
    """The history of a run whose report goes into `folder`, from the runs in the folders beside it."""
    return history(run, earlier_runs(run, folder))


def history(run: Run, runs: tuple[EarlierRun, ...]) -> RunHistory:
    """The findings of a run beside those of earlier ones, which come oldest first."""
    if not runs:
        return RunHistory()
    members = distinct(run.outcomes)
    present = {
        member.id: _present(member.finding, [earlier.saw(member.id, member.finding, member.keys) for earlier in runs])
        for member in members
    }
    return RunHistory(runs, present, dict(_gone(run, runs, present)))


def _present(finding: Finding, seen: list[Seen]) -> Past:
    return Past(finding, _standing(seen), (*seen, Seen.FOUND))


def _standing(seen: list[Seen]) -> FindingStanding:
    """How a finding of the present run stands to the earlier ones."""
    if Seen.FOUND not in seen:
        return FindingStanding.NEW
    since = seen[seen.index(Seen.FOUND) :]
    return FindingStanding.FLAKY if Seen.CLEAR in since else FindingStanding.STILL


def _gone(run: Run, runs: tuple[EarlierRun, ...], present: Mapping[str, Past]) -> Iterator[tuple[str, Past]]:
    """What the last run that looked for it had, and the present one has not though it looked."""
    states = _states(run.outcomes)
    waived = {member.id for member in distinct(run.outcomes, waived=True)}
    found = {name: earlier for earlier in runs for name in earlier.findings}
    for name, last in found.items():
        finding, keys = last.findings[name], last.found_by[name]
        if name in present or name in waived or not _looked_for(finding, keys, states):
            continue
        seen = [earlier.saw(name, finding, keys) for earlier in runs]
        verdicts = [verdict for verdict in seen if verdict is not Seen.UNKNOWN]
        if verdicts[-1] is Seen.FOUND:
            came_and_went = Seen.CLEAR in verdicts[verdicts.index(Seen.FOUND) :]
            standing = FindingStanding.FLAKY if came_and_went else FindingStanding.GONE
            yield name, Past(finding, standing, (*seen, Seen.CLEAR))


def _looked_for(finding: Finding, keys: Iterable[str], states: Mapping[str, State]) -> bool:
    """Whether all that showed a finding gave a verdict that could have shown it again."""
    return all(_could_show(finding, states.get(key)) for key in keys)


def _could_show(finding: Finding, state: State | None) -> bool:
    if state is State.NO_SUCCESS:
        return not 200 <= finding.status < 300
    return state in (State.PASSED, State.FINDINGS)


def _states(outcomes: Iterable[Outcome]) -> dict[str, State]:
    states: dict[str, State] = {}
    for outcome in outcomes:
        _note(states, outcome.key, outcome.state)
    return states


def _note(states: dict[str, State], key: str, state: State) -> None:
    if states.get(key) not in (State.PASSED, State.FINDINGS):
        states[key] = state


class _Head(msgspec.Struct):
    """What `run.json` says of a run's place in a history."""

    id: str
    started: str
    targets: dict[str, str]


class _Row(msgspec.Struct):
    """What a line of `results.ndjson` says of it; exchanges are the larger part of a line, and are passed over."""

    key: str
    state: State
    findings: list[dict[str, Any]] = []


def earlier_runs(run: Run, folder: Path) -> tuple[EarlierRun, ...]:
    """The last runs of the same orgs in the folders beside `folder`, the oldest first.

    A folder that cannot be read is passed over: a history is a help, and what it lacks changes no verdict.
    """
    heads = _heads(folder)
    before = [(head, path) for head, path in heads if head.targets == run.targets and head.started < run.started]
    before.sort(key=lambda pair: pair[0].started)
    return tuple(filter(None, (_read(head, path) for head, path in before[-RUNS:])))


def _heads(folder: Path) -> list[tuple[_Head, Path]]:
    """The runs beside a folder, the last written first."""
    try:
        own = folder.resolve()
        files = [(path.stat().st_mtime_ns, path) for path in own.parent.glob(f"*/{archive.RUN}")]
    except OSError:
        return []
    heads = []
    for _, path in sorted(files, reverse=True)[:LOOKED_THROUGH]:
        if path.parent.is_symlink() or path.parent.resolve() == own:
            continue
        try:
            heads.append((msgspec.json.decode(contents(path), type=_Head), path.parent))
        except (OSError, msgspec.MsgspecError, RecursionError):
            continue
    return heads


def _read(head: _Head, folder: Path) -> EarlierRun | None:
    try:
        results = (folder / archive.RESULTS).stat()
    except OSError:
        return None
    return _read_results(head.id, head.started, folder.resolve(), results.st_mtime_ns, results.st_size)


@lru_cache(maxsize=RUNS)
def _read_results(name: str, started: str, folder: Path, changed: int, size: int) -> EarlierRun | None:
    """What a run's results say of it, read once for all reports of a later run.

    `changed` (nanoseconds) and `size` (bytes) are the file's: one that was written again is read again.
    """
    states: dict[str, State] = {}
    findings: dict[str, Finding] = {}
    keys: dict[str, set[str]] = {}
    try:
        for line in contents(folder / archive.RESULTS).splitlines():
            row = msgspec.json.decode(line, type=_Row)
            _note(states, row.key, row.state)
            for raw in row.findings:
                findings[raw["id"]] = from_row(str(raw["operation"]), int(raw["status"]), raw)
                keys.setdefault(raw["id"], set()).add(row.key)
    except (OSError, msgspec.MsgspecError, RecursionError, KeyError, TypeError, ValueError):
        return None
    found_by = {name: tuple(sorted(shown)) for name, shown in keys.items()}
    return EarlierRun(name, started, folder.name, states, findings, found_by)
