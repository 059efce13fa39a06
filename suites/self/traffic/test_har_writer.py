"""The writer's file is valid JSON at any moment, also for those who find it after a kill."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from threading import Thread

import pytest

from harness.errors import UnfinishedError
from harness.exchange import Exchange, Request, Response
from harness.traffic import har
from harness.traffic.har_writer import HarWriter
from harness.traffic.part import TAIL

EXCHANGE = Exchange(
    Request("GET", "https://h.example/api/v2/tickets/1"),
    Response(200, (("content-type", "application/json"),), b'{"a": "\xc3\xa9"}'),
)


def test_the_file_is_whole_after_every_append(tmp_path):
    path = tmp_path / "run.har"
    with HarWriter(path) as writer:
        for count in range(4):
            log = json.loads(path.read_text())["log"]
            assert (log["version"], log["creator"]["name"], len(log["entries"])) == ("1.2", "deskcheck", count)
            writer.append(EXCHANGE, operation="zendesk:ShowTicket", purpose="negative")
    first = next(har.read(path))
    assert (first.exchange, first.ours, first.operation, first.purpose) == (
        EXCHANGE,
        True,
        "zendesk:ShowTicket",
        "negative",
    )


def test_threads_share_one_writer(tmp_path):
    with HarWriter(tmp_path / "run.har") as writer:
        threads = [Thread(target=lambda: [writer.append(EXCHANGE) for _ in range(50)]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sum(1 for one in har.read(tmp_path / "run.har") if one.exchange == EXCHANGE) == 200


CHILD = """
import sys
from pathlib import Path
from harness.exchange import Exchange, Request, Response
from harness.traffic.har_writer import HarWriter
writer = HarWriter(Path(sys.argv[1]))
exchange = Exchange(Request("GET", "https://h.example/"), Response(200, (), b"x" * 3000))
for number in range(10**9):
    writer.append(exchange)
    if number == 20:
        print("going", flush=True)
"""


@pytest.mark.parametrize("attempt", range(3))
def test_a_killed_process_leaves_a_readable_file(tmp_path, attempt):
    path = tmp_path / "run.har"
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(path)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"going\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    entries = list(har.read(path))
    assert len(entries) > 20
    assert all(one.exchange for one in entries[:-1])


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(UnfinishedError, match="cannot be written"):
        HarWriter(tmp_path / "none" / "run.har")


def test_a_file_that_is_opened_again_is_carried_on(tmp_path):
    """Teardown records into the file of the process whose tests are over, which may be open still."""
    path = tmp_path / "run.har"
    first = HarWriter(path)
    first.append(EXCHANGE, purpose="case")
    with HarWriter(path) as second:
        second.append(EXCHANGE, purpose="upkeep")
        first.append(EXCHANGE, purpose="last")
    first.close()
    assert [one.purpose for one in har.read(path)] == ["case", "upkeep", "last"]
    assert len(json.loads(path.read_text())["log"]["entries"]) == 3


@pytest.mark.parametrize("entries", [0, 1, 3])
def test_whatever_a_kill_cut_off_the_file_is_whole_when_it_is_opened_again(tmp_path, entries):
    """Cut at every byte of its last entry and of its end."""
    path = tmp_path / "run.har"
    with HarWriter(path) as writer:
        for number in range(entries):
            writer.append(EXCHANGE, purpose=str(number))
        kept = path.stat().st_size - len(TAIL)
        writer.append(EXCHANGE, purpose="cut")
    whole = path.read_bytes()
    for size in range(kept, len(whole)):
        path.write_bytes(whole[:size])
        with HarWriter(path) as writer:
            writer.append(EXCHANGE, purpose="new")
        found = [entry["_purpose"] for entry in json.loads(path.read_bytes())["log"]["entries"]]
        assert found in ([*map(str, range(entries)), "new"], [*map(str, range(entries)), "cut", "new"]), size


def test_what_has_no_room_is_counted_and_the_file_stays_below_its_limit(tmp_path):
    path = tmp_path / "run.har"
    with HarWriter(path, limit=3000) as writer:
        room = [writer.append(EXCHANGE) for _ in range(9)]
    kept = sum(room)
    assert room == [True] * kept + [False] * (9 - kept)
    assert 0 < kept < 9
    assert path.stat().st_size <= 3000
    with HarWriter(path, limit=3000) as again:
        again.append(EXCHANGE)
    log = json.loads(path.read_text())["log"]
    assert (len(log["entries"]), log["_leftOut"]) == (kept, 10 - kept)


def test_a_full_disk_costs_the_exchange_that_had_no_room_and_no_other(tmp_path, monkeypatch):
    path = tmp_path / "run.har"
    write = os.pwrite

    def full(file, data, at):
        """Room for half of what is new; the old end has its place."""
        if len(data) < 100:
            return write(file, data, at)
        if at > path.stat().st_size - 10:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(file, data[: len(data) // 2], at)

    with HarWriter(path) as writer:
        writer.append(EXCHANGE)
        monkeypatch.setattr(os, "pwrite", full)
        with pytest.raises(UnfinishedError, match="No space left"):
            writer.append(EXCHANGE)
        assert len(json.loads(path.read_text())["log"]["entries"]) == 1
        monkeypatch.setattr(os, "pwrite", write)
        writer.append(EXCHANGE)
    assert len(json.loads(path.read_text())["log"]["entries"]) == 2


def test_a_link_in_its_place_is_not_followed(tmp_path):
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "run.har").symlink_to(tmp_path / "precious")
    with pytest.raises(UnfinishedError):
        HarWriter(tmp_path / "run.har")
    assert (tmp_path / "precious").read_text() == "mine"
