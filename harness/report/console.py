"""Console: progress while a run goes on, and the closing table at its end."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from harness.report import history as histories
from harness.report import text
from harness.report.digest import AGAINST, Digest, digest, figures
from harness.report.time_left import ExpectedWork, TimeLeft
from harness.results.outcome import NOT_TRIED, Outcome, Run, State, fingerprint
from harness.results.totals import Totals, count
from harness.vendors import title as vendor_title

STYLES = {"read": "green", "write": "blue", "admin": "magenta", "outbound": "yellow", "destructive": "red"}
"""One colour a tier; the page uses the same."""

LINE_INTERVAL = 10.0
"""Seconds between two lines of progress where the output is no terminal."""

ALMOST_DONE = 10.0
"""Seconds that are not worth a number."""

TOP = 8
WIDE = 120
"""Columns of a screen on which the table of totals is whole."""

# On a narrower one, operations with these states are only listed below the table.
_LEFT_OUT = frozenset({State.UNJUDGED, State.ERROR, State.UNSUPPORTED})
_LISTS = {
    **dict.fromkeys(AGAINST, ""),
    "Still there": "red", "No verdict": "yellow", "Not judged": "yellow", "Unsupported": "dim", "Notes": "dim",
}  # fmt: skip


class Progress:
    """Shows how far a run is, from `start` to `stop`; each outcome comes by `add`.

    `expected` is how many operations will be tried, by what outputs call an org. On a terminal the bars stay in place
    and vanish at the end; elsewhere one plain line comes every ten seconds. Safe to call from several threads.
    """

    def __init__(
        self, expected: Mapping[str, int], console: Console | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.expected = dict(expected)
        self.console = console or Console(highlight=False)
        self.clock = clock
        self.done = dict.fromkeys(self.expected, 0)
        self.totals = Totals()
        self.findings: set[str] = set()
        self.time_left = TimeLeft()
        self.removals = 0
        self.removed = 0
        self.started = self.last_line = clock()
        self._lock = threading.Lock()
        self._live = (
            Live(get_renderable=self.render, console=self.console, refresh_per_second=4, transient=True)
            if self.console.is_terminal
            else None
        )

    def expect(self, work: ExpectedWork) -> None:
        """Say which tests there are, once they are known."""
        with self._lock:
            self.time_left = TimeLeft(work)
            self.expected |= Counter(task.org for task in work.tasks.values())

    def begin(self, test: str) -> None:
        """A test begins."""
        with self._lock:
            self.time_left.begin(self._elapsed(), test)

    def add(self, outcome: Outcome, org: str = "", test: str = "") -> None:
        """Count one finished test; `org` is what outputs call its org, where that is not its vendor."""
        org = org or outcome.vendor
        with self._lock:
            self.totals += count((outcome,))
            self.findings |= set(map(fingerprint, outcome.findings))
            if outcome.state not in NOT_TRIED:
                self.done[org] = self.done.get(org, 0) + 1
            self.time_left.end(self._elapsed(), test, outcome.requests, outcome.seconds)
            self._print_when_due()

    def begin_removal(self, records: int, requests: Mapping[str, float]) -> None:
        """All tests are over, and what they made is taken back; `requests` are those it takes, by org."""
        with self._lock:
            self.removals = records
            self.time_left.begin_removal(self._elapsed(), requests)

    def add_removal(self, org: str, requests: float) -> None:
        """A record is taken back."""
        with self._lock:
            self.removed += 1
            self.time_left.removed(org, requests)
            self._print_when_due()

    def _elapsed(self) -> float:
        return self.clock() - self.started

    def _print_when_due(self) -> None:
        """Where nothing stays in place, a line now and then."""
        if self._live is None and self.clock() - self.last_line >= LINE_INTERVAL:
            self.last_line = self.clock()
            self.console.print(self.line(), soft_wrap=True)

    def line(self) -> Text:
        """The whole state in one line: `412/715 operations · 12,345 requests · 210/s · 14 findings · …`."""
        totals, elapsed = self.totals, self._elapsed()
        parts = [
            f"{sum(self.done.values()):,}/{sum(self.expected.values()):,} operations",
            text.many(totals.requests, "request"),
            f"{totals.requests / elapsed:,.0f}/s" if elapsed else "",
            text.many(len(self.findings), "finding"),
            f"{totals.refused:,} refused" if totals.refused else "",
            f"{self.removed:,}/{self.removals:,} records taken back" if self.removals else "",
            self._left(elapsed),
        ]
        return Text(" · ".join(part for part in parts if part), style="dim" if self.console.is_terminal else "")

    def render(self) -> RenderableType:
        """The bars of all orgs over the line."""
        grid = Table.grid(padding=(0, 2))
        for org, total in self.expected.items():
            done = self.done.get(org, 0)
            bar = ProgressBar(total=max(total, 1), completed=done, width=40, complete_style="cyan")
            grid.add_row(Text(text.visible(vendor_title(org))), bar, Text(f"{done:,}/{total:,}", style="dim"))
        return Group(grid, self.line())

    def _left(self, elapsed: float) -> str:
        seconds = self.time_left.seconds(elapsed)
        if seconds is None:
            return ""
        return "almost done" if seconds < ALMOST_DONE else f"about {text.duration(seconds)} left"

    def start(self) -> None:
        """Show the bars, where there is a terminal."""
        if self._live is not None:
            self._live.start()

    def stop(self) -> None:
        """Take the bars away."""
        if self._live is not None:
            self._live.stop()


def close(run: Run, folder: Path | None, console: Console | None = None) -> None:
    """Print the end of a run: the table, the heaviest causes, what was refused, where the report is, what is next.

    Without a folder, no disk took the report.
    """
    console = console or Console(highlight=False)
    shown = digest(run)
    for block in _blocks(shown, is_wide=console.width >= WIDE):
        console.print()
        console.print(block)
    console.print()
    console.print(_ending(shown, folder), soft_wrap=True)
    console.print()


def _blocks(shown: Digest, *, is_wide: bool) -> Iterator[RenderableType]:
    yield _opening(shown.run)
    yield _matrix(shown, is_wide)
    if shown.orgs:
        yield _side_by_side(shown)
    if shown.differences:
        yield _differences(shown)
    if shown.causes:
        yield _causes(shown, is_wide)
    if shown.refusals:
        yield _refusals(shown, is_wide)
    for title, style in _LISTS.items():
        if rows := shown.lists[title]:
            yield _list(title, rows, style)


def _opening(run: Run) -> Text:
    facts = f"permit {text.permitted(run)} · seed {run.seed} · {text.duration(run.seconds)}"
    return Text.assemble(
        (text.visible(run.id), "bold"), "\n", (text.visible(f"{text.places(run)}\n{facts}", keep="\n"), "dim")
    )


def _matrix(shown: Digest, is_wide: bool) -> Table:
    left_out = set() if is_wide else {text.STATES[state] for state in _LEFT_OUT}
    columns = [column for column in figures(shown.total) if column not in left_out]
    table = _table("org" if shown.orgs else "vendor", "tier")
    table.collapse_padding = not is_wide
    for column in columns:
        short = "ops" if column == "operations" else column
        table.add_column(column if is_wide else short, justify="right", no_wrap=True)
    table.add_column("with 2xx" if is_wide else "2xx", justify="right", no_wrap=True)
    last = ""
    for (org, tier), cell in shown.cells.items():
        name = Text(text.visible(org) if org != last else "")
        table.add_row(name, _tier(tier), *_cells(cell, columns))
        last = org
    table.add_section()
    table.add_row(Text("all", style="bold"), "", *_cells(shown.total, columns))
    return table


def _cells(cell: Totals, columns: Sequence[str]) -> Iterator[Text]:
    numbers = figures(cell)
    for column in columns:
        is_bad = column == text.STATES[State.FINDINGS]
        yield _number(numbers[column], style="bold red" if is_bad else "")
    yield Text(text.percent(cell.share))


def _number(value: int, style: str = "") -> Text:
    return Text(text.number(value), style=style) if value else Text("·", style="dim")


def _tier(name: str) -> Text:
    return Text(text.visible(name), style=STYLES.get(name, ""))


def _side_by_side(shown: Digest) -> Group:
    """What each org's operations add up to, one column an org."""
    table = _table("")
    table.columns[0].style = "dim"
    for name in shown.orgs:
        table.add_column(Text(_clean(name, 30)), justify="right", no_wrap=True)
    for column, amount in figures(shown.total).items():
        if amount:
            is_bad = column == text.STATES[State.FINDINGS]
            numbers = [figures(totals)[column] for totals in shown.orgs.values()]
            table.add_row(Text(column), *(_number(number, "bold red" if is_bad else "") for number in numbers))
    table.add_row(Text("with 2xx"), *(Text(text.percent(totals.share)) for totals in shown.orgs.values()))
    return _section("Side by side", table)


