"""One org behind the whole chain: puts the parts of an org under test together, and proves what an org is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import count

from harness.cases.source import CaseSource
from harness.exchange import Exchange
from harness.execution import org_choice, org_questions
from harness.execution.binder import CaseBinder, load_fixed_values
from harness.execution.case_checks import CaseChecks
from harness.execution.id_chooser import IdChooser
from harness.execution.org_client import OrgClient
from harness.execution.org_questions import OrgAnswers
from harness.execution.org_records import OrgRecords
from harness.execution.org_under_test import OrgUnderTest
from harness.execution.reproduce import read_until_certain
from harness.execution.teardown_reserve import TeardownReserve
from harness.formats.shell import command_line
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
from harness.quota.limiter import Limiter
from harness.resources import preconditions
from harness.resources.pool import Listing
from harness.risk import escalate
from harness.target import Target, org_labels
from harness.traffic import har_merge
from harness.traffic.recording import Recording, RecordingAccount, account
from harness.transport.client import Client, Layer
from harness.transport.client import connect as open_client
from harness.transport.guard import Guard
from harness.transport.liveness import Liveness
from harness.transport.prior_listing import MOST_PAGES, Lister, list_nothing
from harness.transport.quota import Quota
from harness.transport.refused import Sink
from harness.transport.request_ceiling import CeilingLayer, RequestCeiling
from harness.transport.retry import Retry
from harness.transport.tracker import Tracker
from harness.transport.waiting import Waiter
from harness.vendors import VENDORS
from harness.vendors.evidence import Evidence
from harness.vendors.obstacle import OrgError


def connect(job: Job, context: RunContext, name: str, ledger: Ledger) -> OrgUnderTest:
    """The org of one target as a worker tests it: guarded by its own permit, tracked by the worker's ledger."""
    target = job.targets[name]
    permit = job.permits[name]
    refused: list[Verdict] = []

    def list_before_create(path: str, query: str) -> Listing | None:
        # The tracker is part of the chain that it lists through, so the org does not exist yet.
        return org.records.listing(path, query, MOST_PAGES)

    def may(operation: Operation) -> bool:
        tier = context.assessments[operation.key].tier
        return permit.allows(tier, operation.key) and context.cleanup.covers(operation)

    # The guard of this org's chain knows no other org but as one that it must not reach.
    others = tuple(other for other in job.targets.values() if other.name != name)
    policy = policy_context(context, {name: permit}, {name: target}, ledger, job.mark, others)
    reserve = TeardownReserve(ledger, name)
    limiter = Limiter(target, job.workers, run=str(job.controller), reserve=reserve.credits)
    waiter, ceiling = Waiter(job.controller), RequestCeiling()
    chain = layers(policy, target, context, ledger, limiter, refused.append, waiter, list_before_create, ceiling)
    client = OrgClient(open_client(target, chain), refused, limiter, ceiling=ceiling)
    if job.options.har:
        client.recording = open_recording(job, name, lambda: client.mask, ledger.writer)
        client.transport.exchanges.listeners.append(client.recording.add)
    cases = CaseSource(context.documents, context.budget(name), job.options.seed)
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
    others: tuple[Target, ...] = (),
) -> PolicyContext:
    """All that a verdict depends on; `permits` and `targets` go by the name of the target."""
    vendors = {target.vendor for target in targets.values()}
    return PolicyContext(
        catalog=context.documents.catalog,
        assessments=context.assessments,
        targets=targets,
        permits=permits,
        escalations={vendor: escalate.load(vendor) for vendor in vendors},
        references_of={vendor: references.load(vendor, VENDORS[vendor].impossible_ids.values()) for vendor in vendors},
        owned=EmptyLedger() if ledger is None else ledger,
        mark=mark,
        others=others,
    )


def layers(
    policy: PolicyContext,
    target: Target,
    context: RunContext,
    ledger: Ledger | None,
    limiter: Limiter,
    sink: Sink,
    waiter: Waiter | None = None,
    list_before_create: Lister = list_nothing,
    ceiling: RequestCeiling | None = None,
) -> Sequence[Layer]:
    """The chain in the order in which a request meets it; recorder, gate and network come below.

    Without a ledger nothing above `read` may be permitted, so there is nothing to track. `waiter` knows the process of
    the run's controller; it is this one by default. Without a `ceiling`, any number of requests is sent.
    """
    ceiling = ceiling or RequestCeiling()
    guard = partial(Guard, context=policy, sink=sink)
    waiter = waiter or Waiter()
    below: list[Layer] = [
        partial(Retry, sleep=waiter.wait, timeout=target.timeout, may_repeat=ceiling.may_repeat),
        partial(CeilingLayer, ceiling=ceiling),
        partial(Quota, limiter=limiter, waiter=waiter),
        partial(Liveness, controller=waiter.controller),
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
        ceiling=ceiling,
    )
    return [guard, tracker, *below]


