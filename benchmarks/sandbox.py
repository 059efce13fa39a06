"""The embedded sandbox as a server, beside Prism mocking the same document."""

from __future__ import annotations

import http.client
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.measure import authorization, trees
from benchmarks.row import Row
from harness.sandbox.server import start

SECONDS = 3.0
PRISM = "prism"
MISSING = "not installed (npm install -g @stoplight/prism-cli puts it on the PATH)"
TICKET = json.dumps({"ticket": {"subject": "Printer", "comment": {"body": "on fire"}}})


def rows(folder: Path) -> Iterator[Row]:
    """Requests a second for one ticket read and one created, one connection; and the time to the first answer."""
    begun = time.perf_counter()
    with start() as sandbox:
        ready = time.perf_counter() - begun
        headers = {"authorization": authorization(sandbox), "content-type": "application/json"}
        base = sandbox.urls["zendesk"]
        answer = _ask(base, "POST", "/api/v2/tickets", headers)
        ticket = f"/api/v2/tickets/{json.loads(answer)['ticket']['id']}"
        ours = {"GET": _rate(base, "GET", ticket, headers), "POST": _rate(base, "POST", "/api/v2/tickets", headers)}
    peer, peer_ready, note = _prism(folder, ticket, headers)
    for method, what in (("GET", "one ticket read"), ("POST", "one ticket created")):
        yield Row("sandbox", what, "/s", ours[method], "Prism", peer.get(method), more_is_better=True, note=note)
    yield Row("sandbox", "start to first answer", "s", ready, "Prism", peer_ready, note=note)


def _prism(folder: Path, ticket: str, headers: dict[str, str]) -> tuple[dict[str, float], float | None, str]:
    """Its rates by method, its start time, and why there are none."""
    program = shutil.which(PRISM)
    if not program:
        return {}, None, MISSING
    document = json.loads(trees(folder)["zendesk/support"].read_text())
    # Its paths stand at the root, so that both serve the same ones.
    document["servers"] = [{"url": "/"}]
    path = folder / "prism.json"
    path.write_text(json.dumps(document))
    begun = time.perf_counter()
    with _mocking(program, path, folder) as base:
        try:
            _await(base, begun + 60)
        except TimeoutError:
            return {}, None, "did not come up in 60 s"
        ready = time.perf_counter() - begun
        return {
            "GET": _rate(base, "GET", ticket, headers),
            "POST": _rate(base, "POST", "/api/v2/tickets", headers),
        }, ready, "examples of the document, without state"  # fmt: skip


@contextmanager
def _mocking(program: str, document: Path, folder: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = [program, "mock", "--host", "127.0.0.1", "--port", str(port), str(document)]
    with (folder / "prism.txt").open("wb") as log, subprocess.Popen(words, stdout=log, stderr=log) as process:
        try:
            yield f"http://127.0.0.1:{port}"
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
    count, begun = 0, time.perf_counter()
    while time.perf_counter() - begun < SECONDS:
        status, _ = _send(connection, method, url.path + path, headers)
        if not 200 <= status < 300:
            return 0.0
        count += 1
    connection.close()
    return count / (time.perf_counter() - begun)


def _send(connection: http.client.HTTPConnection, method: str, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
    connection.request(method, path, TICKET if method == "POST" else None, headers)
    answer = connection.getresponse()
    return answer.status, answer.read()