def _differences(shown: Digest) -> Group:
    """The operations that did not end alike on all orgs of their vendor, one column an org."""
    table = _table("operation")
    for name in shown.orgs:
        table.add_column(Text(_clean(name, 30)))
    for row in shown.differences[:TOP]:
        states = (_state(row.outcomes[name]) if name in row.outcomes else Text("") for name in shown.orgs)
        table.add_row(Text(_clean(row.first.key, 80), overflow="fold"), *states)
    title = text.many(len(shown.differences), "operation differs", "operations differ")
    return _section(f"{title} between orgs", table, text.rest(len(shown.differences) - TOP, "operation"), "yellow")


def _state(outcome: Outcome | None) -> Text:
    """How an operation ended on one org."""
    if outcome is None:
        return Text("not there", style="dim")
    state = text.STATES[outcome.state]
    if outcome.state is State.FINDINGS:
        return Text(text.many(len(outcome.findings), "finding"), style="bold red")
    return Text(state, style="" if outcome.state is State.PASSED else "yellow")


def _causes(shown: Digest, is_wide: bool) -> Group:
    table = _table("id", "operations" if is_wide else "ops", "where", *(["orgs"] if shown.orgs else []), "what")
    table.columns[1].justify = "right"
    table.columns[2].max_width = 40 if is_wide else 26
    _last_gives_way(table)
    for cause in shown.causes[:TOP]:
        table.add_row(
            Text(cause.id, style="dim", no_wrap=True),
            Text(text.number(len(cause.operations)), style="bold"),
            Text(_clean(cause.place, 60), overflow="fold"),
            *([Text(_clean(", ".join(cause.targets), 40))] if shown.orgs else []),
            Text(_clean(cause.message, 200)),
        )
    return _section(shown.heading, table, text.rest(len(shown.causes) - TOP, "cause"))


