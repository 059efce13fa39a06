"""The writer's file is valid JSON at any moment, also for those who find it after a kill."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from threading import Thread

import pytest

from harness.errors import UnfinishedError
from harness.exchange import Exchange, Request, Response
from harness.observe import har
from harness.observe.writer import Writer

EXCHANGE = Exchange(
    Request("GET", "https://h.example/api/v2/tickets/1"),
    Response(200, (("content-type", "application/json"),), b'{"a": "\xc3\xa9"}'),
)


def test_the_file_is_whole_after_every_append(tmp_path):
    path = tmp_path / "run.har"
    with Writer(path) as writer:
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
    with Writer(tmp_path / "run.har") as writer:
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
from harness.observe.writer import Writer
writer = Writer(Path(sys.argv[1]))
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
        Writer(tmp_path / "none" / "run.har")
