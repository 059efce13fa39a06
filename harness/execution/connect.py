"""One org behind the whole chain: puts the parts of an org under test together, and proves what an org is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import count

from harness.cases.source import CaseSource
from harness.exchange import Exchange
from harness.execution import org_questions
from harness.execution.binder import CaseBinder, load_fixed_values
from harness.execution.case_checks import CaseChecks
from harness.execution.id_chooser import IdChooser
from harness.execution.org_client import OrgClient
from harness.execution.org_records import OrgRecords
from harness.execution.org_under_test import OrgUnderTest
from harness.execution.reproduce import read_until_certain
from harness.ledger import MAIN, Ledger
from harness.masking import Mask
from harness.openapi.catalog import Operation
from harness.openapi.document_cache import DocumentCache
from harness.openapi.graph import graph_of
from harness.planning.job import Job
from harness.planning.run_context import RunContext
from harness.policy import references
from harness.policy.context import EmptyLedger, PolicyContext
from harness.policy.judge import Verdict
from harness.policy.permit import Permit
from harness.policy.permit import prove as judge_proof
from harness.resources import preconditions
from harness.resources.pool import Listing
from harness.risk import escalate
from harness.target import Target
from harness.traffic import har_merge
from harness.traffic.recording import Recording, RecordingAccount, account
from harness.transport.client import Client, Layer
from harness.transport.client import connect as open_client
from harness.transport.guard import Guard
from harness.transport.liveness import Liveness
from harness.transport.prior_listing import MOST_PAGES, Lister, list_nothing
from harness.transport.quota import Quota
from harness.transport.refused import Sink
from harness.transport.retry import Retry
from harness.transport.tracker import Tracker
from harness.vendors import VENDORS
from harness.vendors.evidence import Evidence
from harness.vendors.obstacle import OrgError


def connect(job: Job, context: RunContext, vendor: str, ledger: Ledger) -> OrgUnderTest:
    """One org as a worker tests it: guarded by the job's permit, tracked by the worker's ledger."""
    target = job.targets[vendor]
    permit = job.permits[vendor]
    refused: list[Verdict] = []

    def list_before_create(path: str, query: str) -> Listing | None:
        # The tracker is part of the chain that it lists through, so the org does not exist yet.
        return org.records.listing(path, query, MOST_PAGES)

    def may(operation: Operation) -> bool:
        tier = context.assessments[operation.key].tier
        return permit.allows(tier, operation.key) and context.cleanup.covers(operation)

    policy = policy_context(context, job.permits, job.targets, ledger, job.mark)
    quota = max(1, target.quota // job.workers) if target.quota else 0
    chain = layers(policy, target, context, ledger, quota, refused.append, job.controller, list_before_create)
    client = OrgClient(open_client(target, chain), refused)
    if job.options.har:
        client.recording = open_recording(job, vendor, lambda: client.mask, ledger.writer)
        client.transport.exchanges.listeners.append(client.recording.add)
    cases = CaseSource(context.documents, job.options.budget, job.options.seed)
    org = assemble(client, context.documents, cases, may, job.mark, mark_numbers(ledger.writer, job.workers))
    return org


def assemble(
    client: OrgClient,
    documents: DocumentCache,
    cases: CaseSource,
    may: Callable[[Operation], bool],
    mark: str,
    numbers: Iterator[int],
) -> OrgUnderTest:
    """The parts of an org under test, each built of those before it."""
    vendor = client.target.vendor
    graph = graph_of(documents.catalog.of(vendor).operations)
    binder = CaseBinder(documents, graph, load_fixed_values(vendor), mark, numbers)
    records = OrgRecords(client, cases, binder, may).pool
    ids = IdChooser(client, records, preconditions.load(vendor))
    checks = CaseChecks(client, documents)
    return OrgUnderTest(documents, client, cases, binder, records, ids, checks, may)


def policy_context(
    context: RunContext,
    permits: Mapping[str, Permit],
    targets: Mapping[str, Target],
    ledger: Ledger | None = None,
    mark: str = "",
) -> PolicyContext:
    """All that a verdict depends on."""
    return PolicyContext(
        catalog=context.documents.catalog,
        assessments=context.assessments,
        targets=targets,
        permits=permits,
        escalations={vendor: escalate.load(vendor) for vendor in targets},
        references_of={vendor: references.load(vendor, VENDORS[vendor].impossible_ids.values()) for vendor in targets},
        owned=EmptyLedger() if ledger is None else ledger,
        mark=mark,
    )


def layers(
    policy: PolicyContext,
    target: Target,
    context: RunContext,
    ledger: Ledger | None,
    quota: int,
    sink: Sink,
    controller: int | None = None,
    list_before_create: Lister = list_nothing,
) -> Sequence[Layer]:
    """The chain in the order in which a request meets it; recorder, gate and network come below.

    Without a ledger nothing above `read` may be permitted, so there is nothing to track. `controller` is the process of
    the run's controller; this one by default.
    """
    guard = partial(Guard, context=policy, sink=sink)
    below: list[Layer] = [
        partial(Retry, timeout=target.timeout),
        partial(Quota, limit=quota),
        partial(Liveness, controller=controller),
    ]
    if ledger is None:
        return [guard, *below]
    tracker = partial(
        Tracker,
        target=target,
        cleanup=context.cleanup,
        references=policy.references(target.vendor),
        ledger=ledger,
        mark=policy.mark,
        sink=sink,
        lister=list_before_create,
        reader=partial(Guard, context=policy, sink=lambda verdict: None),
    )
    return [guard, tracker, *below]


def mark_numbers(writer: str, workers: int) -> Iterator[int]:
    """The numbers of a worker's marks: no two workers of a run (main, gw0, gw1, …) have one in common."""
    digits = "".join(sign for sign in writer if sign.isdigit())
    return count(int(digits) + 1 if digits else 1, max(1, workers))


