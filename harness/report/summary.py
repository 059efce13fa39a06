"""summary.md: the run on one screen of GitHub-flavoured Markdown, fit for a pull request or a CI job."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from pathlib import Path

from harness.report import curl, excerpt, text
from harness.report import history as histories
from harness.report.causes import Cause
from harness.report.digest import Digest, digest, figures
from harness.report.history import RunHistory
from harness.report.refusals import RefusalGroup
from harness.results import archive
from harness.results.outcome import Outcome, Run, State
from harness.results.totals import Totals

CAUSES = 25
DETAILS = 10
LINES = 20
_BODY = 2_000


def write(run: Run, folder: Path) -> Path:
    """Write `summary.md` into the folder, with what the runs beside it say; raises what `archive.write` raises."""
    return archive.write(folder / "summary.md", render(run, histories.of_run(run, folder)))


def render(run: Run, past: RunHistory | None = None) -> str:
    """The whole summary; `past` is what earlier runs say of its findings.

    Text of a server or a document stands in code spans, where it has no effect.
    """
    shown = digest(run)
    lists = [_list(shown.title_of(name), rows) for name, rows in shown.lists.items()]
    opening = _opening(shown, past or RunHistory())
    orgs = [_side_by_side(shown), _differences(shown)]
    parts = [opening, _matrix(shown), *orgs, _causes(shown), _refusals(shown), *lists, _ending(shown)]
    return "\n\n".join(filter(None, parts)) + "\n"


def code(raw: str, size: int = 160) -> str:
    """A code span that holds exactly this text; empty for no text."""
    inner = text.cut(text.visible(raw), size)
    if not inner:
        return ""
    fence = "`" * (_longest_fence(inner) + 1)
    # A backtick or a space at an end would be taken for the fence's own (GitHub-flavoured Markdown, code spans).
    pad = " " if inner[0] in "` " or inner[-1] in "` " else ""
    return f"{fence}{pad}{inner}{pad}{fence}"


def block(raw: str, language: str = "") -> str:
    """A fenced block that nothing inside can end."""
    inner = text.visible(text.cut(raw, _BODY), keep="\n\t")
    fence = "`" * max(3, _longest_fence(inner) + 1)
    return f"{fence}{language}\n{inner}\n{fence}"


def _longest_fence(inner: str) -> int:
    return max((len(fence) for fence in re.findall("`+", inner)), default=0)


def _opening(shown: Digest, past: RunHistory) -> str:
    """The verdict, the facts of the run, its counts and its history."""
    run = shown.run
    facts = [
        code(text.places(run)),
        f"exit {run.exit_code}: {text.meaning(run)}",
        f"run {code(run.id)}",
        f"permit {code(text.permitted(run))}",
        f"seed {run.seed}",
        f"{code(text.moment(run.started))}, {text.duration(run.seconds)}",
    ]
    counts = [f"Found: {text.found(shown.counts)}."]
    if history := histories.in_words(past):
        counts.append(f"History: {history}.")
    return "\n\n".join([f"# deskcheck: {text.verdict(run)}", " · ".join(facts), *counts])


def _matrix(shown: Digest) -> str:
    rows = [[code(org) if shown.orgs else org, code(tier), *_cells(cell)] for (org, tier), cell in shown.cells.items()]
    rows.append(["**all**", "", *_cells(shown.total)])
    return _table(["org" if shown.orgs else "vendor", "tier", *figures(shown.total), "2xx"], rows, left=2)


def _side_by_side(shown: Digest) -> str:
    """What each org's operations add up to, one column an org."""
    if not shown.orgs:
        return ""
    heads = [*figures(shown.total), "2xx"]
    columns = [_cells(totals) for totals in shown.orgs.values()]
    rows = [[head, *cells] for head, *cells in zip(heads, *columns, strict=True)]
    return f"## Side by side\n\n{_table(['', *map(code, shown.orgs)], rows, left=1)}"


def _differences(shown: Digest) -> str:
    """The operations that did not end alike on all orgs of their vendor, one column an org."""
    if not shown.differences:
        return ""
    rows = [
        [code(row.first.key), *(_state(row.outcomes[name]) if name in row.outcomes else "" for name in shown.orgs)]
        for row in shown.differences[:LINES]
    ]
    title = f"## Differences between orgs ({len(shown.differences):,})"
    table = _table(["operation", *map(code, shown.orgs)], rows, left=len(shown.orgs) + 1)
    return "\n\n".join(filter(None, [title, table, text.rest(len(shown.differences) - LINES, "operation")]))


