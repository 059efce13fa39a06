"""Both vendors' sandbox in this process, behind the whole chain, with a network that can lose an answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from harness.execution import connect, teardown
from harness.execution.org_under_test import OrgUnderTest
from harness.ledger import MAIN, Ledger
from harness.planning import run_context
from harness.planning.job import LEDGER, Job
from harness.planning.plan import PlanStep
from harness.planning.run_context import RunContext
from harness.planning.run_options import RunOptions
from harness.planning.targets import served
from harness.risk.tier import Tier
from harness.sandbox.app import App
from harness.sandbox.state import SandboxState, build
from harness.settings import Settings
from harness.target import embedded_name
from harness.transport import client

ORIGIN = "http://127.0.0.1:1"
RUN = "20260101-120000-1"
Rows = dict[tuple[str, str, str], Any]


def _instead(status: int, body: bytes = b"") -> Callable[[httpx.Response], httpx.Response]:
    return lambda answer: httpx.Response(status, content=body)


SPOILED: Mapping[str, Callable[[httpx.Response], httpx.Response]] = {
    "odd": _instead(299),
    "failed": _instead(599),
    "page": _instead(502, b"<html>no upstream</html>"),
    "silent": _instead(200),
    "half": lambda answer: httpx.Response(answer.status_code, content=answer.content[: len(answer.content) // 2]),
}
"""What a proxy gives in place of the server's answer, which it has seen."""


@dataclass
class Lab:
    """`losing` decides which requests lose their answer: "before" they arrive, "after" they had their effect, or "".

    `failing` is the error that such a request ends with. By a name of `SPOILED` a proxy answers after the effect.
    """

    folder: Path
    state: SandboxState
    run_context: RunContext
    losing: Callable[[httpx.Request], str] = lambda request: ""
    failing: type[httpx.TransportError] = httpx.ReadError
    lost: int = 0
    sent: list[httpx.Request] = field(default_factory=list)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """The network: one request to the sandbox and back."""
        how = self.losing(request)
        if how == "before":
            raise self.failing("lost on the way there", request=request)
        response = self.serve(request)
        if how in SPOILED:
            self.lost += 1
            return SPOILED[how](response)
        if how:
            self.lost += 1
            raise self.failing("lost on the way back", request=request)
        return response

    def serve(self, request: httpx.Request) -> httpx.Response:
        """What the sandbox answers."""
        self.sent.append(request)
        parts: list[MutableMapping[str, Any]] = []

        async def receive() -> MutableMapping[str, Any]:
            return {"body": request.read()}

        async def send(message: MutableMapping[str, Any]) -> None:
            parts.append(message)

        scope = {
            "type": "http",
            "method": request.method,
            "raw_path": request.url.raw_path.partition(b"?")[0],
            "query_string": request.url.query,
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
        }
        _finish(App(self.state)(scope, receive, send))
        headers = [*parts[0]["headers"], (b"date", formatdate(usegmt=True).encode())]
        return httpx.Response(parts[0]["status"], headers=headers, content=parts[1]["body"])

    @property
    def job(self) -> Job:
        """A run that may do everything."""
        return Job(RUN, self.folder, self.run_context.options, self.run_context.targets, self.run_context.permits)

    @property
    def creates(self) -> tuple[PlanStep, ...]:
        """The planned operations that may create something."""
        steps = self.run_context.plan.running
        return tuple(one for one in steps if one.operation.method == "POST" and one.assessment.tier > Tier.READ)

    def org(self, vendor: str, ledger: Ledger) -> OrgUnderTest:
        """A vendor's org, as a worker connects to it."""
        return connect.connect(self.job, self.run_context, embedded_name(vendor), ledger)

    def ledger(self, writer: str = MAIN) -> Ledger:
        """The run's ledger."""
        return Ledger.open(self.folder / LEDGER, writer)

    def sweep(self) -> list[str]:
        """Take everything back, as another process would do it later."""
        self.losing = lambda request: ""
        with self.ledger("sweep") as ledger:
            vendors = self.run_context.vendors
            orgs: Mapping[str, OrgUnderTest] = {embedded_name(vendor): self.org(vendor, ledger) for vendor in vendors}
            return teardown.sweep(ledger, orgs.__getitem__, self.run_context.cleanup)

    def rows(self) -> Rows:
        """Every record by (vendor, table, id), the trash included, job rows aside."""
        return {
            (vendor, table, key): row
            for vendor, tables in self.state.dump().items()
            for table, content in tables.items()
            for key, row in (*content["rows"].items(), *content.get("trash", {}).items())
            if table != "job_statuses"
        }

    def reset(self) -> None:
        """The sandbox as new, the ledger empty."""
        self.state.reset()
        self.sent.clear()
        self.lost = 0
        for path in self.folder.glob("ledger*"):
            path.unlink()


def _finish(running: Awaitable[None]) -> None:
    """Run what waits for nothing to its end; starting an event loop for each request would cost ten times as much."""
    steps = running.__await__()
    for _ in steps:
        raise AssertionError("the sandbox waits for something")


@contextmanager
def lab(folder: Path, cache: Path, *, budget: int = 6, options: RunOptions | None = None) -> Iterator[Lab]:
    """A sandbox with a run that may do everything, at all tiers; or one with these options."""
    state = build()
    state.serve_at(ORIGIN)
    options = options or RunOptions(allow=tuple(Tier), budget=budget, seed=1)
    built = run_context.build(options, Settings({}, cache))
    known = state.vendors
    urls = {name: f"{ORIGIN}/{name}" for name in known} | {"accounts": f"{ORIGIN}/zoho-accounts"}
    placed = {
        name: served(target, urls, known[target.vendor].service.credentials) for name, target in built.targets.items()
    }
    place = Lab(folder, state, replace(built, targets=placed, documents=replace(built.documents, cache=cache)))
    with pytest.MonkeyPatch.context() as patch:
        network = httpx.MockTransport(place.answer)
        patch.setattr(connect, "open_client", partial(client.connect, network=network))
        patch.setattr(teardown, "EFFECT_SECONDS", 0.0)
        yield place
