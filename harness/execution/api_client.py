"""The client of a hand-written test: each exchange goes through the guarded chain and is held to the contract."""

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
from harness.execution.org_under_test import OrgUnderTest
from harness.execution.reproduce import Attempt, Cause, Settled, settle, spoiled, unanswered
from harness.finding import Finding
from harness.openapi.catalog import Match
from harness.results.outcome import Outcome, State
from harness.target import Target
from harness.transport.failures import LostError, NoAnswerError
from harness.transport.refused import Refused

_SAFE_METHODS = frozenset({"GET", "HEAD"})


class ApiClient:
    """`client.post("/api/v2/tickets", {...})` sends and gives the response; findings gather on the way.

    `org` has all that testing it takes, `mark` is the text that only this run puts into what it makes.
    """

    def __init__(self, org: OrgUnderTest) -> None:
        self.org = org
        self.mark = org.binder.mark
        self.began = time.monotonic()
        self.sent_before = org.client.requests_sent
        self.statuses: Counter[str] = Counter()
        self.findings: dict[object, Finding] = {}
        self.doubts: set[Cause] = set()
        self.lost: Counter[str] = Counter()

    @property
    def target(self) -> Target:
        """The org and its address."""
        return self.org.target

    def get(self, path: str, **options: Any) -> Response:
        """GET; `options` are those of `call`."""
        return self.call("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> Response:
        """POST with a JSON body."""
        return self.call("POST", path, json, **options)

    def put(self, path: str, json: Any = None, **options: Any) -> Response:
        """PUT with a JSON body."""
        return self.call("PUT", path, json, **options)

    def delete(self, path: str, **options: Any) -> Response:
        """DELETE."""
        return self.call("DELETE", path, **options)

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
        own_headers = {name.lower(): value for name, value in (headers or {}).items()}
        pairs = [("accept", "application/json"), *own_headers.items()]
        body = b"" if json is None else jsonlib.dumps(json).encode()
        if body and "content-type" not in own_headers:
            pairs.append(("content-type", "application/json"))
        encoded = f"?{urlencode(query, doseq=True)}" if query else ""
        request = Request(method, (url or self.target.base_url) + path + encoded, tuple(pairs), body)
        match = None if url else self.org.documents.catalog.match(self.target.vendor, method, path)
        return self.send(request, match, signed=signed)

    def send(self, request: Request, match: Match | None = None, *, signed: bool = True) -> Response:
        """Send a request that is ready. A read whose answer may be the network's is sent again; what cannot be
        repeated alone is left in `doubts`, and the test is run again.

        Raises what the guard raises, `LostError` where no answer came, `UnfinishedError` in an outage.
        """
        if self.org.client.stopped:
            raise UnfinishedError(f"not tried: {self.org.client.stopped}")
        key = match.operation.key if match else f"{self.target.vendor}:{request.method} {request.path}"
        settled = self._settle(request, match, key, signed=signed)
        self._keep_lost(settled)
        attempt = settled.attempt
        if attempt is None:
            attempt = settled.dropped[-1]
            self.doubts |= attempt.doubts
        if match:
            self.note(attempt.findings)
        if attempt.exchange is None:
            self._check_outage(key, attempt)
            raise LostError(attempt.findings[0].message)
        self._keep_answer(attempt.exchange, match, key)
        return attempt.exchange.response

    def _settle(self, request: Request, match: Match | None, key: str, *, signed: bool) -> Settled:
        """What the request came to; one that changes something is sent once, and its doubts stay."""

        def send_once() -> Attempt:
            try:
                exchange = self.org.client.send(request, signed=signed)
            except Refused:
                raise
            except NoAnswerError as error:
                return unanswered(key, error)
            findings = judge(exchange, match, self.org.checks.contract) if match else undocumented(key, exchange)
            return Attempt(exchange, tuple(findings))

        if request.method in _SAFE_METHODS:
            return settle(send_once, self.findings, lambda attempt: self._check_outage(key, attempt))
        attempt = send_once()
        return Settled(None, (attempt,)) if attempt.doubts else Settled(attempt)

    def _keep_lost(self, settled: Settled) -> None:
        """Count and record the answers that are the network's."""
        self.lost.update(settled.lost)
        for attempt in settled.dropped:
            if attempt.exchange:
                self.org.client.record(attempt.exchange, purpose=UPKEEP)

    def _keep_answer(self, exchange: Exchange, match: Match | None, key: str) -> None:
        """Count and record the answer of the org."""
        self.statuses[str(exchange.response.status)] += 1
        self.org.client.outage.answered(key, exchange)
        if match:
            self.org.client.record(exchange, key)
        else:
            self.org.client.record(exchange, purpose=UPKEEP)

    def _check_outage(self, key: str, attempt: Attempt) -> None:
        self.org.client.check_outage(key, attempt.findings[0].message)

    @property
    def last(self) -> Exchange:
        """The exchange of the last request that got an answer."""
        last = self.org.client.transport.exchanges.last
        assert last is not None, "nothing was sent yet"
        return last

    def doubt(self, why: str) -> None:
        """A request of the test's own, past this client, got no answer: whether that is the org's doing is unknown."""
        self.doubts.add((self.target.vendor, ANSWER, 0, "", why))

    def note(self, findings: Iterable[Finding]) -> bool:
        """Keep findings; whether there were any."""
        masked = [self.org.client.mask.finding(finding) for finding in findings]
        for finding in masked:
            self.findings.setdefault(finding.cause, finding)
        return bool(masked)

    def own(self, collection: str) -> str:
        """The id of a record that this run made in the collection at a path; made now if there is none yet."""
        return self.org.records.own(collection)

    def outcome(self, name: str, tier: str, blame: Blame | None = None, past: Sequence[ApiClient] = ()) -> Outcome:
        """What this test amounts to, as one more line of the results.

        `blame` says why it did not come to its end, `past` are the clients of earlier runs of the same test: only what
        was in doubt in each of them is held against the org.
        """
        blame = blame or Blame()
        confirmed = self.doubts.intersection(*(client.doubts for client in past))
        doubtful = bool(self.doubts) and not confirmed
        findings = [finding for cause, finding in self.findings.items() if cause not in self.doubts - confirmed]
        if blame.failure and not doubtful:
            message = self.org.client.mask.text(blame.failure).splitlines()[0]
            findings += failed_test(f"{self.target.vendor}:{name}", message)
        new, waived = self.org.split_waived(findings)
        lost = sum((client.lost for client in past), self.lost)
        error = blame.broken
        if not error and (doubtful or (blame.lost and not new)):
            kinds = ", ".join(f"{kind} {times}" for kind, times in lost.most_common()) or blame.lost
            error = f"the network lost or spoiled an answer in each run of the test ({kinds})"
        return Outcome(
            key=f"{self.target.vendor}:{name}",
            vendor=self.target.vendor,
            method="",
            path=name,
            resource="suite",
            tier=tier,
            rule="hand-written",
            state=_state(blame, error, bool(new)),
            detail=error or blame.refused or blame.skipped,
            cases=sum(self.statuses.values()),
            requests=self.org.client.requests_sent - self.sent_before,
            statuses=dict(sorted(self.statuses.items())),
            succeeded=any(code.startswith("2") for code in self.statuses),
            seconds=round(time.monotonic() - self.began, 3),
            findings=tuple(new),
            waived=tuple(waived),
            lost=dict(sorted(lost.items())),
        )


def _state(blame: Blame, error: str, has_findings: bool) -> State:
    if error:
        return State.ERROR
    if has_findings:
        return State.FINDINGS
    if blame.refused:
        return State.REFUSED
    return State.SKIPPED if blame.skipped else State.PASSED


def undocumented(key: str, exchange: Exchange) -> Iterator[Finding]:
    """The doubt about an answer that no document describes."""
    if fault := spoiled(exchange.response):
        yield from spoiled_answer(key, exchange, fault)
