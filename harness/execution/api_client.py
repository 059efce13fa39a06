"""Desk: one org in a hand-written test; every exchange goes through the chain and is held to the contract."""

from __future__ import annotations

import json as jsonlib
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from harness.checks import UPKEEP, judge
from harness.checks.run_findings import ANSWER, failed_test, spoiled_answer
from harness.errors import UnfinishedError
from harness.exchange import Exchange, Request, Response
from harness.execution.blame import Blame
from harness.execution.reproduce import Attempt, Cause, Settled, settle, spoiled, unanswered
from harness.execution.session import Session
from harness.finding import Finding
from harness.openapi.catalog import Match
from harness.results.outcome import Outcome, State
from harness.transport.failures import LostError, NoAnswerError
from harness.transport.refused import Refused

_SAFE = frozenset({"GET", "HEAD"})


class ApiClient:
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
        self.doubts: set[Cause] = set()
        self.lost: Counter[str] = Counter()

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
        request = Request(method, target, tuple(pairs), body)
        match = None if url else self.session.documents.catalog.match(self.session.target.vendor, method, path)
        return self.send(request, match, signed=signed)

    def send(self, request: Request, match: Match | None = None, *, signed: bool = True) -> Response:
        """Send a request that is ready. A read whose answer may be the network's is sent again; what cannot be
        repeated alone is left in `doubts`, and the test is run again.

        Raises what the guard raises, `NoAnswerError` where no answer came, `UnfinishedError` in an outage.
        """
        if self.session.stopped:
            raise UnfinishedError(f"not tried: {self.session.stopped}")
        key = match.operation.key if match else f"{self.session.target.vendor}:{request.method} {request.path}"
        settled = self._settled(request, match, key, signed=signed)
        self.lost.update(settled.lost)
        for one in settled.dropped:
            if one.exchange:
                self.session.keep(one.exchange, purpose=UPKEEP)
        went = settled.attempt or settled.dropped[-1]
        if settled.attempt is None:
            self.doubts |= went.doubts
        if match:
            self.note(went.findings)
        if went.exchange is None:
            self._outage(key, went.findings[0].message)
            raise LostError(went.findings[0].message)
        self.session.pulse.answered(key, went.exchange)
        self.statuses[str(went.exchange.response.status)] += 1
        self.session.keep(went.exchange, match.operation.key if match else "", "" if match else UPKEEP)
        return went.exchange.response

    def _settled(self, request: Request, match: Match | None, key: str, *, signed: bool) -> Settled:
        """What the request came to; one that changes something is sent once, and its doubts stay."""

        def once() -> Attempt:
            try:
                exchange = self.session.client.send(request, signed=signed)
            except Refused:
                raise
            except NoAnswerError as error:
                return unanswered(key, error)
            found = judge(exchange, match, self.session.contract) if match else unpromised(key, exchange)
            return Attempt(exchange, tuple(found))

        if request.method in _SAFE:
            return settle(once, self.findings, lambda attempt: self._outage(key, attempt.findings[0].message))
        attempt = once()
        return Settled(None, (attempt,)) if attempt.doubts else Settled(attempt)

    def doubt(self, why: str) -> None:
        """A request of the test's own, past this desk, got no answer: whether that is the org's doing is not known."""
        self.doubts.add((self.session.target.vendor, ANSWER, 0, "", why))

    def _outage(self, key: str, why: str) -> None:
        """Raises `UnfinishedError` where the org answers nothing any more, and remembers it for the tests to come."""
        try:
            self.session.pulse.check(key, why)
        except UnfinishedError as error:
            self.session.stopped = error.what
            raise

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

    def outcome(self, name: str, tier: str, blame: Blame | None = None, past: Sequence[ApiClient] = ()) -> Outcome:
        """What this test amounts to, as one more line of the results.

        `blame` says why it did not come to its end, `past` are the desks of earlier runs of the same test: only what
        was in doubt in each of them is held against the org.
        """
        blame, vendor = blame or Blame(), self.session.target.vendor
        shown = self.doubts.intersection(*(one.doubts for one in past))
        found = [one for cause, one in self.findings.items() if cause in shown or cause not in self.doubts]
        unsure = bool(self.doubts) and not shown
        if blame.failure and not unsure:
            said = self.session.mask.text(blame.failure).splitlines()[0]
            found += failed_test(f"{vendor}:{name}", said)
        new, waived = self.session.sort(found)
        lost = sum((one.lost for one in past), self.lost)
        broken = blame.broken
        if not broken and (unsure or (blame.lost and not new)):
            kinds = ", ".join(f"{kind} {times}" for kind, times in lost.most_common()) or blame.lost
            broken = f"the network lost or spoiled an answer in each run of the test ({kinds})"
        return Outcome(
            key=f"{vendor}:{name}",
            vendor=vendor,
            method="",
            path=name,
            resource="suite",
            tier=tier,
            rule="hand-written",
            state=_state(blame, broken, bool(new)),
            detail=broken or blame.refused or blame.skipped,
            cases=sum(self.statuses.values()),
            requests=self.session.client.tape.sent - self.sent,
            statuses=dict(sorted(self.statuses.items())),
            succeeded=any(code.startswith("2") for code in self.statuses),
            seconds=round(time.monotonic() - self.begun, 3),
            findings=tuple(new),
            waived=tuple(waived),
            lost=dict(sorted(lost.items())),
        )


def _state(blame: Blame, broken: str, found: bool) -> State:
    if broken:
        return State.ERROR
    if found:
        return State.FINDINGS
    if blame.refused:
        return State.REFUSED
    return State.SKIPPED if blame.skipped else State.PASSED


def unpromised(key: str, exchange: Exchange) -> Iterator[Finding]:
    """The doubt about an answer that no document describes."""
    if what := spoiled(exchange.response):
        yield from spoiled_answer(key, exchange, what)