def open_recording(job: Job, vendor: str, mask: Callable[[], Mask], writer: str = MAIN) -> Recording:
    """This process' recording of one vendor, with its share of what a run may write."""
    limit = har_merge.share(len(job.targets), job.workers)
    return Recording(har_merge.part(job.folder, vendor, writer), mask, limit)


def record_proofs(job: Job, exchanges: Mapping[str, Sequence[Exchange]]) -> RecordingAccount:
    """Record the exchanges of `prove`, which runs before the run's folder is there."""
    if not job.options.har:
        return RecordingAccount()
    har_merge.clear(job.folder)
    recordings = []
    for vendor, sent in exchanges.items():
        recording = open_recording(job, vendor, Mask)
        for exchange in sent:
            recording.add(exchange)
        recording.close()
        recordings.append(recording)
    return account(recordings)


def open_reader(target: Target, context: RunContext) -> Client:
    """A client whose chain permits reading alone, for requests before a run."""
    policy = policy_context(context, {target.vendor: Permit()}, {target.vendor: target})
    return open_client(target, layers(policy, target, context, None, target.quota, sink=lambda verdict: None))


def prove(
    target: Target, context: RunContext, listener: Callable[[Exchange], None] = lambda exchange: None
) -> Evidence:
    """Ask the org what it is, through a chain that permits reading only; `listener` gets every exchange, masked.

    Raises `OrgError` for whatever is in the way of every request alike: then no answer would test the contract.
    """
    if target.embedded or VENDORS[target.vendor].proof is None:
        return judge_proof(target, None)
    client = open_reader(target, context)
    sent: list[Exchange] = []
    client.exchanges.listeners.append(sent.append)
    try:
        return ask_what_it_is(client)
    except OrgError as error:
        hint = f"One line a cause: deskcheck doctor --target {target.name}"
        raise OrgError(
            error.obstacle, error.what, where=error.where or target.base_url, remedy=f"{error.remedy} {hint}".lstrip()
        ) from error
    finally:
        client.close()
        mask = Mask(target.credentials.secrets).knowing(*client.secrets)
        for exchange in sent:
            listener(mask(exchange))


def certain_getter(client: Client) -> org_questions.Get:
    """What asks an org, again where an answer may be a proxy's."""
    ask_once = org_questions.getter(client)
    return lambda path: read_until_certain(lambda: ask_once(path))


def ask_what_it_is(client: Client) -> Evidence:
    """What the org proves to be, and the scopes of our token; asked again where an answer may be a proxy's.

    Raises `OrgError` where the org does not take us, or does not answer.
    """
    get = certain_getter(client)
    answers = org_questions.ask(get, client.target)
    if answers.diagnosis:
        raise answers.diagnosis.error(client.target.base_url)
    evidence = judge_proof(client.target, answers.first)
    reason = answers.no_proof or evidence.reason
    return replace(evidence, reason=reason, scopes=org_questions.granted_scopes(client, get))
