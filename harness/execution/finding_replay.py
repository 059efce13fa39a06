"""Replay: one finding's request sent again, and whether its answer still shows the finding."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from harness import checks
from harness.cases import bind
from harness.cases.case import Case, Intent
from harness.checks.check import Check, Subject
from harness.checks.run_findings import IGNORED_AUTH, INVALID_ACCEPTED
from harness.errors import GateError, UnfinishedError, UsageError
from harness.exchange import Exchange, Request, Response
from harness.execution.org_under_test import OrgUnderTest
from harness.finding import Finding
from harness.formats.json_text import json_or
from harness.formats.shell import command_line
from harness.formats.suggestion import did_you_mean
from harness.masking import MASK
from harness.openapi.catalog import Match
from harness.planning.run_options import RunOptions
from harness.planning.suite_names import pattern_of
from harness.results.outcome import Run, fingerprint
from harness.target import embedded_name
from harness.transport.failures import NoAnswerError, authorization_of
from harness.transport.refused import Refused
from harness.vendors import VENDORS

# The client writes these itself.
_CLIENT_HEADERS = frozenset({"host", "connection", "content-length", "accept-encoding", "user-agent"})


class ReplayVerdict(StrEnum):
    """Whether a finding shows again."""

    STILL_THERE = "still there"
    GONE = "gone"
    UNDECIDED = "not decided"


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of it: `findings` are all that the new answer shows, `replaced` names the ids that were exchanged."""

    exchange: Exchange
    verdict: ReplayVerdict
    findings: tuple[Finding, ...]
    replaced: tuple[str, ...] = ()

    @property
    def is_decided(self) -> bool:
        """Whether the new answer says anything about the finding."""
        return self.verdict is not ReplayVerdict.UNDECIDED


def pick(run: Run, name: str, targets: Collection[str] = (), *, may_lack_answer: bool = False) -> tuple[Finding, str]:
    """The finding whose id begins with `name`, if possible one with an exchange, and the target whose org showed it.

    One cause may have shown in several orgs: then it is the first of them, or of those that `targets` name. With
    `may_lack_answer` a request that no answer came to will do. Raises `UsageError` for no finding, or many, and for one
    that is of no request.
    """
    findings = [
        (finding, run.target_of(outcome))
        for outcome in run.outcomes
        for finding in (*outcome.findings, *outcome.waived)
    ]
    matches: dict[str, list[tuple[Finding, str]]] = {}
    for finding, org in sorted(findings, key=lambda row: _masked(row[0])):
        if name and fingerprint(finding).startswith(name.lower()):
            matches.setdefault(fingerprint(finding), []).append((finding, org))
    if len(matches) != 1:
        what = f"{name!r} fits {len(matches)} findings" if matches else f"there is no finding {name!r}"
        known = sorted(matches or {fingerprint(finding) for finding, _ in findings})
        ids = f"{', '.join(known[:5])}{', ...' if len(known) > 5 else ''}" or "none"
        meant = "" if matches else did_you_mean(name, known)
        remedy = f"{meant} Findings: {ids}. Of another run: --run RUN.".strip()
        raise UsageError(what, where=f"run {run.id}", remedy=remedy)
    (shown,) = matches.values()
    chosen = [(finding, org) for finding, org in shown if not targets or org in targets]
    if not chosen:
        orgs = ", ".join(dict.fromkeys(org for _, org in shown))
        what = f"{' '.join(targets)} did not show {name}"
        raise UsageError(what, where="--target", remedy=f"Seen at {orgs}. Leave --target out, or name one of them.")
    finding, org = chosen[0]
    if finding.exchange is None and not (may_lack_answer and finding.request):
        raise UsageError(
            f"the finding has no request to send again: {finding.message.splitlines()[0]}",
            where=f"run {run.id}",
            remedy=f"Run its test again: {command_line('run', '--only', pattern_of(finding.operation))}",
        )
    return finding, org


def _masked(finding: Finding) -> int:
    """How much of the request is lost: nothing, a header that is signed anew, or all of it."""
    if finding.exchange is None:
        return 2
    return any(MASK in value for _, value in finding.exchange.request.headers)


