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
from harness.execution.session import Session
from harness.ledger import MAIN, Ledger
from harness.planning import run_context
from harness.planning.job import LEDGER, Job
from harness.planning.plan import PlanStep
from harness.planning.run_context import RunContext
from harness.planning.run_options import RunOptions
from harness.risk.tier import Tier
from harness.sandbox.app import App
from harness.sandbox.world import World, build
from harness.settings import Credentials, Settings, Target
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
    context: World
    seen: RunContext
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
        _finish(App(self.context)(scope, receive, send))
        headers = [*parts[0]["headers"], (b"date", formatdate(usegmt=True).encode())]
        return httpx.Response(parts[0]["status"], headers=headers, content=parts[1]["body"])

    @property
    def order(self) -> Job:
        """A run that may do everything."""
        return Job(RUN, self.folder, self.seen.wish, self.seen.targets, self.seen.supposed())

    @property
    def creates(self) -> tuple[PlanStep, ...]:
        """The planned operations that may create something."""
        steps = self.seen.plan(self.seen.supposed()).running
        return tuple(one for one in steps if one.operation.method == "POST" and one.assessment.tier > Tier.READ)

    def session(self, vendor: str, ledger: Ledger) -> Session:
        """A worker's session."""
        return connect.connect(self.order, self.seen, vendor, ledger)

    def ledger(self, writer: str = MAIN) -> Ledger:
        """The run's ledger."""
        return Ledger.open(self.folder / LEDGER, writer)

    def sweep(self) -> list[str]:
        """Take everything back, as another process would do it later."""
        self.losing = lambda request: ""
        with self.ledger("sweep") as ledger:
            sessions: Mapping[str, Session] = {vendor: self.session(vendor, ledger) for vendor in self.seen.targets}
            return teardown.sweep(ledger, sessions.__getitem__, self.seen.undo)

    def rows(self) -> Rows:
        """Every record by (vendor, table, id), the trash included, job rows aside."""
        return {
            (vendor, table, key): row
            for vendor, tables in self.context.state().items()
            for table, content in tables.items()
            for key, row in (*content["rows"].items(), *content.get("trash", {}).items())
            if table != "job_statuses"
        }

    def reset(self) -> None:
        """The sandbox as new, the ledger empty."""
        self.context.reset()
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
def lab(folder: Path, cache: Path, *, budget: int = 6) -> Iterator[Lab]:
    """A sandbox with a run that may do everything, at all tiers."""
    context = build()
    context.settle(ORIGIN)
    wish = RunOptions(allow=tuple(Tier), budget=budget, seed=1)
    seen = run_context.take(wish, Settings({}, cache))
    known = context.accounts
    targets = {name: _placed(one, dict(known[name].service.credentials)) for name, one in seen.targets.items()}
    place = Lab(folder, context, replace(seen, targets=targets, documents=replace(seen.documents, cache=cache)))
    with pytest.MonkeyPatch.context() as patch:
        network = httpx.MockTransport(place.answer)
        patch.setattr(connect, "dial", partial(client.connect, network=network))
        patch.setattr(teardown, "SETTLED", 0.0)
        yield place


def _placed(target: Target, known: dict[str, str]) -> Target:
    if target.vendor == "zendesk":
        return replace(
            target, base_url=f"{ORIGIN}/zendesk", credentials=Credentials("basic", known["user"], known["token"])
        )
    return replace(
        target,
        base_url=f"{ORIGIN}/zoho",
        token_url=f"{ORIGIN}/zoho-accounts",
        org_id=str(known["org_id"]),
        credentials=Credentials("zoho", "", known["refresh_token"], known["client_id"], known["client_secret"]),
    )
