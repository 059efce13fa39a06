"""How much of an org's quota several processes use, and how many requests are refused, by the org's own count.

    python -m benchmarks quota

Each process sends through the whole chain as fast as it may, to an embedded sandbox over HTTP. Nobody waits: the clocks
of the processes and of the sandbox are moved together. The quota is not configured, so each cell also shows that it is
learned: 700 a minute, from a start of 200.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.moved_clock import SharedClock, move
from benchmarks.row import Row
from harness.errors import UnfinishedError
from harness.exchange import Request
from harness.execution import connect
from harness.planning import run_context
from harness.planning.run_options import RunOptions
from harness.planning.targets import served
from harness.policy.permit import Permit
from harness.quota.limiter import Limiter
from harness.sandbox.process import Running, start
from harness.settings import START_QUOTA, Settings, cache_folder
from harness.target import Credentials, Target
from harness.transport.client import connect as open_client
from harness.transport.waiting import Waiter

QUOTAS, CREWS = (200, 700), ((1, 1), (1, 2), (1, 4), (2, 2))
"""Requests a minute; runs at once, and workers of each."""
MINUTES = 4
PATH = "/api/v2/groups"


@dataclass(frozen=True, slots=True)
class Count:
    """What the org counted in the minutes that lie whole within the measurement."""

    allowed: int
    served: int
    refused: int

    @property
    def used(self) -> float:
        """The share of the allowance that was used."""
        return self.served / self.allowed

    @property
    def refusals(self) -> float:
        """The share of all requests that were answered 429."""
        return self.refused / max(1, self.served + self.refused)


def rows(folder: Path) -> Iterator[Row]:
    """Both shares for each quota and crew."""
    with start() as sandbox:
        for quota in QUOTAS:
            for runs, workers in CREWS:
                name = f"{quota} a minute, {'two runs of ' if runs > 1 else ''}{workers} worker{'s' * (workers > 1)}"
                count = measure(folder, sandbox, quota, runs * workers, MINUTES)
                note = f"{count.served:,} requests in {MINUTES - 1} minutes of the org's clock"
                yield Row("quota", f"answers 429, {name}", "%", count.refusals * 100, "at most", 1.0, note=note)
                yield Row("quota", f"used, {name}", "%", count.used * 100, "at least", 90.0, more_is_better=True)


def measure(folder: Path, sandbox: Running, quota: int, processes: int, minutes: int) -> Count:
    """What an org of `quota` requests a minute counts while so many processes send for so many minutes of its clock."""
    state = folder / f"state-{quota}-{processes}-{len(list(folder.iterdir()))}"
    state.mkdir(mode=0o700)
    control = sandbox.urls["control"]
    target = served(Target("bench", "zendesk", "", Credentials("none")), sandbox.urls, sandbox.credentials["zendesk"])
    target = replace(target, quota=START_QUOTA, learns_quota=True, quota_store=str(state))
    _ask(sandbox, "/reset", "POST")
    _ask(sandbox, "/limits", "PUT", {"zendesk": {"account": quota}})
    # From the beginning of a minute, so that the first one is whole.
    move(control, 60 - _ask(sandbox, "/clock")["now"] % 60)
    spawning = multiprocessing.get_context("spawn")
    barrier = spawning.Barrier(processes)
    crew = [
        spawning.Process(target=_send, args=(state, target, control, index, processes, minutes, barrier))
        for index in range(processes)
    ]
    for process in crew:
        process.start()
    for process in crew:
        process.join()
    if any(process.exitcode for process in crew):
        raise RuntimeError("a process of the measurement failed")
    # The first minute holds the start, the last is not over.
    whole = _ask(sandbox, "/limits")["zendesk"]["minutes"][1:-1]
    first, last = whole[0][0], whole[-1][0]
    return Count(quota * (last - first + 1), sum(row[1] for row in whole), sum(row[2] for row in whole))


def _send(state: Path, target: Target, control: str, index: int, processes: int, minutes: int, barrier: Any) -> None:
    """One worker: reads as fast as the quota lets it, until the time is over."""
    clock = SharedClock(state / "clock", index, processes, control)
    context = run_context.build(RunOptions(), Settings({}, cache_folder()))
    policy = connect.policy_context(context, {target.name: Permit()}, {target.name: target})
    limiter = Limiter(target, clock=clock.now, run=str(os.getpid()))
    waiter = _MovedWaiter(clock)
    chain = connect.layers(policy, target, context, None, limiter, lambda verdict: None, waiter)
    client = open_client(target, chain)
    barrier.wait()
    until = clock.now() + minutes * 60
    try:
        while clock.now() < until:
            client.send(Request("GET", target.base_url + PATH))
    except UnfinishedError as error:
        raise SystemExit(str(error)) from error
    finally:
        clock.end()
        client.close()


class _MovedWaiter(Waiter):
    """Moves the shared clock on where the harness waits."""

    def __init__(self, shared: SharedClock) -> None:
        super().__init__(clock=shared.now)
        self.shared = shared

    def wait(self, seconds: float) -> None:
        self.shared.wait(seconds)


def _ask(sandbox: Running, path: str, method: str = "GET", body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(sandbox.urls["control"] + path, data, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)
