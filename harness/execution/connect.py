"""One org behind the whole chain: the world that the guard judges by, the layers in their order, and the proof."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count

from harness.errors import UnfinishedError, UsageError
from harness.exchange import Exchange, Request, Response
from harness.execution.reproduce import TRIES, spoiled
from harness.execution.session import Session
from harness.ledger import MAIN, Ledger
from harness.masking import Mask
from harness.openapi.catalog import Operation
from harness.planning.job import Job
from harness.planning.run_context import RunContext
from harness.policy import references
from harness.policy.context import PolicyContext
from harness.policy.judge import Verdict
from harness.policy.permit import Permit
from harness.policy.permit import prove as proves
from harness.resources.pool import Listing
from harness.risk import escalate
from harness.target import Target
from harness.traffic import har_merge
from harness.traffic.recording import Recording, RecordingAccount, account
from harness.transport.client import Client, Layer, Transport
from harness.transport.client import connect as dial
from harness.transport.failures import NoAnswerError
from harness.transport.guard import Guard
from harness.transport.liveness import Liveness
from harness.transport.prior_listing import PAGES, Lister, nothing
from harness.transport.quota import Quota
from harness.transport.refused import Refused, Sink
from harness.transport.retry import Retry
from harness.transport.tracker import Tracker
from harness.vendors import VENDORS
from harness.vendors.evidence import Evidence


def policy_context(
    context: RunContext,
    permits: Mapping[str, Permit],
    targets: Mapping[str, Target],
    ledger: Ledger | None,
    mark: str = "",
) -> PolicyContext:
    """All that a verdict depends on."""
    vendors = tuple(targets)
    known = {
        "catalog": context.documents.catalog,
        "assessments": context.assessments,
        "targets": targets,
        "permits": permits,
        "escalations": {vendor: escalate.load(vendor) for vendor in vendors},
        "references_of": {
            vendor: references.load(vendor, VENDORS[vendor].impossible_ids.values()) for vendor in vendors
        },
        "mark": mark,
    }
    return PolicyContext(**known, **({"owned": ledger} if ledger else {}))  # type: ignore[arg-type]


def layers(
    judge: PolicyContext,
    target: Target,
    context: RunContext,
    ledger: Ledger | None,
    share: int,
    sink: Sink,
    controller: int | None = None,
    ask: Lister = nothing,
) -> Sequence[Layer]:
    """The chain in the order in which a request meets it; recorder, gate and network come below.

    Without a ledger nothing above `read` may be permitted, so there is nothing to track. `controller` is the process of
    the run's controller; this one, where nothing is said.
    """
    names = judge.references(target.vendor)

    def guard(inner: Transport) -> Transport:
        return Guard(inner, judge, sink)

    def tracker(inner: Transport) -> Transport:
        if ledger is None:
            return inner
        reader = Guard(inner, judge, sink=lambda verdict: None)
        return Tracker(inner, target, context.cleanup, names, ledger, judge.mark, sink, ask, reader)

    def quota(inner: Transport) -> Transport:
        return Quota(inner, share)

    def liveness(inner: Transport) -> Transport:
        return Liveness(inner, controller)

    def retry(inner: Transport) -> Transport:
        return Retry(inner, timeout=target.timeout)

    return guard, tracker, retry, quota, liveness


def connect(job: Job, context: RunContext, vendor: str, ledger: Ledger) -> Session:
    """The session of a worker for one org: guarded by the job's permit, tracked by its ledger."""
    target = job.targets[vendor]
    judge = policy_context(context, job.permits, job.targets, ledger, job.mark)
    share = max(1, target.quota // job.workers) if target.quota else 0
    refused: list[Verdict] = []

    def ask(home: str, query: str) -> Listing | None:
        """The list before a create, by the session that this chain is for."""
        return session.records.listing(home, query, PAGES)

    client = dial(target, layers(judge, target, context, ledger, share, refused.append, job.controller, ask))
    options = job.options

    def may(operation: Operation) -> bool:
        tier = context.assessments[operation.key].tier
        return job.permits[vendor].allows(tier, operation.key) and context.cleanup.covers(operation)

    session = Session(
        target,
        context.documents,
        client,
        options.budget,
        options.seed,
        job.mark,
        refused=refused,
        may=may,
        numbers=_numbers(ledger.writer, job.workers),
    )
    if options.har:
        session.recording = record(job, vendor, lambda: session.mask, ledger.writer)
        client.tape.listeners.append(session.recording.heard)
    return session


def _numbers(writer: str, workers: int) -> Iterator[int]:
    """The numbers of a worker's marks: no two workers of a run (main, gw0, gw1, …) have one in common."""
    digits = "".join(sign for sign in writer if sign.isdigit())
    return count(int(digits) + 1 if digits else 1, max(1, workers))


def record(job: Job, vendor: str, mask: Callable[[], Mask], writer: str = MAIN) -> Recording:
    """This process' recording of one vendor, with its share of what a run may write."""
    limit = har_merge.share(len(job.targets), job.workers)
    return Recording(har_merge.part(job.folder, vendor, writer), mask, limit)


def beforehand(job: Job, asked: Mapping[str, Sequence[Exchange]]) -> RecordingAccount:
    """Record what the orgs were asked before there was a folder for it."""
    if not job.options.har:
        return RecordingAccount()
    har_merge.clear(job.folder)
    recordings = []
    for vendor, exchanges in asked.items():
        recordings.append(record(job, vendor, Mask))
        for exchange in exchanges:
            recordings[-1].heard(exchange)
        recordings[-1].close()
    return account(recordings)


def prove(target: Target, context: RunContext, heard: Callable[[Exchange], None] = lambda exchange: None) -> Evidence:
    """Ask the org what it is, through a chain that permits reading only; `heard` gets every exchange, masked.

    Raises `UnfinishedError` where it cannot be reached: without an answer nothing is known. Raises `UsageError` where
    it does not take the credentials: it would refuse every request alike, and none would tell of the contract.
    """
    proof = VENDORS[target.vendor].proof
    if target.embedded or proof is None:
        return proves(target, None)
    judge = policy_context(context, {target.vendor: Permit()}, {target.vendor: target}, None)
    client = dial(target, layers(judge, target, context, None, target.quota, sink=lambda verdict: None))
    sent: list[Exchange] = []
    client.tape.listeners.append(sent.append)
    try:
        answer = ask(client, proof.path)
    finally:
        client.close()
        mask = Mask(target.credentials.secrets).knowing(*client.secrets)
        for exchange in sent:
            heard(mask(exchange))
    if answer.status == 401:
        raise UsageError(
            "the org does not take the credentials: it answers 401",
            where=target.base_url,
            remedy=f"Check them, one line a cause: deskcheck doctor --target {target.name}",
        )
    return proves(target, answer)


def ask(client: Client, path: str) -> Response:
    """The org's answer to a GET of the path; asked again where what answers may not be the org."""
    target = client.target
    request = Request("GET", target.base_url + path)
    try:
        for _ in range(TRIES - 1):
            answer = client.send(request).response
            if not spoiled(answer):
                return answer
        return client.send(request).response
    except Refused:
        raise
    except NoAnswerError as error:
        raise UnfinishedError(
            f"the org cannot be reached: {type(error).__name__}: {error}",
            where=target.base_url,
            remedy="Check base_url and the network. Try: deskcheck doctor --target NAME",
        ) from error
