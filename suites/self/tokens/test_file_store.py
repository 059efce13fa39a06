"""The store of files: private, whole or not at all, and never a traceback for what somebody else put there."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from stores import KEY, RECORD, StoreContract

from harness import private_files
from harness.errors import UnfinishedError, UsageError
from harness.tokens.file_store import FileStore
from harness.tokens.token import EMPTY


class TestFileStore(StoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> FileStore:
        return FileStore(tmp_path / "state" / "tokens")

    @pytest.fixture
    def hasty(self, store: FileStore) -> FileStore:
        return FileStore(store.folder, patience=0.01)


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "tokens")


def test_only_the_user_may_read_it(store: FileStore) -> None:
    old = os.umask(0)
    try:
        with store.lock(KEY):
            store.write(KEY, RECORD)
    finally:
        os.umask(old)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [store.folder, *store.folder.iterdir()]}
    assert modes.pop("tokens") == 0o700
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_file_that_others_may_read_is_refused_with_a_remedy(store: FileStore, mode: int) -> None:
    store.write(KEY, RECORD)
    path = store.folder / f"{KEY}.json"
    path.chmod(mode)
    with pytest.raises(UsageError, match="others can read") as caught:
        store.read(KEY)
    assert "chmod 600" in caught.value.remedy


def test_a_folder_that_others_may_enter_is_refused_with_a_remedy(store: FileStore) -> None:
    store.write(KEY, RECORD)
    store.folder.chmod(0o755)
    for use in (lambda: store.read(KEY), lambda: store.write(KEY, RECORD), lambda: store.lock(KEY)):
        with pytest.raises(UsageError, match="others can read") as caught:
            use()
        assert "chmod 700" in caught.value.remedy


@pytest.mark.parametrize("text", [b"", b"{", b"\xff", b"null", b'{"version": 1, "key": "other"}', b"x" * 2_000_000])
def test_a_file_with_something_else_is_no_token(store: FileStore, text: bytes) -> None:
    store.write(KEY, RECORD)
    (store.folder / f"{KEY}.json").write_bytes(text)
    assert store.read(KEY) == EMPTY
    store.write(KEY, RECORD)
    assert store.read(KEY) == RECORD


@pytest.mark.parametrize("make", [lambda path: path.mkdir(mode=0o700), lambda path: os.mkfifo(path, 0o600)])
def test_what_is_no_file_is_an_error_of_one_line(store: FileStore, make: object) -> None:
    with store.lock(KEY):
        pass
    make(store.folder / f"{KEY}.json")
    with pytest.raises(UsageError, match="cannot be read"):
        store.read(KEY)


def test_a_folder_where_a_file_is_says_so(tmp_path: Path) -> None:
    (tmp_path / "tokens").write_text("")
    with pytest.raises(UsageError, match="cannot be made") as caught:
        FileStore(tmp_path / "tokens").read(KEY)
    assert "DESKCHECK_STATE" in caught.value.remedy


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_write_that_fails_leaves_the_old_token_and_no_other_file(
    store: FileStore, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    store.write(KEY, RECORD)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(private_files.os, step, fail)
        with pytest.raises(UnfinishedError, match="No space left") as caught:
            store.write(KEY, EMPTY)
    assert caught.value.exit_code == 4
    assert store.read(KEY) == RECORD
    assert [path.name for path in store.folder.iterdir()] == [f"{KEY}.json"]


def test_what_a_killed_process_left_half_written_goes_with_the_next_write_and_with_removal(store: FileStore) -> None:
    for use in (lambda: store.write(KEY, RECORD), lambda: store.remove(KEY), store.remove_all):
        store.write(KEY, RECORD)
        unfinished = store.folder / f".{KEY}.json.abcd"
        unfinished.write_text("half a s3cret")
        use()
        assert not unfinished.exists()


def test_all_that_is_kept_can_be_removed(store: FileStore) -> None:
    store.write(KEY, RECORD)
    store.write("of.earlier-2", RECORD)
    assert store.remove_all() == 2
    assert store.remove_all() == 0
    assert list(store.folder.glob("*.json")) == []
