"""FindingTrace: what showed a finding is sent once more, with records that are there, and every request is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness import checks
from harness.checks import lifecycle
from harness.checks.check import ShownBy, Subject
from harness.checks.lifecycle import Lifecycle
from harness.errors import UsageError
from harness.exchange import Exchange, Request
from harness.execution import finding_replay, lifecycle_walk
from harness.execution.api_client import ApiClient
from harness.execution.org_under_test import OrgUnderTest
from harness.export.provenance import Trace
from harness.export.standalone import Capture
from harness.finding import Finding
from harness.openapi.catalog import Operation
from harness.planning.run_context import RunContext
from harness.resources.rows import rows_of
from harness.results.outcome import fingerprint
from harness.risk.tier import Tier
from harness.vendors import VENDORS


@dataclass(frozen=True, slots=True)
class FindingTrace:
    """The requests that led to the finding, and whether the last answer still shows it.

    `exchange` is the one that shows it, else the last one; `findings` are all that its answer shows. `lifecycle` is
    that of the record where the finding is about one.
    """

    trace: Trace
    exchange: Exchange
    shows: bool
    lifecycle: Lifecycle | None = None


def trace_of(finding: Finding, org: OrgUnderTest, context: RunContext) -> FindingTrace:
    """Send what showed the finding once more.

    Raises `GateError` where the guard refuses, `UnfinishedError` where no answer comes, `UsageError` for a finding of a
    check that nothing can be sent for.
    """
    check = checks.named(finding.check)
    if check.subject is Subject.RECORD or _is_of_a_record(finding):
        return _of_record(finding, org, context)
    if checks.shown_by(finding) is ShownBy.PAGES:
        return _of_pages(finding, org)
    if check.subject is Subject.ATTEMPT:
        return _of_unanswered(finding, org, context)
    return _of_request(finding, org, context)


def _is_of_a_record(finding: Finding) -> bool:
    """Whether a record was shown without credentials right after it was made."""
    return checks.shown_by(finding) is ShownBy.UNSIGNED and finding.expected == lifecycle.REFUSED_UNSIGNED


def recorded(org: OrgUnderTest) -> list[Exchange]:
    """The list onto which every exchange with the org comes from now on, with its secrets."""
    sent: list[Exchange] = []
    org.client.transport.exchanges.listeners.append(sent.append)
    return sent


def _of_request(finding: Finding, org: OrgUnderTest, context: RunContext) -> FindingTrace:
    """The finding's own request: with records that a test can make or find, else as it was."""
    sent = recorded(org)
    own = context.assessments[finding.operation].tier > Tier.READ
    bound = finding_replay.send_with_present_ids(finding, org, own=own)
    shows = bound is not None and bound.verdict is finding_replay.ReplayVerdict.STILL_THERE
    if not shows:
        replay = finding_replay.send_again(finding, org, own=own)
        shows = replay.verdict is finding_replay.ReplayVerdict.STILL_THERE
    last = len(sent) - 1
    return FindingTrace(_trace(org, sent, (last,), unsigned=_unsigned(sent)), org.client.mask(sent[last]), shows)


def _of_unanswered(finding: Finding, org: OrgUnderTest, context: RunContext) -> FindingTrace:
    """The request that no answer came to, with records that a test can make or find."""
    sent = recorded(org)
    own = context.assessments[finding.operation].tier > Tier.READ
    exchange = finding_replay.send_unanswered(finding, org, own=own)
    shows = not exchange.response.status
    if shows:
        sent.append(exchange)
    last = len(sent) - 1
    return FindingTrace(_trace(org, sent, (last,), unsigned=_unsigned(sent)), org.client.mask(sent[last]), shows)


def _trace(
    org: OrgUnderTest,
    sent: Sequence[Exchange],
    sends: tuple[int, ...],
    *,
    unsigned: frozenset[int],
    lists: Mapping[int, Capture] | None = None,
) -> Trace:
    exchanges = [org.client.mask(exchange) for exchange in sent]
    return Trace(exchanges, sends, org.target.base_url, org.target.vendor, org.binder.mark, unsigned, lists or {})


