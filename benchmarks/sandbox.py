"""The embedded sandbox as a server, beside Prism mocking the same document."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.measure import authorization, reset, trees
from benchmarks.row import Row
from harness.sandbox.process import Running, start

SECONDS, ROUNDS = 2.0, 3
"""Of one measurement, and how many of them each gets."""
TICKETS, EDGE = 10_000, 1_000
PRISM = "prism"
MISSING = "not installed (npm install -g @stoplight/prism-cli puts it on the PATH)"
TICKET = json.dumps({"ticket": {"subject": "Printer", "comment": {"body": "on fire"}}})


@dataclass(frozen=True, slots=True)
class Peer:
    """Another server of the same paths: address, process, and the seconds until it took connections."""

    base: str
    pid: int
    ready: float


def rows(folder: Path) -> Iterator[Row]:
    """Requests a second on one connection, in turns with the peer; start, memory, and whether ten thousand slow it."""
    started = time.perf_counter()
    with start() as sandbox, ExitStack() as after:
        headers = {"authorization": authorization(sandbox), "content-type": "application/json"}
        base = sandbox.urls["zendesk"]
        ticket = f"/api/v2/tickets/{json.loads(_ask(base, 'POST', '/api/v2/tickets', headers))['ticket']['id']}"
        ready = time.perf_counter() - started
        peer, note = _prism(folder, after)
        for method, path, what in (
            ("GET", ticket, "one ticket read"),
            ("POST", "/api/v2/tickets", "one ticket created"),
        ):
            ours, theirs = _turns(base, peer and peer.base, method, path, headers)
            yield Row("sandbox", what, "/s", ours, "Prism", theirs, more_is_better=True, note=f"{note}; {_load()}")
        yield Row("sandbox", "start to first answer", "s", ready, "Prism", peer and peer.ready, note=note)
        yield from _growth(sandbox, headers, peer)


def _growth(sandbox: Running, headers: dict[str, str], peer: Peer | None) -> Iterator[Row]:
    """Ten thousand tickets in an empty account: what the last ones take beside the first, and the memory of all."""
    reset(sandbox)
    taken = _times(sandbox.urls["zendesk"], headers, TICKETS)
    first, last = taken[:EDGE], taken[-EDGE:]
    yield Row(
        "sandbox", f"one of the last {EDGE:,} of {TICKETS:,} tickets", "ms", statistics.fmean(last) * 1e3,
        f"one of the first {EDGE:,}", statistics.fmean(first) * 1e3,
        note=f"medians {statistics.median(last) * 1e3:.3f} and {statistics.median(first) * 1e3:.3f} ms; {_load()}",
    )  # fmt: skip
    note = f"with {TICKETS:,} tickets; Prism keeps none"
    yield Row("sandbox", "resident memory", "MB", _memory(sandbox.pid), "Prism", peer and _memory(peer.pid), note=note)


def _turns(
    ours: str, theirs: str | None, method: str, path: str, headers: dict[str, str]
) -> tuple[float, float | None]:
    """The best rate of each, measured in turns: what is slower is the machine's other work."""
    rates: dict[str, list[float]] = {base: [] for base in (ours, theirs) if base}
    for _ in range(ROUNDS):
        for base in rates:
            rates[base].append(_rate(base, method, path, headers))
    return max(rates[ours]), max(rates[theirs]) if theirs else None


def _times(base: str, headers: dict[str, str], count: int) -> list[float]:
    """The seconds that each of so many ticket creates took, one after the other."""
    connection, taken = http.client.HTTPConnection(urlsplit(base).netloc), []
    path = f"{urlsplit(base).path}/api/v2/tickets"
    for _ in range(count):
        started = time.perf_counter()
        status, _ = _send(connection, "POST", path, headers)
        taken.append(time.perf_counter() - started)
        if status != 201:
            raise RuntimeError(f"a ticket was answered {status}")
    connection.close()
    return taken


def _memory(pid: int) -> float:
    """The resident memory of a process in MB."""
    output = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return int(output.stdout) / 1024


def _load() -> str:
    """How busy the machine is, for who reads the figure."""
    return f"load {os.getloadavg()[0]:.1f}"


def _prism(folder: Path, after: ExitStack) -> tuple[Peer | None, str]:
    """Prism, started and mocking the same document until `after` closes; and what to know, or why it is not there."""
    program = shutil.which(PRISM)
    if not program:
        return None, MISSING
    document = json.loads(trees(folder)["zendesk/support"].read_text())
    # Its paths stand at the root, so that both serve the same ones.
    document["servers"] = [{"url": "/"}]
    path = folder / "prism.json"
    path.write_text(json.dumps(document))
    started = time.perf_counter()
    base, pid = after.enter_context(_mocking(program, path, folder))
    try:
        _await(base, started + 60)
    except TimeoutError:
        return None, "did not come up in 60 s"
    return Peer(base, pid, time.perf_counter() - started), "examples of the document, without state"


@contextmanager
def _mocking(program: str, document: Path, folder: Path) -> Iterator[tuple[str, int]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = [program, "mock", "--host", "127.0.0.1", "--port", str(port), str(document)]
    with (folder / "prism.txt").open("wb") as log, subprocess.Popen(words, stdout=log, stderr=log) as process:
        try:
            yield f"http://127.0.0.1:{port}", process.pid
        finally:
            process.terminate()


def _await(base: str, until: float) -> None:
    """Return when the server takes connections; raises `TimeoutError`."""
    url = urlsplit(base)
    while time.perf_counter() < until:
        try:
            socket.create_connection((url.hostname, url.port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise TimeoutError


def _ask(base: str, method: str, path: str, headers: dict[str, str]) -> bytes:
    connection = http.client.HTTPConnection(urlsplit(base).netloc)
    try:
        return _send(connection, method, urlsplit(base).path + path, headers)[1]
    finally:
        connection.close()


def _rate(base: str, method: str, path: str, headers: dict[str, str]) -> float:
    """Requests a second that were answered as they should be, 0 where one was not."""
    url = urlsplit(base)
    connection = http.client.HTTPConnection(url.netloc)
    _send(connection, method, url.path + path, headers)
    count, started = 0, time.perf_counter()
    while time.perf_counter() - started < SECONDS:
        status, _ = _send(connection, method, url.path + path, headers)
        if not 200 <= status < 300:
            return 0.0
        count += 1
    connection.close()
    return count / (time.perf_counter() - started)


def _send(connection: http.client.HTTPConnection, method: str, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
    connection.request(method, path, TICKET if method == "POST" else None, headers)
    answer = connection.getresponse()
    return answer.status, answer.read()
