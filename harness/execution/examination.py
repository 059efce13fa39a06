"""Examination: whether an org can be tested, from its configuration up to its quota; only reads are sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from functools import cached_property

from harness import settings
from harness.errors import DeskcheckError, GateError, UsageError
from harness.exchange import Exchange, Response
from harness.execution import connect, org_choice, org_questions
from harness.execution.org_questions import Get, OrgAnswers
from harness.openapi.catalog import Operation
from harness.planning import run_context, scopes
from harness.planning.forecast import Forecaster
from harness.planning.plan import Plan
from harness.planning.run_context import RunContext
from harness.planning.run_options import RunOptions
from harness.planning.scopes import ScopeNeed
from harness.policy.permit import prove
from harness.settings import CONFIG
from harness.target import Target
from harness.transport.client import Client
from harness.vendors import VENDORS
from harness.vendors.diagnosis import REMEDIES, diagnose
from harness.vendors.doctor_line import DoctorLine, of_diagnosis, ok, problem, unknown, warning
from harness.vendors.evidence import Proof
from harness.vendors.obstacle import Obstacle, OrgError
from harness.vendors.vendor import NO_CREDENTIALS, Vendor

# Seconds. `safe_update` stamps and token lifetimes are off by as much; a few are the way there and back.
MAX_SKEW = 60.0
# Requests at most to find out which scopes a token has, where nobody says.
MOST_PROBES = 10


@dataclass
class ExaminedOrg:
    """The org under examination; `exchanges` are all that were sent, token calls included."""

    target: Target
    context: RunContext
    client: Client
    exchanges: list[Exchange] = field(default_factory=list)

    @property
    def vendor(self) -> Vendor:
        """Whose org it is."""
        return VENDORS[self.target.vendor]

    @property
    def get(self) -> Get:
        """What asks the org; raises `OrgError` where no answer comes or no token is given."""
        return connect.certain_getter(self.client)

    @property
    def planned(self) -> list[Operation]:
        """The operations that a run with these options would send, if the org proved to be a sandbox."""
        return [step.operation for step in self.plan.running] if self.plan else []

    @cached_property
    def plan(self) -> Plan | None:
        """What a run with these options would do; None for a vendor whose documents are not here."""
        try:
            return self.context.plan
        except UsageError:
            return None


def examine(options: RunOptions, name: str) -> Iterator[DoctorLine]:
    """A line for each point of the target `name`, up to the one that makes the others pointless.

    The other options are those of a run: scopes and quota are held to what it would send.
    """
    try:
        context = run_context.build(replace(options, targets=(name,)), settings.load())
        if options.only or options.changed_since:
            _ = context.plan  # raises where the selection is of nothing
    except DeskcheckError as error:
        yield _unusable(error)
        return
    (target,) = context.targets.values()
    yield ok("configuration", f"{target.vendor} at {target.base_url}, auth {target.credentials.kind}")
    yield from _credentials(target)
    org = _open(target, context)
    try:
        yield from _answers(org)
    except OrgError as error:
        yield problem("connection", error.obstacle, error.what, error.remedy)
    finally:
        org.client.close()


def _unusable(error: DeskcheckError) -> DoctorLine:
    """What options or deskcheck.toml have wrong; a gate that no proof could open."""
    obstacle = Obstacle.NO_PROOF if isinstance(error, GateError) else Obstacle.CONFIGURATION
    obstacle = error.obstacle if isinstance(error, OrgError) else obstacle
    return problem("configuration", obstacle, f"{error.where}: {error.what}".removeprefix(": "), error.remedy)


def _credentials(target: Target) -> Iterator[DoctorLine]:
    """What the configuration alone shows."""
    credentials = target.credentials
    vendor = VENDORS[target.vendor]
    kind = vendor.auth_kind(credentials.kind)
    mistake = kind.mistake(credentials)
    if credentials.kind == NO_CREDENTIALS.name:
        remedy = f"Set auth and its secrets for it in {CONFIG}."
        yield problem("credentials", Obstacle.CONFIGURATION, "none are configured", remedy)
    elif mistake:
        yield problem("credentials", Obstacle.CONFIGURATION, *mistake)
    else:
        yield ok("credentials", "set, and not in the file")
    if kind.deprecated:
        yield warning("credentials", f"auth {kind.name} is deprecated", f"{kind.deprecated}.")


def _open(target: Target, context: RunContext) -> ExaminedOrg:
    """A client behind the guard that permits reading only."""
    org = ExaminedOrg(target, context, connect.open_reader(target, context))
    org.client.exchanges.listeners.append(org.exchanges.append)
    return org


def _answers(org: ExaminedOrg) -> Iterator[DoctorLine]:
    """What the answers of the org itself show."""
    answers = _asked(org)
    if answers.first is None:
        yield unknown("login", f"no question is known that any org of {org.vendor.product} answers")
        yield _proof(org.target, answers)
        return
    if answers.diagnosis:
        is_org = answers.diagnosis.obstacle in (Obstacle.WRONG_ORG, Obstacle.NO_ORG) and not answers.user
        if is_org:
            yield ok("login", "an access token was given and taken")
        yield of_diagnosis("organisation" if is_org else "login", answers.diagnosis)
        return
    yield _login(org, answers)
    if org.vendor.orgs:
        organisation = _organisation(org, answers.first)
        yield organisation
        if organisation.state == "problem":
            return
    yield _proof(org.target, answers)
    yield from _scopes(org)
    yield _clock(org.exchanges[-1])
    yield _quota(org)


def _asked(org: ExaminedOrg) -> OrgAnswers:
    """What the org says of itself and of us; nothing where no document knows a question that it answers."""
    vendor = org.vendor
    if vendor.proof is None and not org.context.documents.catalog.match(vendor.name, "GET", vendor.whoami):
        return OrgAnswers()
    return org_questions.ask_who(org.get, org.target, org_questions.ask(org.get, org.target))


def _login(org: ExaminedOrg, answers: OrgAnswers) -> DoctorLine:
    """Whose credentials these are."""
    if answers.user:
        return ok("login", answers.user)
    assert answers.first is not None
    return unknown("login", f"the org answers {answers.first.status}; nothing tells who we are to it")


def _organisation(org: ExaminedOrg, first: Response) -> DoctorLine:
    """Which of the host's orgs is meant; the client goes on with that one."""
    try:
        target, choice = org_choice.locate(org.target, first, org.context.settings.state)
    except OrgError as error:
        return problem("organisation", error.obstacle, error.what, error.remedy)
    if target != org.target:
        org.client.close()
        reopened = _open(target, org.context)
        org.target, org.client, org.exchanges = target, reopened.client, reopened.exchanges
    if choice is None:
        return unknown("organisation", f"the list of orgs is kept from us; org_id is {target.org_id}")
    return ok("organisation", choice.message)


