"""Ledger files that were carried elsewhere: whose they are, whether one run wrote them, and what is no ledger."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.ledger import SWEEP, Ledger, given_files
from harness.ledger.given_files import open_given


def run_with_workers(folder: Path, run: str = "20260101-120000-1") -> list[Path]:
    """The files of a run with two workers."""
    with Ledger.open(folder / "ledger.ndjson", run=run) as ledger:
        ledger.add_writer("gw0", run)
        ledger.add_writer("gw1", run)
    return sorted(folder.glob("ledger*"))


def test_each_file_says_which_process_wrote_it_whatever_it_is_called(tmp_path: Path) -> None:
    first, second, main = run_with_workers(tmp_path)
    for path, name in ((first, "one.txt"), (main, "two.txt")):
        path.rename(tmp_path / name)
    files = open_given([tmp_path / "one.txt", tmp_path / "two.txt", second])
    assert {writer: path.name for writer, path in files.by_writer.items()} == {
        "gw0": "one.txt", "main": "two.txt", "gw1": "ledger-gw1.ndjson",
    }  # fmt: skip
    assert files.main == tmp_path / "two.txt"


def test_files_may_lie_in_several_folders(tmp_path: Path) -> None:
    first, _, main = run_with_workers(tmp_path)
    (tmp_path / "other").mkdir()
    moved = main.rename(tmp_path / "other" / "main.ndjson")
    assert open_given([first, moved]).folders == (tmp_path, tmp_path / "other")


def test_what_an_earlier_sweep_wrote_beside_them_belongs_to_them(tmp_path: Path) -> None:
    *_, main = run_with_workers(tmp_path)
    carried = main.rename(tmp_path / "acme.ndjson")
    Ledger.open(carried, SWEEP, given={"main": carried}).close()
    assert open_given([carried]).by_writer == {"main": carried, "sweep": tmp_path / "acme-sweep.ndjson"}


def test_files_of_the_first_version_are_told_by_their_names(tmp_path: Path) -> None:
    for name in ("ledger.ndjson", "ledger-gw0.ndjson"):
        (tmp_path / name).write_text('{"event":"intend","entry":"main-1"}\n')
    assert set(open_given(sorted(tmp_path.iterdir())).by_writer) == {"main", "gw0"}


def test_a_last_line_without_an_end_is_told(tmp_path: Path) -> None:
    *_, main = run_with_workers(tmp_path)
    assert open_given([main]).cut == ()
    os.truncate(main, main.stat().st_size - 9)
    assert open_given([main]).cut == (main,)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty"),
        (b"\n", "first line is no event"),
        (b"PK\x03\x04" + bytes(range(256)), "first line is no event"),
        (b"<html>not found</html>\n", "first line is no event"),
        (b'{"results": []}\n', "first line is no event"),
        (b"[" * 200_000, "first line is no event"),
        (b'{"event":"' + b"x" * 200_000 + b'"}\n', "first line is no event"),
    ],
)
def test_what_is_no_ledger_is_refused(tmp_path: Path, content: bytes, problem: str) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(UsageError, match=problem):
        open_given([tmp_path / "file"])


def test_no_file_a_folder_and_a_file_larger_than_any_ledger_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match="there is no such file"):
        open_given([tmp_path / "nothing.ndjson"])
    with pytest.raises(UsageError, match="is no file"):
        open_given([tmp_path])
    monkeypatch.setattr(given_files, "LARGEST", 10)
    with pytest.raises(UsageError, match="more than any ledger"):
        open_given(run_with_workers(tmp_path))


def test_files_of_two_runs_or_two_of_one_process_are_refused(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    one, two = run_with_workers(tmp_path / "one"), run_with_workers(tmp_path / "two", "20260102-120000-1")
    with pytest.raises(UsageError, match="files of several runs: 20260101-120000-1, 20260102-120000-1"):
        open_given([one[0], two[1]])
    with pytest.raises(UsageError, match="is of the same process"):
        open_given([one[0], two[0]])


def test_what_a_sweep_wrote_says_nothing_of_what_the_run_created(tmp_path: Path) -> None:
    Ledger.open(tmp_path / "ledger.ndjson", SWEEP, "1").close()
    with pytest.raises(UsageError, match="is what a sweep wrote"):
        open_given([tmp_path / "ledger-sweep.ndjson"])