def replay_options(run: Run, finding: Finding, target: str, options: RunOptions) -> RunOptions:
    """The org of `run`; the embedded sandbox may be sent what it was sent, a real one what `options` allow now."""
    vendor = finding.operation.partition(":")[0]
    sandbox = embedded_name(vendor)
    org = replace(options, only=(finding.operation,), vendor=vendor, seed=run.seed, targets=(target or sandbox,))
    if org.targets == (sandbox,):
        return replace(org, operations=(*options.operations, finding.operation))
    return org


def replay_of(finding: Finding, org: OrgUnderTest, *, own: bool) -> Replay:
    """What comes of sending a finding's request again; raises as `send_again` does."""
    if finding.exchange is not None:
        return send_again(finding, org, own=own)
    exchange = org.client.mask(send_unanswered(finding, org, own=own))
    return Replay(exchange, ReplayVerdict.GONE if exchange.response.status else ReplayVerdict.STILL_THERE, ())


def send_again(finding: Finding, org: OrgUnderTest, *, own: bool) -> Replay:
    """As it was; and where the ids in it are not ours or not there any more, once more with some that are.

    `own` asks for ids of our own records. Raises `GateError` where the guard refuses, `UnfinishedError` where no answer
    comes.
    """
    assert finding.exchange is not None
    request = _readdressed(finding.exchange.request, org)
    replaced: tuple[str, ...] = ()
    try:
        exchange = _send(request, finding, org)
    except Refused as refused:
        if refused.verdict.rule != "ownership":
            raise _gate_error(refused) from refused
        exchange = None
    if exchange is None or _record_is_gone(finding, exchange):
        request, replaced = _with_present_ids(request, finding.operation, org, own)
        try:
            exchange = _send(request, finding, org) if replaced or exchange is None else exchange
        except Refused as refused:
            raise _gate_error(refused) from refused
    return _judged(finding, exchange, org, replaced)


def send_with_present_ids(finding: Finding, org: OrgUnderTest, *, own: bool) -> Replay | None:
    """With ids that this org shows or makes now, whatever those of the run are worth; None where the guard refuses.

    Raises `UnfinishedError` where no answer comes.
    """
    assert finding.exchange is not None
    request = _readdressed(finding.exchange.request, org)
    bound, replaced = _with_present_ids(request, finding.operation, org, own)
    if finding.check in INVALID_ACCEPTED:
        # What is invalid may be an id in the query or the body: only records in the path are exchanged.
        query = urlsplit(request.url).query
        url = bound.url.partition("?")[0] + (f"?{query}" if query else "")
        bound = replace(request, url=url)
    try:
        exchange = _send(bound, finding, org)
    except Refused:
        return None
    return _judged(finding, exchange, org, replaced)


def send_unanswered(finding: Finding, org: OrgUnderTest, *, own: bool) -> Exchange:
    """The exchange with a request that no answer came to, sent with ids that this org shows or makes now.

    Where none comes again, its status is 0. Raises `GateError` where the guard refuses.
    """
    assert finding.request is not None
    request, _ = _with_present_ids(_readdressed(finding.request, org), finding.operation, org, own)
    try:
        return org.client.send(request)
    except Refused as refused:
        raise _gate_error(refused) from refused
    except NoAnswerError as error:
        headers = (*request.headers, ("authorization", authorization_of(error)))
        return Exchange(replace(request, headers=headers), Response(0))


def _judged(finding: Finding, exchange: Exchange, org: OrgUnderTest, replaced: tuple[str, ...]) -> Replay:
    operation = org.documents.catalog.by_key[finding.operation]
    findings = tuple(checks.judge(exchange, Match(operation), org.checks.contract))
    return Replay(exchange, _verdict(finding, exchange, findings), findings, replaced)


def _record_is_gone(finding: Finding, exchange: Exchange) -> bool:
    """Whether a record that was there is no more, so that the answer says nothing about the finding."""
    before, now = finding.status, exchange.response.status
    return now != before and (now == 404 or (now == 422 and before < 400))


