"""Examination: whether an org can be tested, from its configuration up to its quota; only reads are sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

from harness import settings
from harness.errors import GateError, UnfinishedError, UsageError
from harness.exchange import Exchange, Request, Response
from harness.execution import connect, org_choice
from harness.planning import run_context
from harness.planning.run_context import RunContext
from harness.planning.run_options import RunOptions
from harness.policy.permit import prove
from harness.report.text import cut, visible
from harness.risk.tier import Tier
from harness.settings import CONFIG
from harness.target import Target
from harness.transport.client import Client
from harness.transport.failures import NoAnswerError
from harness.vendors import VENDORS
from harness.vendors.doctor_line import DoctorLine, Examination, ok, problem
from harness.vendors.evidence import Proof
from harness.vendors.obstacle import OrgError
from harness.vendors.vendor import NO_CREDENTIALS, Vendor

REFUSED, UNREACHABLE = GateError.exit_code, UnfinishedError.exit_code
# Seconds. `safe_update` stamps and token lifetimes are off by as much; a few are the way there and back.
MAX_SKEW = 60.0


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
    def examination(self) -> Examination:
        """What the vendor's own questions are given."""
        operations = self.context.documents.catalog.of(self.target.vendor).operations
        tiers = self.context.assessments
        reads = [operation for operation in operations if tiers[operation.key].tier is Tier.READ]
        return Examination(self.target, self.get, reads)

    def get(self, path: str) -> Response:
        """GET; raises `UnfinishedError` where no answer comes or no token is given."""
        try:
            return self.client.send(Request("GET", self.target.base_url + path)).response
        except NoAnswerError as error:
            raise UnfinishedError(f"no answer: {type(error).__name__}: {error}", where=self.target.base_url) from error


def examine(options: RunOptions) -> Iterator[DoctorLine]:
    """A line for each point of the one target of `options`, up to the one that makes the others pointless."""
    try:
        context = run_context.build(options, settings.load())
    except UsageError as error:
        yield problem("configuration", f"{error.where}: {error.what}".removeprefix(": "), error.remedy)
        return
    (target,) = context.targets.values()
    yield ok("configuration", f"{target.vendor} at {target.base_url}, auth {target.credentials.kind}")
    yield from _credentials(target)
    org = _open(target, context)
    try:
        yield from _answers(org)
    except (UnfinishedError, OrgError) as error:
        remedy = error.remedy or "Check base_url, token_url and the network; then try again."
        yield problem("connection", error.what, remedy, error.exit_code)
    finally:
        org.client.close()


def _credentials(target: Target) -> Iterator[DoctorLine]:
    """What the configuration alone shows."""
    credentials = target.credentials
    kind = VENDORS[target.vendor].auth_kind(credentials.kind)
    mistake = kind.mistake(credentials)
    if credentials.kind == NO_CREDENTIALS.name:
        yield problem("credentials", "none are configured", f"Set auth and secret_env for it in {CONFIG}.")
    elif mistake:
        yield problem("credentials", *mistake)
    else:
        yield ok("credentials", "set, and not in the file")
    if kind.deprecated:
        yield DoctorLine("credentials", "warning", f"auth {kind.name} is deprecated", f"{kind.deprecated}.")


def _open(target: Target, context: RunContext) -> ExaminedOrg:
    """A client behind the guard that permits reading only."""
    org = ExaminedOrg(target, context, connect.open_reader(target, context))
    org.client.exchanges.listeners.append(org.exchanges.append)
    return org


def _answers(org: ExaminedOrg) -> Iterator[DoctorLine]:
    """What the answers of the org itself show."""
    questions, path = org.vendor.doctor, _first_path(org)
    if not path:
        message = f"no question is known that any org of {org.vendor.product} answers"
        yield DoctorLine("login", "unknown", message)
        yield _proof(org.target, None)
        return
    first = org.get(path)
    login = _login(org, first)
    yield login
    if login.state == "problem":
        return
    if org.vendor.orgs:
        organisation = _organisation(org, first)
        yield organisation
        if organisation.state == "problem":
            return
    yield _proof(org.target, first)
    if questions:
        yield from questions.scopes(org.examination)
    yield _clock(org.exchanges[-1])
    yield _quota(org)


def _first_path(org: ExaminedOrg) -> str:
    """The path of the first question: the proof's, else the one that shows who we are where a document has it."""
    if org.vendor.proof:
        return org.vendor.proof.path
    whoami = org.vendor.whoami
    is_documented = org.context.documents.catalog.match(org.vendor.name, "GET", whoami)
    return whoami if is_documented else ""


