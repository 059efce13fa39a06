"""The console is calm without a terminal, fits 80 columns, and lets no server draw on it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from believable import believable, two_orgs
from rich.console import Console

from harness.report import console
from harness.report.time_left import ExpectedWork, Task
from harness.results.outcome import Run, State


def closing(run: Run, **how: object) -> str:
    file = io.StringIO()
    console.close(run, Path("reports/x"), Console(file=file, highlight=False, **{"width": 80, **how}))
    return file.getvalue()


def test_the_closing_table_tells_what_a_person_wants_to_know() -> None:
    told = closing(believable())
    for words in (
        "permit read, write",
        "zendesk read",
        "no 2xx",
        "destructive",
        "1,310",
        "Refused by the gate",
        "No verdict",
        "index.html",
    ):
        assert words in told
    assert "Exit     1  new findings" in told
    assert "deskcheck replay" in told


@pytest.mark.parametrize("hostile", [False, True])
@pytest.mark.parametrize("width", [80, 120])
def test_every_line_fits(hostile: bool, width: int) -> None:
    assert max(map(len, closing(believable(hostile=hostile), width=width).splitlines())) <= width


def test_tiers_are_never_cut_at_80_columns() -> None:
    assert "…" not in closing(believable()).split("findings, ")[0]


def test_a_server_cannot_draw_on_the_terminal() -> None:
    told = closing(believable(hostile=True))
    assert "\x1b" not in told
    assert "\x00" not in told
    assert "\\x1b[31mred" in closing(believable(hostile=True), width=400)


def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    coloured = closing(believable(), force_terminal=True, color_system="standard")
    monkeypatch.setenv("NO_COLOR", "1")
    plain = closing(believable(), force_terminal=True, color_system="standard")
    assert "\x1b[31m" in coloured or "\x1b[1;31m" in coloured
    assert "31m" not in plain


def test_leftovers_are_named() -> None:
    told = closing(replace(believable(), leftovers=("zendesk ticket 35",), exit_code=5))
    assert "Still there" in told
    assert "zendesk ticket 35" in told
    assert "deskcheck sweep --run 20261121-143005-7c1f" in told


def test_a_good_run_is_short() -> None:
    run = believable()
    passed = tuple(replace(one, refusals=()) for one in run.outcomes if one.state is State.PASSED)
    good = replace(run, exit_code=0, notes=(), outcomes=passed)
    assert "Refused" not in closing(good)
    assert "Exit     0  nothing new" in closing(good)


def clock(*seconds: float) -> Iterator[float]:
    yield from seconds
    while True:
        yield seconds[-1]


def progress(file: io.StringIO, *seconds: float, terminal: bool = False) -> console.Progress:
    expected = {"zendesk": 400, "zoho": 400}
    out = Console(file=file, width=80, force_terminal=terminal, highlight=False)
    return console.Progress(expected, out, clock(*seconds).__next__)


def test_without_a_terminal_a_line_comes_every_ten_seconds() -> None:
    now = [0.0]
    file = io.StringIO()
    out = Console(file=file, width=80, highlight=False)
    shown = console.Progress({"zendesk": 400, "zoho": 400}, out, lambda: now[0])
    outcomes = [replace(outcome, seconds=0.04) for outcome in believable().outcomes]
    shown.expect(ExpectedWork({outcome.key: Task("reads", outcome.vendor, 10) for outcome in outcomes}))
    shown.start()
    for index, outcome in enumerate(outcomes):
        now[0] = index * 0.05  # 1,310 operations in 65 s
        shown.begin(outcome.key)
        shown.add(outcome, test=outcome.key)
    shown.stop()
    lines = file.getvalue().splitlines()
    assert len(lines) == 6
    assert "/1,310 operations" in lines[0]
    assert "requests" in lines[0]
    assert "left" in lines[0]


def test_refused_operations_do_not_count_as_progress() -> None:
    shown = progress(io.StringIO(), 0.0)
    for outcome in believable().outcomes:
        shown.add(outcome)
    tried = [one for one in believable().outcomes if one.state not in (State.REFUSED, State.UNSUPPORTED)]
    assert sum(shown.done.values()) == len(tried)
    assert shown.totals.operations == 1310


def test_a_guess_of_the_rest_waits_until_it_is_worth_something() -> None:
    shown = progress(io.StringIO(), 0.0, 2.0)
    assert "left" not in shown.line().plain


def test_the_last_seconds_are_no_number() -> None:
    shown = progress(io.StringIO(), 0.0, 1.0, 20.0)
    shown.expect(ExpectedWork({"one": Task("reads", "zendesk", 10)}))
    shown.begin("one")
    shown.add(replace(believable().outcomes[0], seconds=19.0), test="one")
    assert shown.line().plain.endswith("almost done")


def test_what_is_taken_back_is_counted() -> None:
    shown = progress(io.StringIO(), 0.0, 20.0, 25.0)
    shown.begin_removal(300, {"zendesk": 900})
    shown.add_removal("zendesk", 3)
    assert "1/300 records taken back" in shown.line().plain
    assert "left" in shown.line().plain


def test_on_a_terminal_the_bars_vanish_at_the_end() -> None:
    file = io.StringIO()
    shown = progress(file, 0.0, 1.0, terminal=True)
    shown.start()
    shown.add(believable().outcomes[0])
    shown.stop()
    assert "Zoho Desk" in file.getvalue()
    assert "\x1b[2K" in file.getvalue()  # erased again


@pytest.mark.parametrize("hostile", [False, True])
@pytest.mark.parametrize("width", [80, 120])
def test_several_orgs_stand_in_columns_and_every_line_fits(hostile: bool, width: int) -> None:
    told = closing(two_orgs(hostile), width=width)
    assert "Side by side" in told
    assert "2 operations differ between orgs" in told
    assert max(map(len, told.splitlines())) <= width
    assert "\x1b" not in told


def test_what_differs_between_orgs_says_how_it_ended_on_each() -> None:
    told = closing(two_orgs(), width=120)
    rows = [line.split() for line in told.splitlines() if line.startswith("zendesk:")]
    assert ["passed", "no", "2xx"] in [row[1:] for row in rows]
    assert ["not", "there"] in [row[-2:] for row in rows]
    assert "Zendesk on eu and us, Zoho Desk on embedded" in told


def test_one_org_a_vendor_is_told_as_ever() -> None:
    assert "Side by side" not in closing(believable())
