"""All files of a ledger as one process knows them: found, named by the controller, and missed."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import UnfinishedError
from harness.ledger.chain import WRITER
from harness.ledger.file import LedgerFile, create
from harness.ledger.files import MAIN, LedgerFiles, LedgerLines


def files_in(folder: Path) -> LedgerFiles:
    return LedgerFiles(folder / "ledger.ndjson")


def run_with_worker(folder: Path) -> LedgerFiles:
    """The files of a controller that has named one worker, as the controller knows them."""
    files = files_in(folder)
    create(files.path, "1", MAIN)
    files.file(MAIN).open()
    files.refresh()
    files.add_file("gw0", "1")
    files.file(MAIN).append({"event": WRITER, "writer": "gw0"})
    return files


def test_each_process_has_a_file_of_its_own(tmp_path: Path) -> None:
    files = files_in(tmp_path)
    assert files.file(MAIN).path.name == "ledger.ndjson"
    assert files.file("gw0").path.name == "ledger-gw0.ndjson"
    assert files.file("gw0") is files.file("gw0")


def test_whoever_comes_later_finds_all_files(tmp_path: Path) -> None:
    run_with_worker(tmp_path).close()
    files = files_in(tmp_path)
    assert files.empty
    assert files.refresh()
    assert not files.refresh(), "nothing new"
    assert (files.empty, files.verify()) == (False, "")
    assert set(files.identities) == {MAIN, "gw0"}


def test_a_file_that_the_controller_named_is_missed(tmp_path: Path) -> None:
    run_with_worker(tmp_path).close()
    (tmp_path / "ledger-gw0.ndjson").unlink()
    files = files_in(tmp_path)
    files.refresh()
    assert files.verify() == "ledger-gw0.ndjson cannot be found any more (No such file or directory)"
    assert "ledger is lost" in str(files.loss)


def test_a_worker_without_a_controller_is_half_a_ledger(tmp_path: Path) -> None:
    run_with_worker(tmp_path).close()
    (tmp_path / "ledger.ndjson").unlink()
    files = files_in(tmp_path)
    files.refresh()
    assert files.verify() == "ledger.ndjson cannot be found"


def test_the_first_loss_is_the_one_that_is_told(tmp_path: Path) -> None:
    files = files_in(tmp_path)
    files.lose(files.file(MAIN), "is another file now")
    files.lose(files.file("gw0"), "cannot be found")
    assert files.lost == "ledger.ndjson is another file now"


def test_a_loss_that_another_process_found_is_ours_too(tmp_path: Path) -> None:
    files = files_in(tmp_path)
    files.receive(LedgerLines("gw0", 1, (), "ledger.ndjson is another file now"))
    assert files.lost == "ledger.ndjson is another file now"


def test_what_is_not_on_disk_yet_is_a_loss_unless_the_disk_may_lag(tmp_path: Path) -> None:
    files = run_with_worker(tmp_path)
    main = files.file(MAIN).chain
    main.follow(main.line_of({"event": "void", "entry": "main-1"}))
    files.unwritten = "No space left on device"
    assert files.verify() == ""
    files.unwritten = ""
    assert files.verify() == "ledger.ndjson holds 2 of 3 lines"
    files.close()


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnfinishedError, match="cannot be written"):
        files_in(tmp_path / "missing").add_file("gw0", "1")


def test_a_saved_copy_is_whole(tmp_path: Path) -> None:
    original, copy = tmp_path / "original", tmp_path / "copy"
    original.mkdir()
    copy.mkdir()
    files = run_with_worker(original)
    files.save(copy)
    files.close()
    names = sorted(path.name for path in copy.iterdir())
    assert names == ["ledger-gw0.ndjson", "ledger.ndjson"]
    assert all((copy / name).read_bytes() == (original / name).read_bytes() for name in names)


def test_a_line_that_its_writer_sends_counts_before_the_one_on_disk(tmp_path: Path) -> None:
    create(tmp_path / "ledger.ndjson", "1", MAIN)
    file = LedgerFile(tmp_path / "ledger.ndjson")
    list(file.read())
    line = file.chain.line_of({"event": "void", "entry": "main-1"})
    assert [event["event"] for event in file.receive(line, 2)] == ["void"]
    assert list(file.receive(line, 2)) == [], "known already"
