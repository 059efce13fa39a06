"""Hostile request lines over a real socket: what the running sandbox routes them to is never worse than the verdict."""

from __future__ import annotations

import json
import os
import socket
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parents[1] / "policy"))

from contexts import assessments, operations
from hostile import Line, lines

from harness.exchange import Request
from harness.openapi.catalog import Catalog
from harness.policy.context import PolicyContext
from harness.policy.judge import judge
from harness.policy.permit import Permit
from harness.risk.tier import Tier
from harness.sandbox.process import Running, start
from harness.target import Credentials, Target

# More for a figure: LINES=100000 pytest suites/self/e2e -k sockets
LINES = int(os.environ.get("LINES", "4000"))
BATCH = 500


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Running]:
    with start() as running:
        yield running


def test_what_the_server_routes_to_is_never_worse_than_the_verdict(sandbox: Running) -> None:
    origin = sandbox.urls["zendesk"].removesuffix("/zendesk")
    templates = [(one.method, f"/{one.vendor}{one.path}") for one in operations()]
    context = _world(origin)
    known = assessments()
    routed = 0
    for batch in _batches(lines(templates, LINES, seed=4242), BATCH):
        since = len(_journal(sandbox))
        _send(sandbox, batch)
        for line, entry in _paired(batch, _journal(sandbox, since)):
            if not entry["operation"] or entry["operation"] not in known:
                continue
            routed += 1
            verdict = judge(_request(line, origin), context)
            tier = known[entry["operation"]].tier
            assert verdict.tier >= tier, (line, entry, verdict)
            assert not verdict.allowed or tier is Tier.READ, (line, entry, verdict)
        urllib.request.urlopen(urllib.request.Request(sandbox.urls["control"] + "/reset", method="POST"), timeout=30)
    assert routed > LINES // 20, "the lines hardly ever reach an operation, so they prove nothing"
    print(f"\n{LINES} hostile lines sent, {routed} of them routed to an operation, none worse than its verdict")


def _world(origin: str) -> PolicyContext:
    targets = [
        Target("zendesk", "zendesk", f"{origin}/zendesk", Credentials("none"), embedded=True),
        Target("zoho", "zoho", f"{origin}/zoho", Credentials("none"), org_id="4242", embedded=True),
    ]
    by_vendor = {target.vendor: target for target in targets}
    return PolicyContext(Catalog(tuple(operations())), assessments(), by_vendor, dict.fromkeys(by_vendor, Permit()))


def _request(line: Line, origin: str) -> Request:
    host = origin.removeprefix("http://")
    headers = (("host", host), ("orgid", "4242"), *((name.lower(), value) for name, value in line.headers))
    return Request(line.method, origin + line.target, headers, line.body)


def _journal(sandbox: Running, since: int = 0) -> list[dict[str, Any]]:
    with urllib.request.urlopen(sandbox.urls["control"] + "/journal", timeout=60) as answer:
        found: list[dict[str, Any]] = json.loads(answer.read())
    return found[since:]


def _batches(source: Iterator[Line], size: int) -> Iterator[list[Line]]:
    while batch := list(islice(source, size)):
        yield batch


def _paired(batch: Sequence[Line], entries: Sequence[dict[str, Any]]) -> Iterator[tuple[Line, dict[str, Any]]]:
    """Lines with what arrived of them, in order; a line that the server's parser refused has no entry."""
    at = 0
    for entry in entries:
        arrived = entry["method"], entry["target"]
        found = next((i for i in range(at, len(batch)) if (batch[i].method, _wire(batch[i].target)) == arrived), None)
        if found is not None:
            yield batch[found], entry
            at = found + 1


def _wire(target: str) -> str:
    """A target as a server shows it that takes the bytes of the request line one by one."""
    return target.encode("utf-8", "surrogateescape").decode("latin-1")


def _send(sandbox: Running, batch: Sequence[Line]) -> None:
    """Each line on its own, to the byte, on one connection for as long as the server keeps it open."""
    host, port = sandbox.urls["zendesk"].split("/")[2].split(":")
    door: socket.socket | None = None
    for line in batch:
        if door is None:
            door = socket.create_connection((host, int(port)), timeout=10)
            reader = door.makefile("rb")
        extra = "".join(f"{name}: {value}\r\n" for name, value in line.headers)
        first = f"{line.method} {line.target} HTTP/1.1\r\nhost: {host}:{port}\r\n"
        head = f"{first}{extra}content-length: {len(line.body)}\r\n\r\n"
        try:
            door.sendall(head.encode("utf-8", "surrogateescape") + line.body)
            alive = _answer(reader, line.method)
        except OSError:
            alive = False
        if not alive:
            reader.close()
            door.close()
            door = None
    if door is not None:
        reader.close()
        door.close()


def _answer(reader: Any, method: str) -> bool:
    """Read one answer to its end; whether the connection stays open."""
    status = reader.readline()
    if not status.startswith(b"HTTP/1.1 "):
        return False
    size, alive = 0, True
    while (header := reader.readline().strip()) not in (b"",):
        name, _, value = header.partition(b":")
        if name.lower() == b"content-length":
            size = int(value)
        elif name.lower() == b"connection" and value.strip().lower() == b"close":
            alive = False
    if method != "HEAD" and not status.startswith(b"HTTP/1.1 204"):
        reader.read(size)
    return alive