def _unsigned(sent: Sequence[Exchange]) -> frozenset[int]:
    return frozenset(place for place, one in enumerate(sent) if not one.request.header("authorization"))


def _of_record(finding: Finding, org: OrgUnderTest, context: RunContext) -> FindingTrace:
    """The life of a new record, as far as the finding needs it."""
    if checks.shown_by(finding) is ShownBy.UNKNOWN_ID:
        return _of_unknown_id(finding, org)
    cycle = _cycle(finding, org, context)
    sent, client = recorded(org), ApiClient(org)
    why_not = lifecycle_walk.walk_lifecycle(client, cycle)
    if why_not:
        raise UsageError(f"nothing shows it: {why_not}", where=cycle.key, remedy="See `deskcheck explain` of the key.")
    shown = [one for one in client.findings.values() if fingerprint(one) == fingerprint(finding)]
    last = _place_of(shown[0].exchange, sent) if shown else _last_of(finding, cycle, org, sent)
    sends = tuple(_sends(finding, cycle, org, sent, last))
    lists = _row_lists(sent, sends) if checks.shown_by(finding) is ShownBy.LIST else {}
    trace = _trace(org, sent[: last + 1], sends, unsigned=_unsigned(sent), lists=lists)
    return FindingTrace(trace, trace.exchanges[last], bool(shown), cycle)


def _of_unknown_id(finding: Finding, org: OrgUnderTest) -> FindingTrace:
    sent, client = recorded(org), ApiClient(org)
    lifecycle_walk.probe_unknown_id(client, org.documents.catalog.by_key[finding.operation])
    shows = any(fingerprint(one) == fingerprint(finding) for one in client.findings.values())
    last = len(sent) - 1
    trace = _trace(org, sent, (last,), unsigned=frozenset())
    return FindingTrace(trace, trace.exchanges[last], shows)


def _cycle(finding: Finding, org: OrgUnderTest, context: RunContext) -> Lifecycle:
    """The lifecycle in which the operation of the finding has a part."""
    operations = org.documents.catalog.of(org.target.vendor).operations
    for cycle in lifecycle.lifecycles(operations, context.cleanup):
        parts = (cycle.show, cycle.listing, cycle.update, cycle.create)
        if finding.operation in {part.key for part in parts if part}:
            return cycle
    raise UsageError("no record's lifecycle has this operation", where=finding.operation)


def _place_of(exchange: Exchange | None, sent: Sequence[Exchange]) -> int:
    """The place of an exchange, which may have been masked since."""
    assert exchange is not None
    same = [
        place for place, one in enumerate(sent) if one.at == exchange.at and one.request.url == exchange.request.url
    ]
    return same[-1] if same else len(sent) - 1


def _last_of(finding: Finding, cycle: Lifecycle, org: OrgUnderTest, sent: Sequence[Exchange]) -> int:
    """The place of the answer that would show the finding, were it still there."""
    shown_by = checks.shown_by(finding)
    operation = cycle.listing if shown_by is ShownBy.LIST else cycle.show
    reads = [place for place, one in enumerate(sent) if operation and _is_of(one.request, operation, org)]
    if not reads:
        return len(sent) - 1
    if shown_by in (ShownBy.LIST, ShownBy.READ_AFTER_REMOVAL):
        return reads[-1]
    if shown_by is ShownBy.READ_AFTER_CHANGE:
        changes = [place for place, one in enumerate(sent) if cycle.update and _is_of(one.request, cycle.update, org)]
        return next((place for place in reads if changes and place > changes[-1]), reads[-1])
    if shown_by is ShownBy.UNSIGNED:
        return next((place for place in reads if not sent[place].request.header("authorization")), reads[0])
    return reads[0]


