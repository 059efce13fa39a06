"""deskcheck doctor: whether a target can be tested, from its configuration up to its quota; only reads are sent."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from harness import settings
from harness.errors import DeskcheckError, GateError, UnfinishedError, UsageError
from harness.exchange import Exchange, Request, Response
from harness.planning import run_context, run_options
from harness.planning.run_context import RunContext
from harness.planning.run_options import RunOptions
from harness.policy.permit import prove
from harness.report.text import cut, visible
from harness.risk.tier import Tier
from harness.settings import CONFIG, EMBEDDED
from harness.target import DEFAULT_TIMEOUT, Target
from harness.vendors import VENDORS
from harness.vendors.doctor_line import DoctorLine, Examination, ok, problem
from harness.vendors.evidence import Proof
from harness.vendors.vendor import NO_CREDENTIALS, Vendor

if TYPE_CHECKING:
    from harness.transport.client import Client

WRONG, SHUT, AWAY = UsageError.exit_code, GateError.exit_code, UnfinishedError.exit_code
# Seconds. `safe_update` stamps and token lifetimes are off by as much; a few are the way there and back.
SKEW = 60.0


@dataclass
class Patient:
    """The org under examination: every exchange is kept, token calls included."""

    target: Target
    context: RunContext
    client: Client
    heard: list[Exchange] = field(default_factory=list)

    @property
    def vendor(self) -> Vendor:
        """Whose org it is."""
        return VENDORS[self.target.vendor]

    @property
    def examination(self) -> Examination:
        """What the vendor's own questions are given."""
        tiers = self.context.assessments
        operations = self.context.documents.catalog.of(self.target.vendor).operations
        return Examination(self.target, self.get, [one for one in operations if tiers[one.key].tier is Tier.READ])

    def get(self, path: str) -> Response:
        """GET; raises `UnfinishedError` where no answer comes or no token is given."""
        from harness.transport.failures import NoAnswerError

        try:
            return self.client.send(Request("GET", self.target.base_url + path)).response
        except NoAnswerError as error:
            raise UnfinishedError(f"no answer: {type(error).__name__}: {error}", where=self.target.base_url) from error


def add(parser: ArgumentParser) -> None:
    """Options."""
    parser.add_argument("--target", required=True, metavar="T", help="an org of deskcheck.toml")
    run_options.add_options(parser.add_argument, ("timeout",))


def main(parsed: Namespace) -> int:
    """Print a line a check, up to the one that makes the others pointless; the first problem's exit code."""
    if parsed.target == EMBEDDED:
        raise UsageError(
            "the embedded sandbox has nothing to check", remedy=f"It comes up with each run. Name a target of {CONFIG}."
        )
    code = 0
    options = run_options.from_namespace(parsed, ("timeout",))
    for check in examine(parsed.target, options.timeout):
        print(visible(f"{check.state:8} {check.name:14} {check.message}"))
        if check.remedy:
            print(visible(f"{'':23} {check.remedy}"))
        code = code or check.code
    return code


def examine(name: str, timeout: float = DEFAULT_TIMEOUT) -> Iterator[DoctorLine]:
    """Every check of a target, in the order in which one rests on the other."""
    try:
        context = run_context.build(RunOptions(targets=(name,), timeout=timeout), settings.load())
    except UsageError as error:
        yield problem("configuration", f"{error.where}: {error.what}".removeprefix(": "), error.remedy)
        return
    (target,) = context.targets.values()
    yield ok("configuration", f"{target.vendor} at {target.base_url}, auth {target.credentials.kind}")
    yield from _credentials(target)
    patient = _open(target, context)
    try:
        yield from _asked(patient)
    except UnfinishedError as error:
        remedy = error.remedy or "Check base_url, token_url and the network; then try again."
        yield problem("connection", error.what, remedy, WRONG if _refused(error) else AWAY)
    finally:
        patient.client.close()


def _refused(error: DeskcheckError) -> bool:
    """Whether the accounts host knows us and said no: waiting would not help."""
    return "gave no access token" in error.what and not error.remedy.startswith("Wait")


def _credentials(target: Target) -> Iterator[DoctorLine]:
    """What can be told without asking."""
    credentials = target.credentials
    mistake = VENDORS[target.vendor].auth_kind(credentials.kind).mistake(credentials)
    if credentials.kind == NO_CREDENTIALS.name:
        yield problem("credentials", "none are configured", f"Set auth and secret_env for it in {CONFIG}.")
    elif mistake:
        yield problem("credentials", *mistake)
    else:
        yield ok("credentials", "set, and not in the file")


def _open(target: Target, context: RunContext) -> Patient:
    """A client behind the guard that permits reading only."""
    from harness.execution import connect

    client = connect.open_reader(target, context)
    patient = Patient(target, context, client)
    client.exchanges.listeners.append(patient.heard.append)
    return patient


def _asked(patient: Patient) -> Iterator[DoctorLine]:
    """What the org itself answers."""
    questions, opening = patient.vendor.doctor, _opening(patient)
    if not opening:
        message = f"no question is known that any org of {patient.vendor.product} answers"
        yield DoctorLine("login", "unknown", message)
        yield _proof(patient.target, None)
        return
    answer = patient.get(opening)
    login = _login(patient, answer)
    yield login
    if login.state == "problem":
        return
    if questions and questions.organisation:
        organisation = questions.organisation(_json(answer), patient.target)
        yield organisation
        if organisation.state == "problem":
            return
    yield _proof(patient.target, answer)
    if questions:
        yield from questions.scopes(patient.examination)
    yield _clock(patient.heard[-1])
    yield from _quota(patient)


