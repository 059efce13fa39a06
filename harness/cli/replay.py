"""deskcheck replay: one finding's request again, through the guard, and whether the finding is still there."""

from __future__ import annotations

import shutil
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from harness import checks, settings
from harness.checks.check import Check, Subject
from harness.checks.run_findings import IGNORED_AUTH
from harness.errors import GateError, LeftoverError, UnfinishedError, UsageError
from harness.exchange import Exchange, Request
from harness.finding import Finding
from harness.formats.json_text import json_or
from harness.masking import MASK
from harness.openapi.catalog import Match
from harness.planning import run_options
from harness.planning.run_options import RunOptions
from harness.results import archive
from harness.results.outcome import Run, fingerprint
from harness.risk.tier import Tier
from harness.settings import EMBEDDED

if TYPE_CHECKING:
    from rich.table import Table

    from harness.cases.bind import Reference
    from harness.execution.org_under_test import OrgUnderTest
    from harness.run.controller import Controller

THERE, GONE, UNCLEAR = "still there", "gone", "not decided"
CODES = {THERE: 1, GONE: 0, UNCLEAR: UnfinishedError.exit_code}

# The client writes these itself.
_OWN = frozenset({"host", "connection", "content-length", "accept-encoding", "user-agent"})


@dataclass(frozen=True, slots=True)
class Again:
    """What came of it. `renewed` says which ids were put in for those that are no more; `found` is all it shows."""

    exchange: Exchange
    verdict: str
    found: tuple[Finding, ...]
    renewed: tuple[str, ...] = ()


def add(parser: ArgumentParser) -> None:
    """Options."""
    parser.add_argument("finding", metavar="FINDING", help="the id of a finding or cause in a report, or its beginning")
    parser.add_argument(
        "--run", default=archive.LATEST, metavar="RUN", help="a run's folder or id; default: the latest"
    )
    run_options.add_options(
        parser.add_argument,
        ("allow", "operations", "confirm", "faults", "timeout"),
        allow="on a real org, the tiers that may be sent again; default: read",
        operations="allow one operation",
        confirm="the org's name, typed out",
        faults="make the embedded sandbox wrong in the way in which it was",
    )


def main(parsed: Namespace) -> int:
    """Print old and new answer side by side: 1 when the finding is still there, 0 when it is gone, 4 when unclear."""
    from harness.planning import run_context
    from harness.run.opening import open_run
    from harness.run.worker import Worker

    typed = run_options.from_namespace(parsed)
    run = archive.load(archive.locate(parsed.run, settings.ROOT / "reports"))
    finding = pick(run, parsed.finding)
    controller = open_run(run_context.build(_options(run, finding, typed), settings.load()))
    worker = Worker(controller.job, controller.context, open_ledger=controller.folder.ledger)
    try:
        tier = controller.context.assessments[finding.operation].tier
        again = _again(finding, worker.org(_vendor(finding)), own=tier > Tier.READ)
    finally:
        worker.close()
        _end(controller)
    _print(run, finding, again)
    return CODES[again.verdict]


def _end(controller: Controller) -> None:
    """Take back what was made for the replay; its folder holds nothing that anybody needs after that."""
    run = controller.close()
    if run.leftovers:
        raise LeftoverError(
            f"{len(run.leftovers)} records are still there: {'; '.join(run.leftovers)}",
            remedy=f"deskcheck sweep --run {controller.job.id}",
        )
    if lost := next((error for error in controller.trouble if isinstance(error, LeftoverError)), None):
        raise lost
    shutil.rmtree(controller.job.folder, ignore_errors=True)


def pick(run: Run, name: str) -> Finding:
    """The finding whose id begins with `name`, one with an exchange first. Raises `UsageError` for none or several."""
    every = [one for outcome in run.outcomes for one in (*outcome.findings, *outcome.waived)]
    fits: dict[str, Finding] = {}
    for one in sorted(every, key=_masked):
        if name and fingerprint(one).startswith(name.lower()):
            fits.setdefault(fingerprint(one), one)
    if len(fits) != 1:
        what = f"{name!r} fits {len(fits)} findings" if fits else f"there is no finding {name!r}"
        ids = ", ".join(sorted(fits or {fingerprint(one) for one in every})[:5]) or "none"
        raise UsageError(what, where=f"run {run.id}", remedy=f"Findings: {ids}. Another run: --run RUN.")
    (finding,) = fits.values()
    if finding.exchange is None:
        raise UsageError(
            f"the finding has no request to send again: {finding.message.splitlines()[0]}",
            where=f"run {run.id}",
            remedy="Run its test again: deskcheck run --only OPERATION, or pytest -k NAME.",
        )
    return finding


