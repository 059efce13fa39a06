"""What a killed run left is found by another user on another machine, its folder gone; a live run's is left alone."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import kills, orphans
from benchmarks.attack import Watch, differences
from benchmarks.elsewhere import elsewhere
from benchmarks.lab import Lab, kill, lab

RUN = ("run", "--target", "acme", "--only", "zendesk:CreateOrganization", "--only", "zendesk:*TicketContentPin",
       "--budget", "4", "--allow", "read,write", "--report-dir", "reports/one")  # fmt: skip


@pytest.fixture
def org(tmp_path: Path) -> Iterator[Lab]:
    home = tmp_path / "home"
    home.mkdir()
    with lab(home) as one:
        yield one


def sweep(org: Lab, *words: str) -> tuple[int, str]:
    return org.run("sweep", "--orphans", "--target", "acme", *words)


@pytest.mark.parametrize(
    "one",
    list(kills.plan(3, 2, phases=("run", "teardown"), victims=("all",))),
    ids=lambda one: f"{one.workers} workers",
)
def test_every_record_with_a_mark_is_taken_back_and_no_stranger_s_is_touched(one: kills.Kill) -> None:
    result = orphans.attempt(one)
    assert result.verdict not in orphans.BAD, f"{orphans.line(result)}\n{result.output}"


def test_a_lost_run_is_shown_first_and_removed_with_every_flag(org: Lab, tmp_path: Path) -> None:
    before = org.rows()
    run = Watch(org, org.start(*RUN), org.folder / "reports" / "one")
    assert run.until(lambda watch: watch.created > 8)
    kill(run.process)
    shutil.rmtree(org.folder / "reports")
    made = differences(before, org.rows())
    assert made
    away = elsewhere(org, tmp_path / "away")
    for flags, code, says in (
        (("--dry-run",), 0, "created by our user"),
        ((), 3, "add --allow destructive --confirm acme"),
        (("--allow", "destructive"), 3, "Add --confirm acme"),
    ):
        assert sweep(away, *flags)[0] == code
        assert says in sweep(away, *flags)[1]
        assert differences(before, org.rows()).keys() == made.keys()
    code, said = sweep(away, "--allow", "destructive", "--confirm", "acme")
    assert (code, differences(before, org.rows())) == (0, {}), said
    first, *others = sweep(away)[1].splitlines()
    assert first == "acme: 0 records of 0 lost runs"
    assert all(line.startswith("  not looked for") for line in others), others


def test_a_run_that_goes_on_keeps_what_it_made_and_ends_as_ever(org: Lab) -> None:
    before = org.rows()
    run = Watch(org, org.start(*RUN, "--workers", "2"), org.folder / "reports" / "one")
    assert run.until(lambda watch: watch.created > 3)
    os.killpg(run.process.pid, signal.SIGSTOP)  # it goes on, however long the sweep takes
    code, said = sweep(org, "--allow", "destructive", "--confirm", "acme", "--report-dir", str(org.folder / "nowhere"))
    os.killpg(run.process.pid, signal.SIGCONT)
    output, _ = run.process.communicate(timeout=300)
    assert code == 0, said
    assert said.startswith("acme: 0 records of 0 lost runs")
    assert "its run still goes on" in said
    assert run.process.returncode == 0, output
    assert differences(before, org.rows()) == {}
