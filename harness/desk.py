"""Desk: one org in a hand-written test; every exchange goes through the chain and is held to the contract."""

from __future__ import annotations

import json as jsonlib
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from harness.checks import judge
from harness.checks.finding import Finding
from harness.exchange import Exchange, Request, Response
from harness.results import Outcome, State
from harness.session import Session


class Desk:
    """`desk.post("/api/v2/tickets", {...})` sends and gives the answer; findings gather on the way.

    `base` is the org's URL, `own(collection)` the id of a record made for this run.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.base = session.target.base_url
        self.begun = time.monotonic()
        self.sent = session.client.tape.sent
        self.statuses: Counter[str] = Counter()
        self.findings: dict[object, Finding] = {}

    def call(
        self,
        method: str,
        path: str,
        json: Any = None,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        signed: bool = True,
        url: str = "",
    ) -> Response:
        """Send one request; `url` replaces the org's base (the accounts host). Raises what the guard raises."""
        pairs = [("accept", "application/json"), *((name.lower(), value) for name, value in (headers or {}).items())]
        body = b"" if json is None else jsonlib.dumps(json).encode()
        if body and "content-type" not in dict(pairs):
            pairs.append(("content-type", "application/json"))
        target = (url or self.base) + path + (f"?{urlencode(query, doseq=True)}" if query else "")
        exchange = self.session.client.send(Request(method, target, tuple(pairs), body), signed=signed)
        self.statuses[str(exchange.response.status)] += 1
        match = self.session.shelf.catalog.match(self.session.target.vendor, method, path)
        self.session.keep(exchange, match.operation.key if match else "", "" if match and not url else "upkeep")
        if match and not url:
            self.note(judge(exchange, match, self.session.contract))
        return exchange.response

    def get(self, path: str, **more: Any) -> Response:
        """GET."""
        return self.call("GET", path, **more)

    def post(self, path: str, json: Any = None, **more: Any) -> Response:
        """POST with a JSON body."""
        return self.call("POST", path, json, **more)

    def put(self, path: str, json: Any = None, **more: Any) -> Response:
        """PUT with a JSON body."""
        return self.call("PUT", path, json, **more)

    def delete(self, path: str, **more: Any) -> Response:
        """DELETE."""
        return self.call("DELETE", path, **more)

    @property
    def last(self) -> Exchange:
        """The exchange of the last request that got an answer."""
        last = self.session.client.tape.last
        assert last is not None, "nothing was asked yet"
        return last

    def note(self, found: Iterable[Finding]) -> bool:
        """Keep findings; whether there were any."""
        rows = [self.session.mask.finding(one) for one in found]
        for one in rows:
            self.findings.setdefault(one.cause, one)
        return bool(rows)

    def own(self, path: str) -> str:
        """The id of a record that this run made in the collection at `path`; made now if there is none yet."""
        return self.session.records.own(path)

    def outcome(self, name: str, tier: str, failure: str = "", skipped: str = "", refused: str = "") -> Outcome:
        """What this test amounts to, as one more line of the results.

        `failure` is the assertion that broke, `skipped` and `refused` say why the test did not come to its end.
        """
        vendor = self.session.target.vendor
        found = list(self.findings.values())
        if failure:
            said = self.session.mask.text(failure).splitlines()[0]
            found.append(Finding(f"{vendor}:{name}", "suite", 0, "", said, said))
        new, waived = self.session.sort(found)
        return Outcome(
            key=f"{vendor}:{name}",
            vendor=vendor,
            method="",
            path=name,
            resource="suite",
            tier=tier,
            rule="hand-written",
            state=State.FINDINGS
            if new
            else State.REFUSED
            if refused
            else State.UNSUPPORTED
            if skipped
            else State.PASSED,
            detail=refused or skipped,
            cases=sum(self.statuses.values()),
            requests=self.session.client.tape.sent - self.sent,
            statuses=dict(sorted(self.statuses.items())),
            succeeded=any(code.startswith("2") for code in self.statuses),
            seconds=round(time.monotonic() - self.begun, 3),
            findings=tuple(new),
            waived=tuple(waived),
        )
