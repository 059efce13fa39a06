"""What the whole chain, from the guard to the recorder, takes for a read, beside a bare client of the HTTP library."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

from benchmarks.guard import BASES
from benchmarks.row import Row
from harness.exchange import Request
from harness.execution import connect
from harness.ledger import Ledger
from harness.planning import run_context
from harness.planning.run_options import RunOptions
from harness.quota.limiter import Limiter
from harness.settings import Settings
from harness.target import Credentials, Target
from harness.transport.client import connect as open_client

ROUNDS, EACH = 10, 300
"""The two take turns, so that a busy moment of the machine meets both."""
LIMIT = 1_000_000
"""Requests a minute that nobody reaches: they are counted, in the file that processes share, and never waited for."""
HEADERS = {
    "content-type": "application/json; charset=utf-8",
    "ratelimit-limit": str(LIMIT),
    "ratelimit-remaining": str(LIMIT),
    "ratelimit-reset": "60",
}


def rows(folder: Path) -> Iterator[Row]:
    """Microseconds of one read by each, with nothing below but an answer that is there at once."""
    state = folder / "state"
    state.mkdir(mode=0o700)
    base = BASES["zendesk"]
    target = Target("bench", "zendesk", base, Credentials("none"), quota=LIMIT, quota_store=str(state))
    targets = {"zendesk": target}
    context = run_context.build(RunOptions(), Settings(targets, folder / "cache"))
    network = httpx.MockTransport(lambda request: httpx.Response(200, json={"tickets": []}, headers=HEADERS))
    url = f"{base}/api/v2/tickets?page[size]=100&sort=-updated_at"
    request = Request("GET", url, (("accept", "application/json"),))
    with Ledger.open(folder / "ledger.ndjson") as ledger, httpx.Client(transport=network) as bare:
        policy = connect.policy_context(context, context.permits, targets, ledger)
        chain = connect.layers(policy, target, context, ledger, Limiter(target), lambda verdict: None)
        client = open_client(target, chain, network)
        ours, floor = _in_turns(
            lambda: client.send(request), lambda: bare.get(url, headers={"accept": "application/json"})
        )
        client.close()
    yield Row("chain", "one read, from guard to recorder", "µs", ours * 1e6, "bare httpx client", floor * 1e6,
              note="the same answer below both; at most 250 µs are allowed")  # fmt: skip


def _in_turns(*works: Callable[[], object]) -> list[float]:
    """The median seconds of each, taken in turns."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for work, seconds in zip(works, taken, strict=True):
            for _ in range(EACH):
                started = time.perf_counter()
                work()
                seconds.append(time.perf_counter() - started)
    return [statistics.median(seconds) for seconds in taken]