def _is_of(request: Request, operation: Operation, org: OrgUnderTest) -> bool:
    path = request.url.removeprefix(org.target.base_url).partition("?")[0]
    match = org.documents.catalog.match(org.target.vendor, request.method, path)
    return match is not None and match.operation.key == operation.key


def _sends(finding: Finding, cycle: Lifecycle, org: OrgUnderTest, sent: Sequence[Exchange], last: int) -> Iterator[int]:
    """The places of the requests that the finding is about: the judged one, and what it follows from."""
    for place in range(last):
        if _leads_to(finding, cycle, org, sent[place].request):
            yield place
    yield last


def _leads_to(finding: Finding, cycle: Lifecycle, org: OrgUnderTest, request: Request) -> bool:
    """Whether a request before the judged one belongs to what the finding says."""
    shown_by = checks.shown_by(finding)
    if shown_by is ShownBy.LIST:
        return cycle.listing is not None and _is_of(request, cycle.listing, org)
    if shown_by not in (ShownBy.READ_AFTER_CHANGE, ShownBy.READ_AFTER_REMOVAL):
        return False
    if _is_of(request, cycle.show, org):
        # What is kept of an earlier read may be what is shown later.
        return bool(request.header("authorization"))
    if shown_by is ShownBy.READ_AFTER_CHANGE:
        return cycle.update is not None and _is_of(request, cycle.update, org)
    return _is_removal(request, cycle, org)


def _is_removal(request: Request, cycle: Lifecycle, org: OrgUnderTest) -> bool:
    """Whether a request is one of the documented steps that remove the record."""
    segments = request.url.removeprefix(org.target.base_url).partition("?")[0].split("/")
    return any(step.method == request.method and _fits(step.path.split("/"), segments) for step in cycle.cleanup_steps)


def _fits(template: Sequence[str], segments: Sequence[str]) -> bool:
    if len(template) != len(segments):
        return False
    return all(one.startswith("{") or one == other for one, other in zip(template, segments, strict=True))


def _row_lists(sent: Sequence[Exchange], places: Sequence[int]) -> dict[int, Capture]:
    """The rows of each of these answers as a variable."""
    captures = {}
    for number, place in enumerate(places, 1):
        parts = _rows_place(sent[place])
        if parts is not None:
            captures[place] = Capture(f"page_{number}", parts, is_list=True)
    return captures


def _rows_place(exchange: Exchange) -> tuple[str, ...] | None:
    """Where the rows of a list's answer are; None where it has none."""
    body = exchange.response.json_or(None)
    if isinstance(body, list):
        return ()
    rows = rows_of(body)
    names = [name for name, value in body.items() if isinstance(value, list)] if isinstance(body, dict) else []
    return next(((name,) for name in names if not rows or list(rows) == body[name]), None)


def _of_pages(finding: Finding, org: OrgUnderTest) -> FindingTrace:
    """One large page and the small pages that hold the same, in the first style that shows the finding."""
    listing = org.documents.catalog.by_key[finding.operation]
    walked: FindingTrace | None = None
    for style in VENDORS[org.target.vendor].paging.styles:
        sent, client = recorded(org), ApiClient(org)
        if lifecycle_walk.compare_pages(client, listing, style):
            continue
        shows = any(fingerprint(one) == fingerprint(finding) for one in client.findings.values())
        pages = [place for place, one in enumerate(sent) if _is_of(one.request, listing, org)]
        # The large page is read once more at the end, to see whether the list changed meanwhile.
        whole, *small, _ = pages
        captures = _row_lists(sent, small)
        parts = _rows_place(sent[whole])
        if parts is None or len(captures) != len(small):
            continue
        lists = {whole: Capture("whole", parts, is_list=True), **captures}
        trace = _trace(org, sent[: small[-1] + 1], (whole, *small), unsigned=frozenset(), lists=lists)
        walked = FindingTrace(trace, trace.exchanges[small[-1]], shows)
        if shows:
            return walked
    if walked is None:
        raise UsageError("the list cannot be walked any more", where=finding.operation)
    return walked