def _proof(target: Target, answers: OrgAnswers) -> DoctorLine:
    """What a run may do there at most."""
    evidence = prove(target, answers.first)
    reason = answers.no_proof or evidence.reason
    if evidence.proof is Proof.SANDBOX:
        return ok("sandbox proof", f"{reason}; destructive tiers need --confirm {target.org}")
    if evidence.proof is Proof.PRODUCTION:
        return problem("sandbox proof", Obstacle.PRODUCTION, reason)
    if evidence.proof is Proof.UNPROVABLE:
        remedy = "Only `read` will be allowed. More needs a `proof` in the vendor's value (harness/vendors)."
        return problem("sandbox proof", Obstacle.NO_PROOF, reason, remedy)
    if target.disposable:
        return ok("sandbox proof", f"{reason}; declared disposable: all tiers need --confirm {target.org}")
    return problem("sandbox proof", Obstacle.NO_PROOF, reason)


def _scopes(org: ExaminedOrg) -> Iterator[DoctorLine]:
    """Whether the token's scopes are enough for the plan; which operations would fail otherwise."""
    convention = org.vendor.scopes
    if convention is None:
        return
    if org.target.credentials.kind not in convention.auth_kinds:
        yield ok("scopes", "these credentials have none: they may do whatever their user may")
        return
    needed = scopes.needs(org.vendor.name, org.planned, org.context.documents.catalog, org.context.cleanup)
    granted = org_questions.granted_scopes(org.client, org.get)
    if granted is None:
        yield _probed_scopes(org, needed)
        return
    if strange := scopes.unknown(granted, org.vendor.name):
        remedy = f"Ask at consent for: {scopes.consent(needed, org.vendor.name)}"
        yield warning("scopes", f"{', '.join(strange)}: no scope of {org.vendor.product}'s has that name", remedy)
    missing = scopes.missing(needed, granted, org.vendor.name)
    if missing:
        yield _missing_scopes(org, needed, missing)
    else:
        yield ok("scopes", f"all {len(org.planned):,} planned operations are covered by {' '.join(sorted(granted))}")


def _missing_scopes(
    org: ExaminedOrg, needed: Iterable[ScopeNeed], missing: Iterable[ScopeNeed], known: str = ""
) -> DoctorLine:
    """The scopes that the token lacks, with the operations that would fail, and what to ask for."""
    failing = {key for need in missing for key in need.operations}
    sentences = "; ".join(need.sentence for need in missing)
    message = f"{len(failing):,} of {len(org.planned):,} planned operations would fail{known}, for want of {sentences}"
    remedy = f"Ask at consent for: {scopes.consent(needed, org.vendor.name)}"
    return problem("scopes", Obstacle.MISSING_SCOPE, message, remedy)