def _login(org: ExaminedOrg, first: Response) -> DoctorLine:
    """Whether the credentials are somebody's; `first` is the org's first answer."""
    questions = org.vendor.doctor
    if first.status == 429:
        return problem("login", "the org answers 429: its quota is spent", "Wait until it is given anew.", UNREACHABLE)
    if first.status >= 500:
        return problem("login", f"the org answers {first.status}", "Try again later.", UNREACHABLE)
    if questions and (refusal := questions.refusal(_json(first), org.target)):
        return refusal
    if first.status in (401, 403):
        remedy = questions.login_remedy if questions else f"Check the credentials in {CONFIG}."
        return problem("login", f"{first.status}: {_beginning(first)}", remedy)
    answer = org.get(questions.login_path) if questions and questions.login_path else first
    if line := _not_the_api(answer):
        return line
    if questions is None:
        return DoctorLine("login", "unknown", f"the org answers {answer.status}; nothing tells who we are to it")
    return questions.login(_json(answer))


def _not_the_api(answer: Response) -> DoctorLine | None:
    """Where something else than the API answers: a host that points elsewhere, or a page for people."""
    if 300 <= answer.status < 400:
        message = f"the org answers {answer.status} and points to {cut(answer.header('location').split('?')[0], 120)}"
    elif answer.status == 200 and not _json(answer):
        message = f"the org answers with {answer.media_type or 'nothing'}, which holds no JSON object"
    else:
        return None
    return problem("login", message, f"Set base_url in {CONFIG} to the host of the API itself, without a path.")


def _organisation(org: ExaminedOrg, first: Response) -> DoctorLine:
    """Which of the host's orgs is meant; the client goes on with that one."""
    try:
        target, choice = org_choice.locate(org.target, first, org.context.settings.state)
    except OrgError as error:
        return problem("organisation", error.what, error.remedy, error.exit_code)
    if target != org.target:
        org.client.close()
        reopened = _open(target, org.context)
        org.target, org.client, org.exchanges = target, reopened.client, reopened.exchanges
    if choice is None:
        return DoctorLine("organisation", "unknown", f"the list of orgs is kept from us; org_id is {target.org_id}")
    return ok("organisation", choice.message)


def _proof(target: Target, answer: Response | None) -> DoctorLine:
    """What a run may do there at most."""
    evidence = prove(target, answer)
    if evidence.proof is Proof.SANDBOX:
        return ok("sandbox proof", f"{evidence.reason}; destructive tiers need --confirm {target.org}")
    if evidence.proof is Proof.PRODUCTION:
        remedy = "It is production and is only ever read. Point the target at a sandbox for anything else."
    elif evidence.proof is Proof.UNPROVABLE:
        remedy = "Only `read` will be allowed. More needs a `proof` in the vendor's value (harness/vendors)."
    elif target.disposable:
        message = f"{evidence.reason}; declared disposable: all tiers need --confirm {target.org}"
        return ok("sandbox proof", message)
    else:
        remedy = (
            f"Only `read` will be allowed, unless {CONFIG} says disposable = true: losing all of it must not matter."
        )
    return problem("sandbox proof", evidence.reason, remedy, REFUSED)


def _clock(last: Exchange) -> DoctorLine:
    """Our clock against the org's, from the last answer's Date."""
    try:
        org_time = parsedate_to_datetime(last.response.header("date")).timestamp()
    except ValueError:
        return DoctorLine("clock", "unknown", "the org's answers carry no date")
    skew = last.at + last.response.elapsed - org_time
    message = f"this machine is {abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} the org"
    if abs(skew) <= MAX_SKEW:
        return ok("clock", message)
    return problem("clock", message, "Set the clock (NTP): time stamps that are sent and compared would be wrong.")


def _quota(org: ExaminedOrg) -> DoctorLine:
    """What the headers say is left, and whether the configured share fits (vendor pages: rate limits, credits)."""
    last, ours, convention = org.exchanges[-1].response, org.target.quota, org.vendor.quota
    limit, left = _number(last, convention.limit_headers), _number(last, convention.left_headers)
    if left is None:
        message = f"no header says; {ours or 'any number of'} requests a minute will be sent at most"
        return DoctorLine("quota", "unknown", message)
    if left == 0:
        return problem("quota", f"no {convention.unit} are left", "Wait until they are given anew.", UNREACHABLE)
    if limit is not None and (not ours or ours > limit):
        message = f"quota is {ours}, the org allows {limit:,} {convention.unit}"
        return problem("quota", message, f"Set quota below that in {CONFIG}.")
    total = f" of {limit:,}" if limit else ""
    return ok("quota", f"{left:,}{total} {convention.unit} left; we take at most {ours} a minute")


def _number(response: Response, headers: Iterable[str]) -> int | None:
    """The number in the first of these headers that holds one."""
    values = (response.header(name) for name in headers)
    return next((int(value) for value in values if value.isdigit()), None)


def _json(response: Response) -> dict[str, Any]:
    body = response.json_or(None)
    return body if isinstance(body, dict) else {}


def _beginning(response: Response) -> str:
    return cut(visible(response.body.decode("utf-8", "replace")), 160)
