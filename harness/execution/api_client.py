"""The client of a hand-written test: each exchange goes through the guarded chain and is held to the contract."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from harness.checks import BY_NAME, UPKEEP, judge
from harness.checks.run_findings import ANSWER, failed_test, foreign_answer
from harness.errors import UnfinishedError, UsageError
from harness.exchange import Exchange, Request, Response
from harness.execution.blame import Blame, UnmetError
from harness.execution.org_under_test import OrgUnderTest
from harness.execution.reproduce import (
    Attempt,
    Cause,
    SendResult,
    reason_to_doubt,
    send_until_certain,
    unanswered_attempt,
)
from harness.execution.tally import Tally, in_words
from harness.finding import Finding
from harness.formats.suggestion import did_you_mean
from harness.openapi.catalog import Match
from harness.results.outcome import Outcome, State
from harness.target import Target
from harness.transport.failures import LostError, NoAnswerError
from harness.transport.overlap import run_overlapping
from harness.transport.refused import Refused
from harness.vendors import VENDORS
from harness.vendors.obstacle import Obstacle, OrgError

_SAFE_METHODS = frozenset({"GET", "HEAD"})


class ApiClient:
    """`client.post("/api/v2/tickets", {...})` sends and returns the response; its findings are collected.

    `mark` is the text that only this run puts into what it creates. `doubts` are causes of findings that may be the
    network's doing.
    """

    def __init__(self, org: OrgUnderTest) -> None:
        self.org = org
        self.mark = org.binder.mark
        self.tally = Tally(org.client)
        self.doubts: set[Cause] = set()

    @property
    def target(self) -> Target:
        """The org and its address."""
        return self.org.target

    @property
    def findings(self) -> dict[object, Finding]:
        """The findings so far by their cause; a test may remove those that it expects."""
        return self.tally.findings

    def get(self, path: str, **options: Any) -> Response:
        """GET; `options` are those of `call`."""
        return self.call("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> Response:
        """POST with a JSON body."""
        return self.call("POST", path, json, **options)

    def post_at_once(self, path: str, *bodies: Any) -> tuple[Response, ...]:
        """POST several JSON bodies in the same instant, each on a connection of its own; the answers in their order.

        Raises as `send` does, after all of them have ended.
        """
        requests = [self._request("POST", path, body) for body in bodies]
        match = self.org.documents.catalog.match(self.target.vendor, "POST", path)
        key = self._key(requests[0], match)
        self._check_stopped()
        attempts = run_overlapping([partial(self._attempt, request, match, key) for request in requests])
        return tuple(self._take(_once(attempt), match, key) for attempt in attempts)

    def put(self, path: str, json: Any = None, **options: Any) -> Response:
        """PUT with a JSON body."""
        return self.call("PUT", path, json, **options)

    def patch(self, path: str, json: Any = None, **options: Any) -> Response:
        """PATCH with a JSON body."""
        return self.call("PATCH", path, json, **options)

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
        request = self._request(method, path, json, query, headers, url)
        match = None if url else self.org.documents.catalog.match(self.target.vendor, method, path)
        return self.send(request, match, signed=signed)

    def _request(
        self,
        method: str,
        path: str,
        json: Any = None,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        url: str = "",
    ) -> Request:
        own_headers = {name.lower(): value for name, value in (headers or {}).items()}
        pairs = [("accept", "application/json"), *own_headers.items()]
        body = b"" if json is None else jsonlib.dumps(json).encode()
        if body and "content-type" not in own_headers:
            pairs.append(("content-type", "application/json"))
        encoded = f"?{urlencode(query, doseq=True)}" if query else ""
        return Request(method, (url or self.target.base_url) + path + encoded, tuple(pairs), body)

    def send(self, request: Request, match: Match | None = None, *, signed: bool = True) -> Response:
        """Send a complete request. A read whose answer may be the network's is sent again; for a change, which cannot
        be sent twice, the doubt is added to `doubts`, and the test is run again.

        Raises what the guard raises, `LostError` where no answer came, `UnfinishedError` in an outage, `OrgError` where
        the answer is about our token, our quota or the whole org.
        """
        self._check_stopped()
        key = self._key(request, match)
        return self._take(self._send_until_certain(request, match, key, signed=signed), match, key)

    def _check_stopped(self) -> None:
        if self.org.client.obstacle:
            raise OrgError(Obstacle(self.org.client.obstacle), f"not tried: {self.org.client.stopped}")
        if self.org.client.stopped:
            raise UnfinishedError(f"not tried: {self.org.client.stopped}")

    def _key(self, request: Request, match: Match | None) -> str:
        return match.operation.key if match else f"{self.target.vendor}:{request.method} {request.path}"

    def _take(self, result: SendResult, match: Match | None, key: str) -> Response:
        """The answer that a request came to, once it is counted and recorded. Raises `LostError` without one."""
        self.tally.add_lost(result)
        attempt = result.attempt or result.dropped[-1]
        if not result.attempt:
            self.doubts |= attempt.doubts
        if match:
            self.add_findings(attempt.findings)
        if attempt.exchange is None:
            self._check_outage(key, attempt)
            raise LostError(attempt.findings[0].message)
        self._add_answer(attempt.exchange, match, key)
        if result.attempt:
            # What is in doubt is on the recording already, as an answer that counts for nothing.
            self._record(attempt.exchange, match, key)
        return attempt.exchange.response

    def _send_until_certain(self, request: Request, match: Match | None, key: str, *, signed: bool) -> SendResult:
        """Send a read until its answer is certain, a change only once."""

        send_once = partial(self._attempt, request, match, key, signed=signed)
        if request.method in _SAFE_METHODS:
            return send_until_certain(
                send_once,
                self.findings,
                lambda attempt: self._check_outage(key, attempt),
                may_repeat=self.org.client.ceiling.may_repeat,
            )
        return _once(send_once())

    def _attempt(self, request: Request, match: Match | None, key: str, *, signed: bool = True) -> Attempt:
        """Send a request once, and judge its answer."""
        try:
            exchange = self.org.client.send(request, signed=signed)
        except Refused:
            raise
        except NoAnswerError as error:
            return unanswered_attempt(key, error, self.org.client.masked(request))
        if signed and self._is_with_our_credentials(request):
            hindrance = self.org.client.hindrance(exchange.response, self.tally.asked)
            if hindrance:
                raise hindrance.error(key)
        if match is None:
            return Attempt(exchange, tuple(_judge_undocumented(key, exchange)), sent=exchange.attempt)
        return Attempt(exchange, tuple(judge(exchange, match, self.org.checks.contract)), sent=exchange.attempt)

    def _is_with_our_credentials(self, request: Request) -> bool:
        """Whether the request goes to the org as the target says: a test may try other credentials, or another org."""
        own = ("authorization", VENDORS[self.target.vendor].org_header.lower())
        is_for_org = request.url.startswith(self.target.base_url + "/")
        return is_for_org and not any(request.header(name) for name in own if name)

    def _add_answer(self, exchange: Exchange, match: Match | None, key: str) -> None:
        self.tally.add_answer(exchange, key)
        self.tally.succeeded |= exchange.response.is_success
        if match:
            self.tally.unjudged.update(self.org.checks.unjudged(exchange, match))

    def _record(self, exchange: Exchange, match: Match | None, key: str) -> None:
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
        """Say that a request which the test sent past this client got no answer, perhaps through the network."""
        self.doubts.add((self.target.vendor, ANSWER, 0, "", why))

    def expect_finding(self, check: str) -> None:
        """Say that the check of this name must have found something by now, and that it is no finding here.

        Raises `UsageError` where there is no such check, `UnmetError` where it found nothing.
        """
        if check not in BY_NAME:
            remedy = f"{did_you_mean(check, BY_NAME)} All checks: docs/checks.md".strip()
            raise UsageError(f"there is no check {check!r}", remedy=remedy)
        causes = [cause for cause, finding in self.findings.items() if finding.check == check]
        if not causes:
            raise UnmetError(f"the check {check} found nothing")
        for cause in causes:
            del self.findings[cause]

    def add_findings(self, findings: Iterable[Finding]) -> bool:
        """Add findings of the test's own; whether there were any."""
        return self.tally.add_findings(findings)

    def outcome(self, name: str, tier: str, blame: Blame | None = None, past: Sequence[ApiClient] = ()) -> Outcome:
        """The test's outcome for the results.

        `blame` says why it did not come to its end, `past` are the clients of earlier runs of the same test: only what
        was in doubt in each of them counts as the org's doing.
        """
        blame = self._without_obstacle(blame or Blame())
        confirmed = self.doubts.intersection(*(client.doubts for client in past))
        doubtful = bool(self.doubts) and not confirmed
        findings = [finding for cause, finding in self.findings.items() if cause not in self.doubts - confirmed]
        if blame.failure and not doubtful:
            message = self.org.client.mask.text(blame.failure).splitlines()[0]
            findings += failed_test(f"{self.target.vendor}:{name}", message, blame.statement)
        new, waived = self.org.split_waived(findings)
        lost = sum((client.tally.lost for client in past), self.tally.lost)
        error = blame.broken
        if not error and (doubtful or (blame.lost and not new)):
            kinds = in_words(lost) or blame.lost
            error = f"the network lost or spoiled an answer in each run of the test ({kinds})"
        outcome = Outcome(
            key=f"{self.target.vendor}:{name}",
            vendor=self.target.vendor,
            method="",
            path=name,
            resource="suite",
            tier=tier,
            rule="hand-written",
            state=_state(blame, error, bool(new)),
            detail=error or blame.refused or blame.skipped,
            cases=self.tally.statuses.total(),
            target=self.target.name,
        )
        self.tally.obstacle = blame.obstacle
        return self.tally.complete(outcome, new, waived, lost)

    def _without_obstacle(self, blame: Blame) -> Blame:
        """The blame, or that of an obstacle of the whole org which explains the test's failure or its findings."""
        if not self.tally.has_suspects and not (blame.failure and self.tally.refusals_seen):
            return blame
        try:
            self.org.client.check_org()
        except OrgError as error:
            self.tally.drop_suspects()
            return Blame(broken=error.what, obstacle=str(error.obstacle))
        return blame


def _state(blame: Blame, error: str, has_findings: bool) -> State:
    if error:
        return State.ERROR
    if has_findings:
        return State.FINDINGS
    if blame.refused:
        return State.REFUSED
    return State.SKIPPED if blame.skipped else State.PASSED


def _once(attempt: Attempt) -> SendResult:
    """What came of a change, which is sent only once."""
    return SendResult(None, (attempt,)) if attempt.doubts else SendResult(attempt)


def _judge_undocumented(key: str, exchange: Exchange) -> Iterator[Finding]:
    """The doubt about an answer that no document describes."""
    if reason := reason_to_doubt(exchange.response):
        yield from foreign_answer(key, exchange, reason)
