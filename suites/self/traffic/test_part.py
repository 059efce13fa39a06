"""One process' recording: whole entries are found, and what a kill cut is left out."""

from __future__ import annotations

from pathlib import Path

from harness.exchange import Exchange, Request, Response
from harness.traffic.har_writer import HarWriter
from harness.traffic.part import left_out, whole

EXCHANGE = Exchange(Request("GET", "https://acme.zendesk.example/api/v2/groups"), Response(200, (), b"{}"))


def recorded(path: Path, times: int, limit: int | None = None) -> Path:
    with HarWriter(path, limit) as writer:
        for _ in range(times):
            writer.append(EXCHANGE)
    return path


def test_every_entry_is_found_by_its_bytes(tmp_path: Path) -> None:
    part = recorded(tmp_path / "part", 3)
    spans = list(whole(part))
    texts = [part.read_bytes()[span.start : span.end] for span in spans]
    assert len(texts) == 3
    assert all(text.startswith(b"{") and text.endswith(b"}") for text in texts)
    assert all(span.at.encode() in text for span, text in zip(spans, texts, strict=True))


def test_an_entry_that_a_kill_cut_is_left_out(tmp_path: Path) -> None:
    part = recorded(tmp_path / "part", 2)
    first, last = whole(part)
    part.write_bytes(part.read_bytes()[: last.end - 10])
    assert list(whole(part)) == [first]


def test_a_recording_without_an_entry_has_none(tmp_path: Path) -> None:
    assert list(whole(recorded(tmp_path / "part", 0))) == []


def test_entries_that_had_no_room_are_counted(tmp_path: Path) -> None:
    size = recorded(tmp_path / "one", 1).stat().st_size
    assert left_out(recorded(tmp_path / "full", 4, limit=size)) == 3
    assert left_out(tmp_path / "one") == 0


def test_a_file_that_says_nothing_of_it_left_none_out(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert left_out(tmp_path / "empty") == 0
