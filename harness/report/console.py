"""Console: calm progress while a run goes on, and the table at its end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from harness.report import causes, refusals, text
from harness.results.outcome import Outcome, Run, State, Totals, count, matrix, operations

STYLES = {"read": "green", "write": "blue", "admin": "magenta", "outbound": "yellow", "destructive": "red"}
"""One colour a tier; the page uses the same."""

CALM = 10.0
"""Seconds between two lines where no terminal listens."""

TOP = 8
WIDE = 100
_NOT_TRIED = frozenset({State.REFUSED, State.UNSUPPORTED})


class Progress:
    """Shows how far a run is: `with Progress({"zendesk": 313}) as progress: progress.add(outcome)`.

    `expected` is how many operations will be tried, by vendor. On a terminal the bars stay in place and vanish at the
    end; elsewhere one plain line comes every ten seconds. Safe to call from several threads.
    """

    def __init__(
        self, expected: Mapping[str, int], console: Console | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.expected = dict(expected)
        self.console = console or Console(highlight=False)
        self.clock = clock
        self.done = dict.fromkeys(self.expected, 0)
        self.totals = Totals()
        self.begun = self.told = clock()
        self._lock = threading.Lock()
        self._live = (
            Live(get_renderable=self.render, console=self.console, refresh_per_second=4, transient=True)
            if self.console.is_terminal
            else None
        )

    def add(self, outcome: Outcome) -> None:
        """Count one finished operation."""
        with self._lock:
            self.totals += count((outcome,))
            if outcome.state not in _NOT_TRIED:
                self.done[outcome.vendor] = self.done.get(outcome.vendor, 0) + 1
            if self._live is None and self.clock() - self.told >= CALM:
                self.told = self.clock()
                self.console.print(self.line(), soft_wrap=True)

    def line(self) -> Text:
        """The whole state in one line: `412/715 operations · 12,345 requests · 210/s · 14 findings · …`."""
        totals, elapsed = self.totals, self.clock() - self.begun
        parts = [
            f"{sum(self.done.values()):,}/{sum(self.expected.values()):,} operations",
            text.many(totals.requests, "request"),
            f"{totals.requests / elapsed:,.0f}/s" if elapsed else "",
            text.many(totals.findings, "finding"),
            f"{totals.refused:,} refused" if totals.refused else "",
            self._left(elapsed),
        ]
        return Text(" · ".join(part for part in parts if part), style="dim" if self.console.is_terminal else "")

    def render(self) -> RenderableType:
        """The bars of all vendors over the line."""
        grid = Table.grid(padding=(0, 2))
        for vendor, total in self.expected.items():
            done = self.done[vendor]
            bar = ProgressBar(total=max(total, 1), completed=done, width=40, complete_style="cyan")
            grid.add_row(Text(text.VENDORS.get(vendor, vendor)), bar, Text(f"{done:,}/{total:,}", style="dim"))
        return Group(grid, self.line())

    def _left(self, elapsed: float) -> str:
        done, expected = sum(self.done.values()), sum(self.expected.values())
        # Too early, a guess would only jump about.
        if elapsed < 5 or done * 50 < expected or done >= expected:
            return ""
        return f"about {text.duration(max(elapsed / done * (expected - done), 10))} left"

    def __enter__(self) -> Progress:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()


def close(run: Run, folder: Path | None, console: Console | None = None) -> None:
    """Print the end of a run: the table, the heaviest causes, what was refused, where the report is, what is next.

    Without a folder, no disk took the report.
    """
    console = console or Console(highlight=False)
    for block in _blocks(run, folder, console.width):
        console.print()
        console.print(block)
    console.print()


def _blocks(run: Run, folder: Path | None, width: int) -> Iterator[RenderableType]:
    found = causes.causes(run.outcomes)
    yield _opening(run)
    yield _matrix(run, width)
    if found:
        yield _causes(found, width)
    if held := refusals.of(run.outcomes):
        yield _refusals(held, width)
    if run.leftovers:
        yield _list("Still there", run.leftovers, "red")
    if broken := [one for one in run.outcomes if one.state is State.BROKEN]:
        yield _list("No verdict", [f"{one.key}: {one.detail}" for one in broken], "yellow")
    if run.notes:
        yield _list("Notes", run.notes, "dim")
    yield _ending(run, folder, text.next_step(run, found[0].id if found else ""))


def _opening(run: Run) -> Text:
    facts = f"permit {text.permitted(run)} · seed {run.seed} · {text.duration(run.seconds)}"
    return Text.assemble(
        (text.visible(run.id), "bold"), "\n", (text.visible(f"{text.places(run)}\n{facts}", keep="\n"), "dim")
    )


def _matrix(run: Run, width: int) -> Table:
    heads = ("operations", "passed", "findings", "refused", "unsupported", "requests", "with 2xx")
    short = ("ops", "passed", "findings", "refused", "unsupp.", "requests", "2xx")
    table = _table("vendor", "tier")
    for head in heads if width >= WIDE else short:
        table.add_column(head, justify="right", no_wrap=True)
    last = ""
    for (vendor, tier), cell in matrix(run.outcomes).items():
        name, last = vendor if vendor != last else "", vendor
        table.add_row(Text(text.visible(name)), Text(text.visible(tier), style=STYLES.get(tier, "")), *_cells(cell))
    total = count(operations(run.outcomes))
    table.add_section()
    table.add_row(Text("all", style="bold"), "", *_cells(total))
    return table


def _cells(cell: Totals) -> list[Text]:
    plain = (
        cell.operations, cell.passed, cell.deviating, cell.refused, cell.unsupported, cell.requests,
    )  # fmt: skip
    cells = [Text(text.number(value) if value else "·", style="" if value else "dim") for value in plain]
    if cell.deviating:
        cells[2].stylize("bold red")
    return [*cells, Text(text.percent(cell.share))]


def _causes(found: tuple[causes.Cause, ...], width: int) -> Group:
    table = _table("id", "operations" if width >= WIDE else "ops", "where", "what")
    table.columns[1].justify = "right"
    table.columns[2].max_width = max(16, width // 3)
    _last_gives_way(table)
    for cause in found[:TOP]:
        amount = Text(text.number(len(cause.operations)), style="bold")
        where = Text(_clean(cause.place, 60), overflow="fold")
        table.add_row(Text(cause.id, style="dim", no_wrap=True), amount, where, Text(_clean(cause.message, 200)))
    rest = f"and {text.many(len(found) - TOP, 'more cause')} in the report" if len(found) > TOP else ""
    findings = sum(cause.findings for cause in found)
    title = f"{text.many(findings, 'finding')}, {text.many(len(found), 'cause')}"
    return _section(title, table, rest)


def _refusals(held: tuple[refusals.Held, ...], width: int) -> Group:
    table = _table("tier", "rule", *(("operations", "requests") if width >= WIDE else ("ops", "reqs")), "for example")
    table.columns[2].justify = table.columns[3].justify = "right"
    table.columns[1].max_width = 24
    _last_gives_way(table)
    for row in held[:TOP]:
        example = row.examples[0].request or row.examples[0].operation
        numbers = [Text(text.number(value) if value else "·") for value in (row.operations, row.requests)]
        tier = Text(text.visible(row.tier), style=STYLES.get(row.tier, ""))
        table.add_row(
            tier, Text(_clean(row.rule, 40)), *numbers, Text(_clean(example, 60), style="dim", overflow="fold")
        )
    rest = f"and {text.many(len(held) - TOP, 'more rule')} in the report" if len(held) > TOP else ""
    return _section("Refused by the gate", table, rest)


def _list(title: str, lines: Iterator[str] | tuple[str, ...] | list[str], style: str) -> Group:
    shown = list(lines)
    body = Text("\n".join("  " + _clean(line, 200) for line in shown[:TOP]))
    rest = f"and {len(shown) - TOP:,} more in the report" if len(shown) > TOP else ""
    return _section(title, body, rest, style)


def _ending(run: Run, folder: Path | None, step: str) -> Table:
    grid = Table.grid(padding=(0, 2))
    colour = "green" if run.exit_code == 0 else "red"
    meaning = text.meaning(run)
    report = str(_near(folder / "index.html")) if folder else "could not be written anywhere"
    grid.add_row(Text("Report", style="dim"), Text(report, overflow="fold"))
    grid.add_row(
        Text("Exit", style="dim"), Text(f"{run.exit_code}", style=f"bold {colour}").append(f"  {meaning}", "not bold")
    )
    grid.add_row(Text("Next", style="dim"), Text(text.visible(step), overflow="fold"))
    return grid


def _near(path: Path) -> Path:
    """The path as it would be typed from here."""
    try:
        return path.resolve().relative_to(Path.cwd())
    except ValueError:
        return path


def _table(*heads: str) -> Table:
    table = Table(box=None, padding=(0, 1), header_style="dim", pad_edge=False)
    for head in heads:
        table.add_column(head)
    return table


def _last_gives_way(table: Table) -> None:
    """On a narrow screen the last column is cut, not those before it."""
    table.expand = True
    for column in table.columns:
        column.no_wrap, column.overflow = True, "ellipsis"
    table.columns[-1].ratio = 1


def _section(title: str, body: RenderableType, rest: str = "", style: str = "") -> Group:
    parts: list[RenderableType] = [Text(title, style=f"bold {style}".strip()), body]
    return Group(*parts, Text(rest, style="dim")) if rest else Group(*parts)


def _clean(raw: str, size: int) -> str:
    return text.cut(text.visible(raw), size)
