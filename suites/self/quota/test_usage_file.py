"""The file that processes share: nothing counted is lost, nobody holds it beyond his end, damage is told or mended."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from harness.quota.allowance import used
from harness.quota.org_usage import NOTHING_USED, Demand, admit
from harness.quota.usage_file import UsageFile
from harness.quota.usage_store import StoreError

COUNT = 200


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    return tmp_path


def departures(store: UsageFile) -> int:
    return store.change(lambda usage, now: (usage, used(usage.account, 60.0, now)))


def spend(folder: Path) -> None:
    store = UsageFile(folder, "org", lambda: 100.0)
    for _ in range(COUNT):
        store.change(lambda usage, now: admit(usage, Demand(), now))


def test_eight_processes_lose_no_request(folder: Path) -> None:
    fork = multiprocessing.get_context("spawn")
    processes = [fork.Process(target=spend, args=(folder,)) for _ in range(8)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 8
    assert departures(UsageFile(folder, "org", lambda: 100.0)) == 8 * COUNT


def test_a_process_that_is_killed_with_the_lock_holds_nobody(folder: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from harness.quota.usage_file import UsageFile\n"
        "def stop(usage, now):\n    print('locked', flush=True); sys.stdin.read()\n"
        f"UsageFile(Path({str(folder)!r}), 'org').change(stop)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stdin=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline() == b"locked\n"
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert departures(UsageFile(folder, "org")) == 0


def test_two_stores_of_one_process_see_each_other(folder: Path) -> None:
    first, second = UsageFile(folder, "org", lambda: 1.0), UsageFile(folder, "org", lambda: 1.0)
    first.change(lambda usage, now: admit(usage, Demand(), now))
    assert departures(second) == 1
    assert departures(UsageFile(folder, "other", lambda: 1.0)) == 0


def test_what_only_this_user_may_read_stays_so(folder: Path) -> None:
    store = UsageFile(folder, "org")
    assert store.path.stat().st_mode & 0o777 == 0o600
    assert store.path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-3], lambda data: data[:60] + b"\xff" + data[61:], lambda data: b""]
)
def test_a_file_that_a_crash_left_half_written_begins_anew(folder: Path, damage) -> None:
    store = UsageFile(folder, "org", lambda: 1.0)
    store.change(lambda usage, now: admit(usage, Demand(), now))
    store.path.write_bytes(damage(store.path.read_bytes()))
    assert store.change(lambda usage, now: (usage, usage)) == NOTHING_USED


def test_a_file_that_shrinks_leaves_nothing_of_its_longer_self(folder: Path) -> None:
    store = UsageFile(folder, "org", lambda: 1.0)
    long = {f"GET {number}": ("name", number) for number in range(50)}
    store.change(lambda usage, now: (usage._replace(shapes=long), None))
    store.change(lambda usage, now: (usage._replace(shapes={}, credits=5), None))
    assert store.change(lambda usage, now: (usage, usage.credits)) == 5


def test_a_file_that_was_deleted_is_made_anew(folder: Path) -> None:
    store = UsageFile(folder, "org", lambda: 1.0)
    store.change(lambda usage, now: admit(usage, Demand(), now))
    store.path.unlink()
    store.change(lambda usage, now: admit(usage, Demand(), now))
    assert departures(UsageFile(folder, "org", lambda: 1.0)) == 1


def test_a_file_that_is_not_ours_is_left_alone(folder: Path) -> None:
    store = UsageFile(folder, "org")
    store.path.write_text("somebody's notes")
    with pytest.raises(StoreError, match="no file of deskcheck's"):
        departures(store)
    assert store.path.read_text() == "somebody's notes"


def test_a_folder_that_others_can_read_is_not_used(folder: Path) -> None:
    folder.chmod(0o755)
    with pytest.raises(StoreError, match="others can read"):
        UsageFile(folder, "org")


def test_a_folder_that_is_a_file_is_told(folder: Path) -> None:
    (folder / "state").write_text("")
    with pytest.raises(StoreError):
        UsageFile(folder / "state", "org")


def test_a_full_disk_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = UsageFile(folder, "org")
    monkeypatch.setattr(os, "pwrite", lambda handle, data, at: len(data) // 2)
    with pytest.raises(StoreError, match="No space left"):
        store.change(lambda usage, now: (usage._replace(credits=1), None))
    monkeypatch.undo()
    assert departures(store) == 0