def _refusals(shown: Digest, is_wide: bool) -> Group:
    table = _table("tier", "rule", *(("operations", "requests") if is_wide else ("ops", "reqs")), "for example")
    table.columns[2].justify = table.columns[3].justify = "right"
    table.columns[1].max_width = 24
    _last_gives_way(table)
    for group in shown.refusals[:TOP]:
        example = group.examples[0].request or group.examples[0].operation
        table.add_row(
            _tier(group.tier),
            Text(_clean(group.rule, 40)),
            _number(group.operations),
            _number(group.requests),
            Text(_clean(example, 60), style="dim", overflow="fold"),
        )
    return _section("Refused by the gate", table, text.rest(len(shown.refusals) - TOP, "rule"))


def _list(title: str, rows: Sequence[tuple[str, ...]], style: str) -> Group:
    body = Text("\n".join("  " + _clean(": ".join(row), 200) for row in rows[:TOP]))
    return _section(title, body, text.rest(len(rows) - TOP), style)


def _ending(shown: Digest, folder: Path | None) -> Text:
    """What was found, and what to do next: lines that no column cuts, so that a path or a command can be pasted."""
    code = shown.run.exit_code
    report = text.near(folder / "index.html") if folder else "could not be written anywhere"
    ending = Text(str(code), style=f"bold {'red' if code else 'green'}")
    history = histories.in_words(histories.of_run(shown.run, folder)) if folder else ""
    lines = [
        Text.assemble(("Found    ", "dim"), text.found(shown.counts)),
        *([Text.assemble(("History  ", "dim"), history)] if history else []),
        Text.assemble(("Report   ", "dim"), text.visible(report)),
        Text.assemble(("Exit     ", "dim"), ending, f"  {text.meaning(shown.run)}"),
        Text.assemble(("Next     ", "dim"), text.visible(shown.next_step)),
    ]
    return Text("\n").join(lines)


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