def _opening(patient: Patient) -> str:
    """The path of the first question: the proof's, else the one that shows who we are where a document has it."""
    proof, whoami = patient.vendor.proof, patient.vendor.whoami
    if proof:
        return proof.path
    documented = patient.context.documents.catalog.match(patient.vendor.name, "GET", whoami)
    return whoami if documented else ""


def _login(patient: Patient, answer: Response) -> DoctorLine:
    """Whether the credentials are somebody's; `answer` is the org's first."""
    questions = patient.vendor.doctor
    if answer.status == 429:
        return problem("login", "the org answers 429: its quota is spent", "Wait until it is given anew.", AWAY)
    if answer.status >= 500:
        return problem("login", f"the org answers {answer.status}", "Try again later.", AWAY)
    if questions and (refusal := questions.refusal(_json(answer), patient.target)):
        return refusal
    if answer.status in (401, 403):
        remedy = questions.login_remedy if questions else f"Check the credentials in {CONFIG}."
        return problem("login", f"{answer.status}: {_short(answer)}", remedy)
    shown = patient.get(questions.login_path) if questions and questions.login_path else answer
    if astray := _astray(shown):
        return astray
    if questions is None:
        return DoctorLine("login", "unknown", f"the org answers {shown.status}; nothing tells who we are to it")
    return questions.login(_json(shown))


def _astray(answer: Response) -> DoctorLine | None:
    """Where something else than the API answers: a host that points elsewhere, or a page for people."""
    if 300 <= answer.status < 400:
        message = f"the org answers {answer.status} and points to {cut(answer.header('location').split('?')[0], 120)}"
    elif answer.status == 200 and not _json(answer):
        message = f"the org answers with {answer.media_type or 'nothing'}, which holds no JSON object"
    else:
        return None
    return problem("login", message, f"Set base_url in {CONFIG} to the host of the API itself, without a path.")


def _proof(target: Target, answer: Response | None) -> DoctorLine:
    """What a run may do there at most."""
    evidence = prove(target, answer)
    confirm = f"destructive tiers need --confirm {target.org}"
    if evidence.proof is Proof.SANDBOX:
        return ok("sandbox proof", f"{evidence.reason}; {confirm}")
    if evidence.proof is Proof.PRODUCTION:
        remedy = "It is production and is only ever read. Point the target at a sandbox for anything else."
        return problem("sandbox proof", evidence.reason, remedy, SHUT)
    if evidence.proof is Proof.UNPROVABLE:
        remedy = "Only `read` will be allowed. More needs a `proof` in the vendor's value (harness/vendors)."
        return problem("sandbox proof", evidence.reason, remedy, SHUT)
    if target.disposable:
        return ok("sandbox proof", f"{evidence.reason}; declared disposable: all tiers need --confirm {target.org}")
    remedy = f"Only `read` will be allowed, unless {CONFIG} says disposable = true: losing all of it must not matter."
    return problem("sandbox proof", evidence.reason, remedy, SHUT)


def _clock(last: Exchange) -> DoctorLine:
    """Our clock against the org's, from the last answer's Date."""
    try:
        theirs = parsedate_to_datetime(last.response.header("date")).timestamp()
    except ValueError:
        return DoctorLine("clock", "unknown", "the org's answers carry no date")
    skew = last.at + last.response.elapsed - theirs
    message = f"this machine is {abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} the org"
    if abs(skew) <= SKEW:
        return ok("clock", message)
    return problem("clock", message, "Set the clock (NTP): time stamps that are sent and compared would be wrong.")


def _quota(patient: Patient) -> Iterator[DoctorLine]:
    """What the headers say is left, and whether the configured share fits (vendor pages: rate limits, credits)."""
    last, ours, convention = patient.heard[-1].response, patient.target.quota, patient.vendor.quota
    limit, left = _number(last, convention.limit_headers), _number(last, convention.left_headers)
    if left is None:
        message = f"no header says; {ours or 'any number of'} requests a minute will be sent at most"
        yield DoctorLine("quota", "unknown", message)
    elif left == 0:
        yield problem("quota", f"no {convention.unit} are left", "Wait until they are given anew.", AWAY)
    elif limit is not None and (not ours or ours > limit):
        message = f"quota is {ours}, the org allows {limit:,} {convention.unit}"
        yield problem("quota", message, f"Set quota below that in {CONFIG}.")
    else:
        total = f" of {limit:,}" if limit else ""
        yield ok("quota", f"{left:,}{total} {convention.unit} left; we take at most {ours} a minute")


def _number(response: Response, headers: Iterable[str]) -> int | None:
    """The number in the first of these headers that holds one."""
    values = (response.header(name) for name in headers)
    return next((int(value) for value in values if value.isdigit()), None)


def _json(response: Response) -> dict[str, Any]:
    body = response.json_or(None)
    return body if isinstance(body, dict) else {}


def _short(response: Response) -> str:
    return cut(visible(response.body.decode("utf-8", "replace")), 160)
