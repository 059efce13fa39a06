"""What was refused is kept once, in memory and on disk, and a file that is damaged hides none of the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.transport import monitor as monitor_module
from harness.transport.monitor import EgressAttempt, Monitor, read

FIRST, SECOND = (
    EgressAttempt("a connection to 192.0.2.1:80", "suite.py:1"),
    EgressAttempt("the program curl", "suite.py:2"),
)


def test_the_same_attempt_is_kept_once() -> None:
    monitor = Monitor()
    for attempt in (FIRST, SECOND, FIRST):
        monitor.add(attempt)
    assert monitor.attempts == [FIRST, SECOND]


def test_a_loop_does_not_fill_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitor_module, "_MOST_ATTEMPTS", 3)
    monitor = Monitor()
    for number in range(5):
        monitor.add(EgressAttempt("a socket", f"suite.py:{number}"))
    assert len(monitor.attempts) == 3


def test_what_was_refused_before_there_was_a_file_is_written_first(tmp_path: Path) -> None:
    monitor = Monitor(attempts=[FIRST])
    monitor.write_to(tmp_path / "attempts")
    monitor.add(SECOND)
    assert read(tmp_path / "attempts") == [FIRST, SECOND]


def test_processes_of_one_run_write_into_one_file(tmp_path: Path) -> None:
    for attempt in (FIRST, SECOND):
        worker = Monitor()
        worker.write_to(tmp_path / "attempts")
        worker.add(attempt)
    assert read(tmp_path / "attempts") == [FIRST, SECOND]


def test_a_folder_that_is_gone_costs_the_file_and_not_the_attempt(tmp_path: Path) -> None:
    monitor = Monitor(journal=tmp_path / "gone" / "attempts")
    monitor.add(FIRST)
    assert monitor.attempts == [FIRST]
    assert read(tmp_path / "gone" / "attempts") == []


def test_a_line_that_the_disk_cut_hides_no_other(tmp_path: Path) -> None:
    (tmp_path / "attempts").write_bytes(
        b'["a socket to x", "suite.py:1"]\n["cut", "su["a]\n[1]\n{}\n\xff\n["late", "b"]\n'
    )
    assert read(tmp_path / "attempts") == [EgressAttempt("a socket to x", "suite.py:1"), EgressAttempt("late", "b")]