def _readdressed(old: Request, org: OrgUnderTest) -> Request:
    """The request at the org's present address, with the headers that are the test's own and no masked ones."""
    url = urlsplit(old.url)
    path = url.path[max(url.path.find("/api/"), 0) :]
    idempotency = VENDORS[org.target.vendor].idempotency
    # With the old key the org would show its old answer again.
    dropped = _CLIENT_HEADERS | {idempotency.header} if idempotency else _CLIENT_HEADERS
    headers = tuple((name, value) for name, value in old.headers if name not in dropped and MASK not in value)
    query = f"?{url.query}" if url.query else ""
    return Request(old.method, org.target.base_url + path + query, headers, old.body)


def _send(request: Request, finding: Finding, org: OrgUnderTest) -> Exchange:
    assert finding.exchange is not None
    signed = finding.check != IGNORED_AUTH and MASK in finding.exchange.request.header("authorization")
    try:
        exchange = org.client.send(request, signed=signed)
        if signed and (hindrance := org.client.hindrance(exchange.response, set())):
            # It says nothing of the finding.
            raise hindrance.error(f"{request.method} {request.url}")
        return org.client.mask(exchange)
    except Refused:
        raise
    except NoAnswerError as error:
        raise UnfinishedError(
            f"no usable answer came: {type(error).__name__}: {error}", where=f"{request.method} {request.url}"
        ) from error


def _gate_error(refused: Refused) -> GateError:
    verdict = refused.verdict
    return GateError(
        f"the guard refused the request by {verdict.rule}: {'; '.join(verdict.evidence)}",
        where=verdict.request,
        remedy=f"It is {verdict.tier}. Ask for it on a sandbox: --allow {verdict.tier} --confirm ORG.",
    )


def _with_present_ids(request: Request, key: str, org: OrgUnderTest, own: bool) -> tuple[Request, tuple[str, ...]]:
    """The request with ids bound as a run binds them: of records that exist, created for it where it changes them."""
    operation = org.documents.catalog.by_key[key]
    path, _, query = request.url.removeprefix(org.target.base_url).partition("?")
    match = org.documents.catalog.match(operation.vendor, request.method, path)
    old = {name: unquote(value) for name, value in match.values.items()} if match else {}
    body = json_or(request.body, None)
    case = Case(
        request.method, operation.path, Intent.WORKFLOW, values=old, query=query, has_json=body is not None, json=body
    )
    values = org.records.values(operation, own=own)
    if len(values) < len(old):
        values = org.records.values(operation, own=True)
    reference = org.records.own_reference if own else org.records.reference
    bound = bind.bind_ids(case, values, reference, org.binder.fixed_values(operation))
    sent = bind.request(bound, org.target.base_url)
    renewed = replace(request, url=sent.url, body=request.body if body is None else sent.body)
    return renewed, tuple(_replacements(case, bound))


def _replacements(case: Case, bound: Case) -> list[str]:
    """What differs between a case before and after ids were bound into it, in words."""
    old = case.values
    lines = [f"{name} {old.get(name, '')} by {value}" for name, value in bound.values.items() if value != old.get(name)]
    if bound.query != case.query:
        lines.append("ids in the query")
    if bound.json != case.json:
        lines.append("ids in the body")
    return lines


def _verdict(finding: Finding, exchange: Exchange, findings: tuple[Finding, ...]) -> ReplayVerdict:
    """Whether the same cause shows again; a different answer proves nothing about what stood in the old one."""
    check = checks.named(finding.check)
    if _shows_again(finding, check, exchange, findings):
        return ReplayVerdict.STILL_THERE
    return ReplayVerdict.GONE if _is_cleared(finding, check, exchange) else ReplayVerdict.UNDECIDED


def _shows_again(finding: Finding, check: Check, exchange: Exchange, findings: tuple[Finding, ...]) -> bool:
    if check.subject is Subject.CASE:
        # Invalid input, or no credentials, and yet a success.
        return exchange.response.is_success
    return fingerprint(finding) in map(fingerprint, findings)


def _is_cleared(finding: Finding, check: Check, exchange: Exchange) -> bool:
    """Whether an answer that does not show the finding says that it is gone."""
    if check is checks.UNKNOWN or check.subject not in (Subject.ANSWER, Subject.CASE):
        return False
    if exchange.response.status == finding.status:
        return True
    return check.status_decides and not _record_is_gone(finding, exchange)
