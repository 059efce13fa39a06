"""summary.md: the run on one screen of GitHub-flavoured Markdown, fit for a pull request or a CI job."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from harness.report import causes, curl, excerpt, refusals, text
from harness.results import archive
from harness.results.outcome import Run, State, Totals, count, matrix, operations

CAUSES = 25
DETAILS = 10
LINES = 20
_BODY = 2_000


def write(run: Run, folder: Path) -> Path:
    """Write `summary.md` into the folder; raises what `archive.write` raises."""
    return archive.write(folder / "summary.md", render(run))


def render(run: Run) -> str:
    """The whole summary. Whatever a server or a document said stands in code, where it can do nothing."""
    found = causes.causes(run.outcomes)
    parts = [_opening(run), _matrix(run), _causes(found), _refusals(run), *_lists(run), _ending(run, found)]
    return "\n\n".join(part for part in parts if part) + "\n"


def code(raw: str, size: int = 160) -> str:
    """A code span that holds exactly this text; empty for no text."""
    inner = text.cut(text.visible(raw), size)
    fence = "`" * (max((len(run) for run in re.findall("`+", inner)), default=0) + 1)
    pad = " " if inner[:1] in ("`", " ") or inner[-1:] in ("`", " ") else ""
    return f"{fence}{pad}{inner}{pad}{fence}" if inner else ""


def block(raw: str, language: str = "") -> str:
    """A fenced block that nothing inside can end."""
    inner = text.visible(text.cut(raw, _BODY), keep="\n\t")
    fence = "`" * max(3, max((len(run) for run in re.findall("`+", inner)), default=0) + 1)
    return f"{fence}{language}\n{inner}\n{fence}"


def _opening(run: Run) -> str:
    facts = [
        code(text.places(run)),
        f"exit {run.exit_code}: {text.meaning(run)}",
        f"run {code(run.id)}",
        f"permit {code(text.permitted(run))}",
        f"seed {run.seed}",
        f"{code(text.moment(run.started))}, {text.duration(run.seconds)}",
    ]
    return f"# deskcheck: {text.verdict(run)}\n\n{' · '.join(facts)}"


def _matrix(run: Run) -> str:
    rows = [
        [vendor, code(tier), *_cells(cell)] for (vendor, tier), cell in matrix(run.outcomes).items()
    ]  # fmt: skip
    rows.append(["**all**", "", *_cells(count(operations(run.outcomes)))])
    heads = ["operations", "passed", "findings", "refused", "unsupported", "broken", "requests", "2xx"]
    return _table(["vendor", "tier", *heads], rows, left=2)


def _cells(cell: Totals) -> list[str]:
    numbers = (cell.operations, cell.passed, cell.deviating, cell.refused, cell.unsupported, cell.broken, cell.requests)
    return [*(text.number(value) if value else "·" for value in numbers), text.percent(cell.share)]


def _causes(found: tuple[causes.Cause, ...]) -> str:
    if not found:
        return ""
    rows = [
        [
            code(one.id),
            text.number(len(one.operations)),
            code(one.place),
            code(one.message),
            code(one.expected),
            one.check,
        ]
        for one in found[:CAUSES]
    ]
    title = f"## {text.many(sum(one.findings for one in found), 'finding')}, {text.many(len(found), 'cause')}"
    table = _table(["id", "operations", "where", "what", "expected", "check"], rows, left=1, right=1)
    parts = [title, table, _rest(len(found) - CAUSES, "cause"), *(_detail(one) for one in found[:DETAILS])]
    return "\n\n".join(part for part in parts if part)


def _detail(cause: causes.Cause) -> str:
    finding = cause.example
    # No Markdown is read in a summary, so the text is escaped as HTML.
    title = html.escape(text.visible(f"{cause.id} {finding.operation}"))
    lines = [f"<details><summary><code>{title}</code></summary>", ""]
    lines.append(
        f"{code(cause.message, 500)} at {code(finding.pointer) or 'the whole answer'}, status {finding.status}."
    )
    if finding.exchange is not None:
        lines += ["", block(curl.curl(finding.exchange.request, cause.vendor), "sh")]
        lines += ["", block(excerpt.excerpt(finding), "json")]
    return "\n".join([*lines, "", "</details>"])


def _refusals(run: Run) -> str:
    held = refusals.of(run.outcomes)
    if not held:
        return ""
    rows = [
        [code(row.tier), code(row.rule), text.number(row.operations), text.number(row.requests), _example(row)]
        for row in held[:LINES]
    ]
    operations, requests = sum(row.operations for row in held), sum(row.requests for row in held)
    title = f"## Refused by the gate: {text.many(operations, 'operation')}, {text.many(requests, 'single request')}"
    table = _table(["tier", "rule", "operations", "requests", "for example"], rows, left=2, right=2)
    return "\n\n".join(part for part in (title, table, _rest(len(held) - LINES, "rule")) if part)


def _example(row: refusals.Held) -> str:
    first = row.examples[0]
    evidence = f" ({code('; '.join(first.evidence))})" if any(first.evidence) else ""
    return f"{code(first.request or first.operation)}{evidence}"


def _lists(run: Run) -> Iterator[str]:
    waived = causes.causes(run.outcomes, waived=True)
    states = {state: [one for one in run.outcomes if one.state is state] for state in (State.BROKEN, State.UNSUPPORTED)}
    yield _list("Still there", map(code, run.leftovers))
    yield _list("No verdict", (f"{code(one.key)} {code(one.detail)}" for one in states[State.BROKEN]))
    yield _list("Unsupported", (f"{code(one.key)} {code(one.detail)}" for one in states[State.UNSUPPORTED]))
    yield _list("Waived", (f"{code(', '.join(one.waivers))} {code(one.place)} {code(one.message)}" for one in waived))
    yield _list("Notes", map(code, run.notes))


def _list(title: str, lines: Iterable[str]) -> str:
    rows = list(lines)
    if not rows:
        return ""
    rest = _rest(len(rows) - LINES, "more", "more")
    return "\n".join(
        [f"## {title} ({len(rows):,})", "", *(f"- {row}" for row in rows[:LINES]), *([f"- {rest}"] if rest else [])]
    )


def _ending(run: Run, found: tuple[causes.Cause, ...]) -> str:
    versions = ", ".join(f"{name} {code(version)}" for name, version in run.versions.items())
    return f"Next: {code(text.next_step(run, found[0].id if found else ''))}\n\nVersions: {versions or 'unknown'}"


def _rest(amount: int, word: str, plural: str = "") -> str:
    return f"and {text.many(amount, word, plural)} in the report" if amount > 0 else ""


def _table(heads: list[str], rows: list[list[str]], left: int, right: int = 0) -> str:
    """A table whose first `left` columns are words; of the others `right` (0: all) are numbers."""
    last = left + right if right else len(heads)
    rule = ["--:" if left <= index < last else "---" for index in range(len(heads))]
    # A pipe ends a cell even inside of code (GitHub-flavoured Markdown, tables).
    cells = [[cell.replace("|", r"\|") for cell in row] for row in [heads, rule, *rows]]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)