def _masked(finding: Finding) -> int:
    """How much of the request is lost: nothing, a header that is signed anew, or all of it."""
    if finding.exchange is None:
        return 2
    return any(MASK in value for _, value in finding.exchange.request.headers)


def _vendor(finding: Finding) -> str:
    return finding.operation.partition(":")[0]


def _options(run: Run, finding: Finding, typed: RunOptions) -> RunOptions:
    """The same org as then. The embedded sandbox may be sent what it was sent; a real one what is typed now."""
    vendor = _vendor(finding)
    name = run.targets.get(vendor, EMBEDDED)
    embedded = name == EMBEDDED
    return replace(
        typed,
        targets=() if embedded else (name,),
        operations=(*typed.operations, *([finding.operation] if embedded else ())),
        only=(finding.operation,),
        vendor=vendor,
        seed=run.seed,
    )


def _again(finding: Finding, org: OrgUnderTest, *, own: bool) -> Again:
    """As it was; and where the ids in it are not ours or not there any more, once more with some that are.

    Raises `GateError` where the guard refuses, `UnfinishedError` where no answer comes.
    """
    from harness.transport.refused import Refused

    assert finding.exchange is not None
    moved = _moved(finding.exchange.request, org)
    renewed: tuple[str, ...] = ()
    try:
        exchange = _sent(moved, finding, org)
    except Refused as refused:
        if refused.verdict.rule != "ownership":
            raise _shut(refused) from refused
        exchange = None
    if exchange is None or _lost(finding, exchange):
        other, renewed = _renewed(moved, finding.operation, org, own)
        try:
            exchange = _sent(other, finding, org) if renewed or exchange is None else exchange
        except Refused as refused:
            raise _shut(refused) from refused
    return _judged(finding, exchange, org, renewed)


def _lost(finding: Finding, exchange: Exchange) -> bool:
    """Whether a record that was there is no more, so that the answer says nothing about the finding."""
    then, now = finding.status, exchange.response.status
    return now != then and (now == 404 or (now == 422 and then < 400))


def _moved(old: Request, org: OrgUnderTest) -> Request:
    """The request at the org's present address, with the headers that are the test's own and no masked ones."""
    url = urlsplit(old.url)
    path = url.path[max(url.path.find("/api/"), 0) :]
    headers = tuple((name, value) for name, value in old.headers if name not in _OWN and MASK not in value)
    query = f"?{url.query}" if url.query else ""
    return Request(old.method, org.target.base_url + path + query, headers, old.body)


def _sent(request: Request, finding: Finding, org: OrgUnderTest) -> Exchange:
    from harness.transport.failures import NoAnswerError
    from harness.transport.refused import Refused

    assert finding.exchange is not None
    signed = finding.check != IGNORED_AUTH and MASK in finding.exchange.request.header("authorization")
    try:
        return org.client.mask(org.client.send(request, signed=signed))
    except Refused:
        raise
    except NoAnswerError as error:
        raise UnfinishedError(
            f"no usable answer came: {type(error).__name__}: {error}", where=f"{request.method} {request.url}"
        ) from error


def _shut(refused: Any) -> GateError:
    verdict = refused.verdict
    return GateError(
        f"the guard refused the request by {verdict.rule}: {'; '.join(verdict.evidence)}",
        where=verdict.request,
        remedy=f"It is {verdict.tier}. Ask for it on a sandbox: --allow {verdict.tier} --confirm ORG.",
    )


def _renewed(request: Request, key: str, org: OrgUnderTest, own: bool) -> tuple[Request, tuple[str, ...]]:
    """Filled as a run fills its cases: ids of records that exist, made for this where the request changes them."""
    from harness.cases import bind
    from harness.cases.case import Case, Intent

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
    ready = bind.bind_ids(case, values, _reference(org, own), org.binder.fixed_values(operation))
    swaps = [f"{name} {old.get(name, '')} by {value}" for name, value in ready.values.items() if value != old.get(name)]
    swaps += ["ids in the query"] * (ready.query != query) + ["ids in the body"] * (ready.json != body)
    sent = bind.request(ready, org.target.base_url)
    return replace(request, url=sent.url, body=sent.body if body is not None else request.body), tuple(swaps)