def _probed_scopes(org: ExaminedOrg, needed: tuple[ScopeNeed, ...]) -> DoctorLine:
    """What planned lists show of the token's scopes, where neither its host nor the org names them.

    A list that answers shows that one scope of its set is there, and a refusal that none is.
    """
    missing: list[ScopeNeed] = []
    shown = 0
    for need in sorted(needed, key=lambda need: -len(need.operations)):
        probe = _probe(org, need)
        if probe is None or shown + len(missing) >= MOST_PROBES:
            continue
        answer = org.get(probe.path)
        if answer is not None and _lacks_scope(answer, org.vendor):
            missing.append(need)
        elif answer is not None and answer.is_success:
            shown += 1
    if missing:
        return _missing_scopes(org, needed, missing, " at least")
    untold = len(needed) - shown
    message = f"{shown} of {len(needed)} sets of scopes that this plan needs are there"
    return unknown("scopes", f"{message}; {untold} cannot be told from here") if untold else ok("scopes", message)


def _probe(org: ExaminedOrg, need: ScopeNeed) -> Operation | None:
    """A list that a run would ask for, and that needs one of these scopes and no argument."""
    convention = org.vendor.scopes
    for key in need.operations:
        operation = org.context.documents.catalog.by_key[key]
        if convention is None or not _is_plain_list(operation, org.vendor):
            continue
        if frozenset(convention.needed(operation)) == frozenset(need.any_of):
            return operation
    return None


def _is_plain_list(operation: Operation, vendor: Vendor) -> bool:
    """Whether a GET needs nothing but the header that names the org, and is cheap."""
    if operation.method != "GET" or "{" in operation.path or operation.path.endswith(("search", "ount", "File")):
        return False
    return not any(parameter.required and parameter.name != vendor.org_header for parameter in operation.parameters)


def _lacks_scope(answer: Response, vendor: Vendor) -> bool:
    diagnosis = diagnose(answer, vendor.signs)
    return diagnosis is not None and diagnosis.obstacle is Obstacle.MISSING_SCOPE


def _clock(last: Exchange) -> DoctorLine:
    """Our clock against the org's, from the last answer's Date."""
    try:
        org_time = parsedate_to_datetime(last.response.header("date")).timestamp()
    except ValueError:
        return unknown("clock", "the org's answers carry no date")
    skew = last.at + last.response.elapsed - org_time
    message = f"this machine is {abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} the org"
    return ok("clock", message) if abs(skew) <= MAX_SKEW else problem("clock", Obstacle.CLOCK, message)


def _quota(org: ExaminedOrg) -> DoctorLine:
    """What the headers say is left, against the configured share and the plan (vendor pages: rate limits, credits)."""
    last, ours, convention = org.exchanges[-1].response, org.target.quota, org.vendor.quota
    limit, left = _number(last, convention.limit_headers), _number(last, convention.left_headers)
    if left is None:
        return unknown("quota", f"no header says; {ours or 'any number of'} requests a minute will be sent at most")
    if left == 0:
        return problem("quota", Obstacle.QUOTA, f"no {convention.unit} are left")
    is_ceiling_too_high = not org.target.learns_quota and limit is not None and (not ours or ours > limit)
    if is_ceiling_too_high:
        message = f"quota is {ours}, the org allows {limit:,} {convention.unit}"
        return problem("quota", Obstacle.CONFIGURATION, message, f"Set quota below that in {CONFIG}.")
    needed = _needed_credits(org)
    if needed > left:
        message = f"this plan needs about {needed:,} {convention.unit}, and {left:,} are left"
        return problem("quota", Obstacle.QUOTA, message, REMEDIES[Obstacle.QUOTA])
    total = f" of {limit:,}" if limit else ""
    pace = "we take what the org gives" if org.target.learns_quota else f"we take at most {ours} a minute"
    return ok("quota", f"{left:,}{total} {convention.unit} left; {pace}")


def _needed_credits(org: ExaminedOrg) -> int:
    """What the plan costs of a quota that is not given anew while a run waits; 0 where it is counted by the minute."""
    return Forecaster(org.context, org.target.name).forecast().credits if org.plan else 0


def _number(response: Response, headers: Iterable[str]) -> int | None:
    """The number in the first of these headers that holds one."""
    values = (response.header(name) for name in headers)
    return next((int(value) for value in values if value.isdigit()), None)
