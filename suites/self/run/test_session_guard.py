"""What a run still says of what was tried past the guard, also after its report."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.run import session_guard
from harness.transport.monitor import EgressAttempt, Monitor


class Config:
    """As much of pytest's configuration as a monitor needs."""

    def __init__(self, *attempts: EgressAttempt) -> None:
        self.stash = pytest.Stash()
        self.stash[session_guard.MONITOR] = Monitor(attempts=list(attempts))


EARLY, LATE = EgressAttempt("the program curl", "a.py:1"), EgressAttempt("a connection to 192.0.2.1:80", "b.py:2")


def test_what_workers_wrote_and_what_was_seen_here_is_told_once(tmp_path: Path) -> None:
    (tmp_path / session_guard.ATTEMPTS).write_text('["the program curl", "a.py:1"]\n', encoding="utf-8")
    assert session_guard.attempts(Config(EARLY, LATE), tmp_path) == [EARLY, LATE]


def test_what_was_tried_while_the_report_was_written_changes_the_exit_code(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_guard, "_sessions", [1, 2])
    assert session_guard.exit_code_after_report(Config(EARLY), [EARLY], 0) == 0
    assert session_guard.exit_code_after_report(Config(EARLY, LATE), [EARLY], 0) == 3
    assert "192.0.2.1:80" in capsys.readouterr().err
    assert session_guard.exit_code_after_report(Config(EARLY, LATE), [EARLY], 5) == 5
