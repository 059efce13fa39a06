"""A recording hears of everything that was sent, and knows of some of it what it was for."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from harness.checks import UPKEEP
from harness.exchange import Exchange, Request, Response
from harness.masking import Mask
from harness.traffic import har
from harness.traffic.recording import HELD, Recording, RecordingAccount, account


def exchange(name: str) -> Exchange:
    return Exchange(Request("GET", f"https://h.example/{name}"), Response(200, (), b"{}"))


def recorded(path: Path) -> dict[str, str]:
    """What each exchange was for, by its path."""
    return {one.exchange.request.url.rsplit("/", 1)[1]: one.purpose for one in har.read(path) if one.exchange}


def test_what_nobody_speaks_of_is_upkeep(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "run.har", Mask)
    case, probe, removal = exchange("case"), exchange("probe"), exchange("removal")
    for one in (case, probe, removal):
        recording.add(one)
    recording.write(probe, purpose="negative")
    recording.write(case, "zendesk:ShowTicket")
    recording.close()
    assert recorded(recording.path) == {"probe": "negative", "case": "", "removal": UPKEEP}
    assert account([recording, None]) == RecordingAccount(3)


def test_a_long_teardown_is_written_as_it_goes(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "run.har", Mask)
    for number in range(HELD + 10):
        recording.add(exchange(str(number)))
    assert list(recorded(recording.path)) == [str(number) for number in range(10)]
    recording.close()
    assert len(recorded(recording.path)) == HELD + 10


def test_two_exchanges_that_are_equal_are_two(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "run.har", Mask)
    first, second = exchange("same"), exchange("same")
    recording.add(first)
    recording.add(second)
    recording.write(second)
    recording.close()
    assert len(list(har.read(recording.path))) == 2


def test_a_token_is_masked_in_the_answer_that_gave_it(tmp_path: Path) -> None:
    """It is known to be a secret only after that answer was heard."""
    known: list[str] = []
    recording = Recording(tmp_path / "run.har", lambda: Mask(tuple(known)))
    recording.add(Exchange(Request("POST", "https://h.example/"), Response(200, (), b'{"given": "t0psecret"}')))
    known.append("t0psecret")
    recording.close()
    assert b"t0psecret" not in recording.path.read_bytes()


def test_nothing_is_made_where_nothing_was_sent(tmp_path: Path) -> None:
    Recording(tmp_path / "run.har", Mask).close()
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_and_stops_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    recording = Recording(tmp_path / "run.har", Mask)
    recording.write(exchange("one"))
    monkeypatch.setattr(os, "pwrite", full)
    monkeypatch.setattr(os, "ftruncate", lambda *_: None)
    recording.write(exchange("two"))
    recording.write(exchange("three"))
    recording.close()
    found = account([recording])
    assert found.written == 1
    assert "No space left" in found.trouble[0]


def test_a_folder_that_is_gone_is_told_and_stops_nobody(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "gone" / "run.har", Mask)
    recording.add(exchange("one"))
    recording.close()
    assert "No such file" in account([recording]).trouble[0]
