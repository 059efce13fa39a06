"""pull-request.md: the run as one comment of a pull request, in Markdown that fits into what a forge takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from harness.report import summary, text
from harness.report.causes import Cause
from harness.report.digest import Digest, digest
from harness.results import archive
from harness.results.outcome import AgainstBaseline, Outcome, Run, State
from harness.results.totals import RunCounts

FILE = "pull-request.md"
LARGEST = 32_000
"""Bytes of UTF-8 at most: Bitbucket takes 32,768 characters, GitHub 65,536, Azure and GitLab more."""
MARKER = "<!-- deskcheck -->"
"""The first line, by which a script finds the comment that it wrote before and replaces it."""
_ROWS = 20


def write(run: Run, folder: Path) -> Path:
    """Write `pull-request.md` into the folder; raises what `archive.write` raises."""
    return archive.write(folder / FILE, render(run))


def render(run: Run) -> str:
    """The comment. Text of a server or a document stands in code spans, where it has no effect."""
    shown = digest(run)
    opening = [MARKER, f"### deskcheck: {headline(shown)}", _facts(shown)]
    closing = f"Next: {summary.code(shown.next_step)}"
    blocks = [opening, *_leftovers(run), *_causes(shown), *_no_verdict(run), *_baseline(shown)]
    return _fitting(blocks, closing)


def headline(shown: Digest) -> str:
    """Findings and leftovers both, however the run ended: one must not hide the other."""
    run, parts = shown.run, []
    if run.lost and not run.leftovers:
        parts.append("the ledger was lost")
    parts.append(_against(shown.counts, run.against) if run.against else text.found(shown.counts))
    if run.exit_code in (2, 3, 4):
        parts.append(text.meaning(run))
    if errors := len(shown.in_state(State.ERROR)):
        parts.append(f"{errors:,} without a verdict")
    return ", ".join(parts)


def _against(counts: RunCounts, against: AgainstBaseline) -> str:
    """What is left and what is new; how much there is in all, known findings included, stands below."""
    parts = [text.still_there(counts), text.many(len(against.new), "new finding"), f"{len(against.known):,} known"]
    return ", ".join(filter(None, parts))


def _facts(shown: Digest) -> str:
    run = shown.run
    facts = (
        summary.code(text.places(run)),
        f"in all {text.found(shown.counts)}" if run.against else "",
        f"exit {run.exit_code}: {text.meaning(run)}",
        f"permit {summary.code(text.permitted(run))}",
        f"run {summary.code(run.id)}",
    )
    return " · ".join(filter(None, facts))


def _leftovers(run: Run) -> Iterator[list[str]]:
    if run.leftovers:
        rows = [f"- {summary.code(leftover, 300)}" for leftover in run.leftovers[:_ROWS]]
        yield _list(f"#### Still there ({len(run.leftovers):,})", rows, len(run.leftovers))


def _causes(shown: Digest) -> Iterator[list[str]]:
    new = [cause for cause in shown.causes if _is_new(cause, shown.run)]
    if new:
        rows = [_cause(cause, side_by_side=bool(shown.orgs)) for cause in new[:_ROWS]]
        yield _list(f"#### Causes ({len(new):,})", rows, len(new))


def _is_new(cause: Cause, run: Run) -> bool:
    """Whether the baseline lacks one of its findings; without a baseline each is new."""
    return run.against is None or cause.id in run.against.new


def _cause(cause: Cause, *, side_by_side: bool) -> str:
    many = len(cause.operations)
    # A test shows findings of operations, and the operation is what a reader mends.
    shown_by = summary.code(cause.example.operation) + (f" and {many - 1:,} more" if many > 1 else "")
    orgs = f" on {summary.code(', '.join(cause.targets))}" if side_by_side else ""
    what = f"**{cause.check}** {summary.code(cause.place)}: {summary.code(cause.message, 300)}"
    return f"- {what} · {shown_by}{orgs} · {summary.code(cause.id)}"


def _no_verdict(run: Run) -> Iterator[list[str]]:
    errors = [outcome for outcome in run.outcomes if outcome.state is State.ERROR]
    if errors:
        rows = [f"- {_error(run, outcome)}" for outcome in errors[:_ROWS]]
        yield _list(f"#### No verdict ({len(errors):,})", rows, len(errors))


def _error(run: Run, outcome: Outcome) -> str:
    return f"{summary.code(text.key_of(run, outcome))} {summary.code(outcome.detail, 300)}"


def _baseline(shown: Digest) -> Iterator[list[str]]:
    if against := shown.run.against:
        yield [f"Against {summary.code(against.name)}: {text.standing(against)}."]


def _list(title: str, rows: list[str], total: int) -> list[str]:
    rest = text.rest(total - len(rows))
    return [title, *rows, *([f"- {rest}"] if rest else [])]


def _fitting(blocks: Iterable[list[str]], closing: str) -> str:
    """The blocks as far as they fit, line by line, and the closing line, which always does."""
    lines: list[str] = []
    room = LARGEST - len(closing.encode()) - 100
    for block in blocks:
        for line in [*_spaced(block), ""]:
            size = len(line.encode("utf-8", "backslashreplace")) + 1
            if size > room:
                return "\n".join([*lines, "", "More in the report.", "", closing, ""])
            lines.append(line)
            room -= size
    return "\n".join([*lines, closing, ""])


def _spaced(block: list[str]) -> Iterator[str]:
    """The lines of a block, with an empty one in front of a list."""
    previous = ""
    for line in block:
        is_first_item = line.startswith("- ") and previous and not previous.startswith("- ")
        is_paragraph = previous and not line.startswith("- ")
        if is_first_item or is_paragraph:
            yield ""
        yield line
        previous = line