def _reference(org: OrgUnderTest, own: bool) -> Reference:
    """Ids for fields: of existing records, and of our own where what they name is changed by it."""
    return org.records.own_reference if own else org.records.reference


def _judged(finding: Finding, exchange: Exchange, org: OrgUnderTest, renewed: tuple[str, ...]) -> Again:
    """Whether the same cause shows again; another answer than then says nothing about what stood in the old one."""
    operation = org.documents.catalog.by_key[finding.operation]
    found = tuple(checks.judge(exchange, Match(operation), org.checks.contract))
    return Again(exchange, _verdict(finding, exchange, found), found, renewed)


def _verdict(finding: Finding, exchange: Exchange, found: tuple[Finding, ...]) -> str:
    check = checks.BY_NAME.get(finding.check, checks.UNKNOWN)
    if _shows_again(finding, check, exchange, found):
        return THERE
    return GONE if _is_cleared(finding, check, exchange) else UNCLEAR


def _shows_again(finding: Finding, check: Check, exchange: Exchange, found: tuple[Finding, ...]) -> bool:
    if check.subject is Subject.CASE:
        # Invalid input, or no credentials, and yet a success.
        return exchange.response.is_success
    return fingerprint(finding) in map(fingerprint, found)


def _is_cleared(finding: Finding, check: Check, exchange: Exchange) -> bool:
    """Whether an answer that does not show the finding says that it is gone."""
    if check is checks.UNKNOWN or check.subject not in (Subject.ANSWER, Subject.CASE):
        return False
    if exchange.response.status == finding.status:
        return True
    return check.status_decides and not _lost(finding, exchange)


def _print(run: Run, finding: Finding, again: Again) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    for line in _opening(run, finding, again):
        console.print(line, markup=False, soft_wrap=True)
    console.print(_table(finding, again))
    for line in _ending(finding, again):
        console.print(line, markup=False, soft_wrap=True)


def _opening(run: Run, finding: Finding, again: Again) -> Iterator[str]:
    from harness.report.text import visible

    yield f"{fingerprint(finding)}  {finding.operation}, {finding.check} {finding.pointer}".rstrip()
    yield visible(finding.message)
    request = again.exchange.request
    yield f"\n{request.method} {visible(request.url)}"
    if run.targets.get(_vendor(finding), EMBEDDED) == EMBEDDED:
        yield "sent to a fresh embedded sandbox: what the run had made there before is not in it"
    if finding.check == IGNORED_AUTH:
        yield "sent without credentials"
    if again.renewed:
        yield f"records that are no more were replaced: {visible('; '.join(again.renewed))}"
    assert finding.exchange is not None
    if MASK in finding.exchange.request.url or MASK.encode() in finding.exchange.request.body:
        yield "the run kept this request with its secrets masked, so it was sent with the masks"
    yield ""


def _table(finding: Finding, again: Again) -> Table:
    """Both answers beside each other, each body cut to what the finding is about."""
    from rich.table import Table
    from rich.text import Text

    from harness.report.excerpt import excerpt
    from harness.report.text import duration, visible

    assert finding.exchange is not None
    sides = finding.exchange, again.exchange
    table = Table("", "then", "now", box=None, padding=(0, 1), header_style="dim", pad_edge=False, expand=True)
    table.columns[0].style = "dim"
    table.columns[1].ratio = table.columns[2].ratio = 1

    def row(name: str, *cells: str) -> None:
        table.add_row(name, *(Text(visible(cell, keep="\n"), overflow="fold") for cell in cells))

    row("status", *(str(side.response.status) for side in sides))
    row("type", *(side.response.media_type or "none" for side in sides))
    row("took", *(duration(side.response.elapsed) for side in sides))
    row("body", *(excerpt(replace(finding, exchange=side), 700) or "empty" for side in sides))
    return table


def _ending(finding: Finding, again: Again) -> Iterator[str]:
    from harness.report.text import visible

    waived = f" (waiver {finding.waiver})" if finding.waiver else ""
    yield f"\nThe finding is {again.verdict}{waived}."
    if again.verdict is UNCLEAR:
        yield f"One answer of {again.exchange.response.status} does not tell: deskcheck run --only {finding.operation}"
    other = [one for one in again.found if fingerprint(one) != fingerprint(finding)]
    if other:
        yield "The new answer also shows:"
        yield from (visible(f"  {fingerprint(one)}  {one.check} {one.pointer}: {one.message}") for one in other)