def mark_numbers(writer: str, workers: int) -> Iterator[int]:
    """The numbers of a worker's marks: no two workers of a run (main, gw0, gw1, …) have one in common."""
    digits = "".join(sign for sign in writer if sign.isdigit())
    return count(int(digits) + 1 if digits else 1, max(1, workers))


def open_recording(job: Job, name: str, mask: Callable[[], Mask], writer: str = MAIN) -> Recording:
    """This process' recording of one target's org, with its share of what a run may write."""
    limit = har_merge.share(len(job.targets), job.workers)
    return Recording(har_merge.part(job.folder, org_labels(job.vendors)[name], writer), mask, limit)


def record_proofs(job: Job, exchanges: Mapping[str, Sequence[Exchange]]) -> RecordingAccount:
    """Record the exchanges of `prove`, which runs before the run's folder is there."""
    if not job.options.har:
        return RecordingAccount()
    har_merge.clear(job.folder)
    recordings = []
    for name, sent in exchanges.items():
        recording = open_recording(job, name, Mask)
        for exchange in sent:
            recording.add(exchange)
        recording.close()
        recordings.append(recording)
    return account(recordings)


def open_reader(target: Target, context: RunContext) -> Client:
    """A client whose chain permits reading alone, for requests before a run."""
    policy = policy_context(context, {target.name: Permit()}, {target.name: target})
    return open_client(target, layers(policy, target, context, None, Limiter(target), sink=lambda verdict: None))


def connect_reader(target: Target, context: RunContext, most_pages: int) -> OrgUnderTest:
    """One org whose lists are read, to `most_pages` each, and in which nothing is tested or created."""
    client = OrgClient(open_reader(target, context))
    cases = CaseSource(context.documents, context.options.budget, context.options.seed)
    org = assemble(client, context.documents, cases, lambda operation: False, "", count(1))
    return replace(org, records=OrgRecords(client, cases, org.binder, org.may, most_pages).pool)


def locate(target: Target, context: RunContext) -> Target:
    """The target with the id of its org, which is asked only where none is configured; see `org_choice.locate`."""
    if target.org_id or VENDORS[target.vendor].orgs is None:
        return target
    located, _ = org_choice.locate(target, ask_org(target, context).first, context.settings.state)
    return located


def ask_org(
    target: Target, context: RunContext, listener: Callable[[Exchange], None] = lambda exchange: None
) -> OrgAnswers:
    """Ask the org what it is, through a chain that permits reading only; `listener` gets every exchange, masked.

    Nothing is asked of an embedded sandbox, and of a vendor without a sandbox proof. Raises `OrgError` for whatever is
    in the way of every request alike: then no answer would test the contract.
    """
    if target.embedded or VENDORS[target.vendor].proof is None:
        return OrgAnswers()
    client = open_reader(target, context)
    sent: list[Exchange] = []
    client.exchanges.listeners.append(sent.append)
    try:
        return ask_what_it_is(client)
    except OrgError as error:
        hint = f"One line a cause: {command_line('doctor', '--target', target.name)}"
        raise OrgError(
            error.obstacle, error.what, where=error.where or target.base_url, remedy=f"{error.remedy} {hint}".lstrip()
        ) from error
    finally:
        client.close()
        mask = Mask(target.secrets).knowing(*client.secrets)
        for exchange in sent:
            listener(mask(exchange))


def certain_getter(client: Client) -> org_questions.Get:
    """What asks an org, again where an answer may be a proxy's."""
    ask_once = org_questions.getter(client)
    return lambda path: read_until_certain(lambda: ask_once(path))


def ask_what_it_is(client: Client) -> OrgAnswers:
    """What the org says it is, and the scopes of our token; asked again where an answer may be a proxy's.

    Raises `OrgError` where the org does not take us, or does not answer.
    """
    get = certain_getter(client)
    answers = org_questions.ask(get, client.target)
    if answers.diagnosis:
        raise answers.diagnosis.error(client.target.base_url)
    return replace(answers, scopes=org_questions.granted_scopes(client, get))


def prove(target: Target, answers: OrgAnswers) -> Evidence:
    """What the org proves to be by its answers, and which scopes our token has."""
    evidence = judge_proof(target, answers.first)
    return replace(evidence, reason=answers.no_proof or evidence.reason, scopes=answers.scopes)