def _state(outcome: Outcome | None) -> str:
    """How an operation ended on one org."""
    if outcome is None:
        return "not there"
    if outcome.state is State.FINDINGS:
        return f"**{text.many(len(outcome.findings), 'finding')}**"
    return text.STATES[outcome.state]


def _cells(cell: Totals) -> list[str]:
    numbers = [text.number(value) if value else "·" for value in figures(cell).values()]
    return [*numbers, text.percent(cell.share)]


def _causes(shown: Digest) -> str:
    if not shown.causes:
        return ""
    heads = ["id", "operations", "where", "what", "expected", "check"]
    rows = [_cause_row(cause) for cause in shown.causes[:CAUSES]]
    if shown.orgs:
        heads.append("orgs")
        rows = [[*row, code(", ".join(cause.targets))] for row, cause in zip(rows, shown.causes, strict=False)]
    table = _table(heads, rows, left=1, right=1)
    details = [_detail(cause, shown.run) for cause in shown.causes[:DETAILS]]
    parts = [f"## {shown.heading}", table, text.rest(len(shown.causes) - CAUSES, "cause"), *details]
    return "\n\n".join(filter(None, parts))


def _cause_row(cause: Cause) -> list[str]:
    operations = text.number(len(cause.operations))
    return [code(cause.id), operations, code(cause.place), code(cause.message), code(cause.expected), cause.check]


def _detail(cause: Cause, run: Run) -> str:
    finding = cause.example
    # No Markdown is read in a summary, so the text is escaped as HTML.
    title = html.escape(text.visible(f"{cause.id} {finding.operation}"))
    lines = [f"<details><summary><code>{title}</code></summary>", ""]
    lines.append(
        f"{code(cause.message, 500)} at {code(finding.pointer) or 'the whole answer'}, status {finding.status}."
    )
    if finding.exchange is not None:
        command = curl.curl(finding.exchange.request, cause.vendor, text.secret_variable(run, cause.targets))
        lines += ["", block(command, "sh")]
        lines += ["", block(excerpt.excerpt(finding), "json")]
    return "\n".join([*lines, "", "</details>"])


def _refusals(shown: Digest) -> str:
    if not shown.refusals:
        return ""
    operations = sum(group.operations for group in shown.refusals)
    requests = sum(group.requests for group in shown.refusals)
    title = f"## Refused by the gate: {text.many(operations, 'operation')}, {text.many(requests, 'single request')}"
    heads = ["tier", "rule", "operations", "requests", "for example"]
    table = _table(heads, [_refusal_row(group) for group in shown.refusals[:LINES]], left=2, right=2)
    return "\n\n".join(filter(None, [title, table, text.rest(len(shown.refusals) - LINES, "rule")]))


def _refusal_row(group: RefusalGroup) -> list[str]:
    first = group.examples[0]
    example = code(first.request or first.operation)
    if any(first.evidence):
        example += f" ({code('; '.join(first.evidence))})"
    return [code(group.tier), code(group.rule), text.number(group.operations), text.number(group.requests), example]


def _list(title: str, rows: Sequence[tuple[str, ...]]) -> str:
    if not rows:
        return ""
    items = [*(" ".join(map(code, row)) for row in rows[:LINES]), text.rest(len(rows) - LINES)]
    return "\n".join([f"## {title}", "", *(f"- {item}" for item in items if item)])


def _ending(shown: Digest) -> str:
    versions = ", ".join(f"{name} {code(version)}" for name, version in shown.run.versions.items())
    return f"Next: {code(shown.next_step)}\n\nVersions: {versions or 'unknown'}"


def _table(heads: list[str], rows: list[list[str]], left: int, right: int = 0) -> str:
    """A table whose first `left` columns are words; of the others `right` (0: all) are numbers."""
    last = left + right if right else len(heads)
    rule = ["--:" if left <= index < last else "---" for index in range(len(heads))]
    # A pipe ends a cell even inside of code (GitHub-flavoured Markdown, tables).
    cells = [[cell.replace("|", r"\|") for cell in row] for row in [heads, rule, *rows]]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)
