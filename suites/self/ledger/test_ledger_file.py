"""One file of a ledger: it only ever grows, and whoever knows its lines sees any other change."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.errors import UnfinishedError
from harness.ledger.chain import BrokenChainError
from harness.ledger.file import LedgerFile, beside, create, unwritable

MADE = {"event": "made", "entry": "main-1", "ids": ["35"]}
GONE = {"event": "gone", "entry": "main-1", "ids": ["35"]}


@pytest.fixture
def file(tmp_path: Path) -> LedgerFile:
    """A file with one event behind its opening line, and open for more."""
    path = tmp_path / "ledger.ndjson"
    create(path, "1", "main")
    opened = LedgerFile(path)
    list(opened.read())
    opened.open()
    opened.append(MADE)
    return opened


def names(events: list[dict[str, object]]) -> list[object]:
    return [event["event"] for event in events]


def test_another_process_reads_what_was_written_and_then_only_what_is_new(file: LedgerFile) -> None:
    reader = LedgerFile(file.path)
    assert names(list(reader.read())) == ["open", "made"]
    assert list(reader.read()) == []
    file.append(GONE)
    assert names(list(reader.read())) == ["gone"]


def test_a_file_that_only_grew_is_undamaged(file: LedgerFile) -> None:
    reader = LedgerFile(file.path)
    list(reader.read())
    file.append(GONE)
    assert (file.damage(), reader.damage()) == ("", "")


def rewrite(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"35"', b'"36"'))


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 5)


def replace(path: Path) -> None:
    copy = path.with_name("copy")
    copy.write_bytes(path.read_bytes())
    copy.rename(path)


@pytest.mark.parametrize(
    ("change", "damage"),
    [
        (rewrite, "was written to by somebody else"),
        (cut, "was cut from"),
        (replace, "is another file now"),
        (Path.unlink, "cannot be found any more"),
    ],
)
def test_any_other_change_is_damage(file: LedgerFile, change: Callable[[Path], None], damage: str) -> None:
    change(file.path)
    assert file.damage().startswith(damage)


def test_a_line_that_a_killed_process_did_not_finish_swallows_none(file: LedgerFile) -> None:
    with file.path.open("ab") as other:
        other.write(b'{"event": "int')
    file.append(GONE)
    assert names(list(LedgerFile(file.path).read())) == ["open", "made", "gone"]
    assert file.damage() == ""


def test_a_full_disk_leaves_the_event_in_memory_and_half_a_line_nowhere(
    file: LedgerFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = file.path.read_bytes()
    write = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: write(handle, data[:4]))
    with pytest.raises(OSError, match="No space"):
        file.append(GONE)
    assert file.path.read_bytes() == before
    monkeypatch.undo()
    file.flush()
    assert names(list(LedgerFile(file.path).read())) == ["open", "made", "gone"]


def test_what_was_announced_and_not_written_can_be_taken_back(file: LedgerFile) -> None:
    file.chain.follow(file.chain.line_of(GONE))
    file.retract()
    file.retract()
    assert [len(file.chain.lines), file.on_disk] == [2, 2], "what is on disk stays"


def test_the_word_of_the_writer_counts_before_the_disk(file: LedgerFile) -> None:
    reader = LedgerFile(file.path)
    list(reader.read())
    opening, made = reader.chain.lines
    forged = reader.chain.lines[1].replace(b'"35"', b'"36"')
    assert list(reader.receive(made, 2)) == [], "nothing new"
    reader.chain.lines[1] = forged
    with pytest.raises(BrokenChainError, match="line 2"):
        list(reader.receive(made, 2))
    assert reader.chain.lines == [opening, made]


def test_what_lies_in_the_place_of_a_file_and_is_none_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ledger.ndjson")
    assert list(LedgerFile(tmp_path / "ledger.ndjson").read()) == []


def test_the_files_of_one_ledger_stand_beside_each_other(tmp_path: Path) -> None:
    for name in ("ledger.ndjson", "ledger-gw1.ndjson", "ledger-gw0.ndjson", "results.ndjson"):
        (tmp_path / name).touch()
    found = [path.name for path in beside(tmp_path / "ledger.ndjson")]
    assert found == ["ledger-gw0.ndjson", "ledger-gw1.ndjson", "ledger.ndjson"]


def test_a_ledger_that_cannot_be_written_ends_the_run(tmp_path: Path) -> None:
    error = unwritable(tmp_path / "ledger.ndjson", PermissionError(13, "Permission denied"))
    assert isinstance(error, UnfinishedError)
    assert error.what == "the ledger cannot be written: Permission denied"
