"""A finding is new, still there, flaky or gone beside the last runs in its folder; not looked for is none of them."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from pathlib import Path

import pytest
from believable import believable
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from harness.finding import Finding
from harness.report import console, page, summary
from harness.report import history as histories
from harness.report.causes import causes
from harness.report.history import EarlierRun, FindingStanding, Seen, history
from harness.results import archive
from harness.results.outcome import Outcome, Run, State, fingerprint

FINDING = Finding("zendesk:A", "body", 200, "/id", "null is not of type integer", "type integer")
NAME = fingerprint(FINDING)
FOUND = Outcome("zendesk:A", "zendesk", "GET", "/a", "A", "read", "r", State.FINDINGS, findings=(FINDING,))
CLEAR = replace(FOUND, state=State.PASSED, findings=())
UNKNOWN = replace(CLEAR, state=State.ERROR)
OUTCOMES = {"F": FOUND, "c": CLEAR, "-": UNKNOWN}


def run_of(letter: str, number: int = 99) -> Run:
    started = f"2026-11-{number // 24 + 1:02d}T{number % 24:02d}:00:00+00:00"
    return replace(believable(), id=f"run-{number}", started=started, outcomes=(OUTCOMES[letter],))


def earlier(letters: str) -> tuple[EarlierRun, ...]:
    runs = []
    for number, letter in enumerate(letters):
        outcome = OUTCOMES[letter]
        found = {NAME: FINDING} if outcome.findings else {}
        keys = {NAME: ("zendesk:A",)} if outcome.findings else {}
        runs.append(EarlierRun(f"run-{number}", "", f"run-{number}", {"zendesk:A": outcome.state}, found, keys))
    return tuple(runs)


@pytest.mark.parametrize(
    ("before", "standing"),
    [
        ("c", "new"), ("-", "new"), ("ccc", "new"), ("F", "still there"), ("cF", "still there"), ("cFF", "still there"),
        ("F-", "still there"), ("Fc", "flaky"), ("FcF", "flaky"), ("cFc-", "flaky"),
    ],
)  # fmt: skip
def test_how_a_finding_of_the_run_stands(before: str, standing: str) -> None:
    past = history(run_of("F"), earlier(before))
    assert past.present[NAME].standing == standing
    assert past.standing_of(causes([FOUND])[0]) == standing
    assert past.counts()[FindingStanding(standing)] == 1
    assert past.present[NAME].seen[-1] is Seen.FOUND


@pytest.mark.parametrize(
    ("before", "standing"),
    [("F", "gone"), ("cF", "gone"), ("F-", "gone"), ("FcF", "flaky"), ("Fc", None), ("c", None), ("-", None)],
)
def test_how_a_finding_that_is_not_there_any_more_stands(before: str, standing: str | None) -> None:
    past = history(run_of("c"), earlier(before))
    assert [one.standing for one in past.gone.values()] == ([standing] if standing else [])


@pytest.mark.parametrize("before", ["F", "cF", "FcF"])
def test_what_was_not_looked_for_is_neither_gone_nor_flaky(before: str) -> None:
    assert not history(run_of("-"), earlier(before)).gone
    assert not history(replace(run_of("c"), outcomes=()), earlier(before)).gone


def test_what_is_waived_now_is_not_gone() -> None:
    waived = replace(run_of("c"), outcomes=(replace(CLEAR, waived=(replace(FINDING, waiver="W-1"),)),))
    assert not history(waived, earlier("F")).gone


def test_an_answer_without_success_says_nothing_of_successful_ones() -> None:
    no_success = replace(CLEAR, state=State.NO_SUCCESS)
    assert not history(replace(run_of("c"), outcomes=(no_success,)), earlier("F")).gone


def test_a_cause_of_new_and_old_findings_is_still_there() -> None:
    other = replace(FINDING, operation="zendesk:B")
    run = replace(run_of("F"), outcomes=(FOUND, replace(FOUND, key="zendesk:B", findings=(other,))))
    (cause,) = causes(run.outcomes)
    assert history(run, earlier("F")).standing_of(cause) is FindingStanding.STILL


@pytest.mark.parametrize(("before", "now", "words"), [
    ("", "F", ""),
    ("c", "F", "1 new beside the last run in the same folder"),
    ("cF", "F", "1 still there beside the last 2 runs in the same folder"),
    ("FcF", "F", "1 flaky beside the last 3 runs in the same folder"),
    ("F", "c", "1 gone beside the last run in the same folder"),
    ("c", "c", "no findings, then or now, beside the last run in the same folder"),
])  # fmt: skip
def test_the_history_in_one_line(before: str, now: str, words: str) -> None:
    assert histories.in_words(history(run_of(now), earlier(before))) == words


@given(st.text("Fc-", min_size=1, max_size=8), st.sampled_from("Fc-"))
def test_a_finding_stands_in_one_way_and_its_past_has_every_run(before: str, now: str) -> None:
    past = history(run_of(now), earlier(before))
    assert not set(past.present) & set(past.gone)
    assert sum(past.counts().values()) == len(past.present) + len(past.gone) <= 1
    assert all(len(one.seen) == len(before) + 1 for one in (*past.present.values(), *past.gone.values()))


def save(run: Run, folder: Path) -> Path:
    folder.mkdir()
    archive.save(run, folder)
    return folder


def test_the_runs_beside_a_run_are_read_the_oldest_first(tmp_path: Path) -> None:
    for number, letter in enumerate("Fc"):
        save(run_of(letter, number), tmp_path / f"run-{number}")
    save(run_of("F", 50), tmp_path / "later-than-this-one")
    save(replace(run_of("F", 1), targets={"zendesk": "another org"}), tmp_path / "of-another-org")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "run.json").write_text("{")
    (tmp_path / "latest").symlink_to("run-1")
    past = histories.of_run(run_of("F", 9), save(run_of("F", 9), tmp_path / "run-9"))
    assert [one.folder for one in past.runs] == ["run-0", "run-1"]
    assert past.present[NAME].seen == (Seen.FOUND, Seen.CLEAR, Seen.FOUND)
    assert past.present[NAME].standing is FindingStanding.FLAKY


def test_console_and_summary_say_the_same_as_the_page(tmp_path: Path) -> None:
    for number, letter in enumerate("Fc"):
        save(run_of(letter, number), tmp_path / f"run-{number}")
    run = run_of("F", 9)
    folder = save(run, tmp_path / "run-9")
    screen = io.StringIO()
    console.close(run, folder, Console(file=screen, highlight=False, width=120))
    line = "1 flaky beside the last 2 runs in the same folder"
    assert f"History  {line}" in screen.getvalue()
    assert f"History: {line}." in summary.write(run, folder).read_text().splitlines()
    assert '<b class="standing flaky">1</b> flaky' in page.write(run, folder).read_text()


def test_a_first_run_has_no_history(tmp_path: Path) -> None:
    run = run_of("F", 9)
    folder = save(run, tmp_path / "run-9")
    screen = io.StringIO()
    console.close(run, folder, Console(file=screen, highlight=False, width=120))
    assert "History" not in screen.getvalue() + summary.write(run, folder).read_text()


def test_a_run_that_was_written_again_is_read_again(tmp_path: Path) -> None:
    folder = save(run_of("F", 1), tmp_path / "run-1")
    assert histories.of_run(run_of("F", 9), tmp_path / "run-9").present[NAME].standing is FindingStanding.STILL
    archive.save(run_of("c", 1), folder)
    assert histories.of_run(run_of("F", 9), tmp_path / "run-9").present[NAME].standing is FindingStanding.NEW


def test_only_the_last_runs_are_read(tmp_path: Path) -> None:
    for number in range(histories.RUNS + 3):
        save(run_of("c", number), tmp_path / f"run-{number}")
        os.utime(tmp_path / f"run-{number}" / "run.json", ns=(number, number))
    runs = histories.earlier_runs(run_of("F"), tmp_path / "now")
    assert [one.id for one in runs] == [f"run-{number}" for number in range(3, histories.RUNS + 3)]


def test_a_run_whose_results_are_damaged_is_passed_over(tmp_path: Path) -> None:
    folder = save(run_of("F", 1), tmp_path / "run-1")
    (folder / "results.ndjson").write_bytes(b'{"key": 7}\n')
    assert histories.of_run(run_of("F", 2), tmp_path / "run-2").runs == ()


def test_the_page_shows_how_the_run_stands(tmp_path: Path) -> None:
    save(run_of("F", 1), tmp_path / "run 1")
    folder = save(run_of("F", 2), tmp_path / "run-2")
    html = page.write(run_of("F", 2), folder).read_text()
    assert 'href="../run%201/index.html"' in html
    assert 'data-standing="still there"' in html
    assert '<select name="standing">' in html
    assert 'id="history"' not in page.render(run_of("F", 2))
