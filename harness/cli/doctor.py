"""deskcheck doctor: whether a target can be tested, from its configuration up to its quota; only reads are sent."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from harness import settings
from harness.errors import DeskcheckError, GateError, UnfinishedError, UsageError
from harness.exchange import Exchange, Request, Response
from harness.planning import run_options
from harness.planning.run_options import RunOptions
from harness.policy.permit import Permit, Proof, prove
from harness.report.text import cut, visible
from harness.settings import CONFIG, EMBEDDED, Target

if TYPE_CHECKING:
    from harness.planning.run_context import RunContext
    from harness.transport.client import Client

WRONG, SHUT, AWAY = UsageError.exit_code, GateError.exit_code, UnfinishedError.exit_code
# Seconds. `safe_update` stamps and token lifetimes are off by as much; a few are the way there and back.
SKEW = 60.0
# A token's scopes are shown by what it may list; sets of more scopes say nothing about any one of them.
FEW = 2


@dataclass(frozen=True, slots=True)
class Check:
    """One line: `state` is ok, problem or unknown. A problem has a remedy, and the exit code that it ends with."""

    name: str
    state: str
    said: str
    remedy: str = ""
    code: int = 0


@dataclass
class Patient:
    """The org under examination: every exchange is kept, token calls included."""

    target: Target
    seen: RunContext
    client: Client
    heard: list[Exchange] = field(default_factory=list)

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
    run_options.add_timeout(parser.add_argument)


def main(options: Namespace) -> int:
    """Print a line a check, up to the one that makes the others pointless; the first problem's exit code."""
    if options.target == EMBEDDED:
        raise UsageError(
            "the embedded sandbox has nothing to check", remedy=f"It comes up with each run. Name a target of {CONFIG}."
        )
    code = 0
    for check in examine(options.target, run_options.timeout(options)):
        print(visible(f"{check.state:8} {check.name:14} {check.said}"))
        if check.remedy:
            print(visible(f"{'':23} {check.remedy}"))
        code = code or check.code
    return code


def examine(name: str, timeout: float = settings.DEFAULT_TIMEOUT) -> Iterator[Check]:
    """Every check of a target, in the order in which one rests on the other."""
    from harness.planning import run_context

    try:
        seen = run_context.take(RunOptions(targets=(name,), timeout=timeout), settings.load())
    except UsageError as error:
        yield _problem("configuration", f"{error.where}: {error.what}".removeprefix(": "), error.remedy, WRONG)
        return
    (target,) = seen.targets.values()
    yield Check("configuration", "ok", f"{target.vendor} at {target.base_url}, auth {target.credentials.kind}")
    yield from _credentials(target)
    patient = _open(target, seen)
    try:
        yield from _asked(patient)
    except UnfinishedError as error:
        remedy = error.remedy or "Check base_url, token_url and the network; then try again."
        yield _problem("connection", error.what, remedy, WRONG if _refused(error) else AWAY)
    finally:
        patient.client.close()


def _problem(name: str, said: str, remedy: str, code: int) -> Check:
    return Check(name, "problem", said, remedy, code)


def _refused(error: DeskcheckError) -> bool:
    """Whether the accounts host knows us and said no: waiting would not help."""
    return "gave no access token" in error.what and not error.remedy.startswith("Wait")


def _credentials(target: Target) -> Iterator[Check]:
    """What can be told without asking."""
    known = target.credentials
    if known.kind == "none":
        yield _problem("credentials", "none are configured", f"Set auth and secret_env for it in {CONFIG}.", WRONG)
    elif known.kind == "basic" and not known.user.endswith("/token"):
        # Passwords stopped working for agents in 2026-01 (vendor page: password access).
        yield _problem("credentials", f"the user is {known.user!r}", 'An API token needs user = "MAIL/token".', WRONG)
    elif known.kind == "zoho" and not (known.client_id and known.client_secret):
        yield _problem("credentials", "client_id or client_secret_env is missing", f"Add both in {CONFIG}.", WRONG)
    else:
        yield Check("credentials", "ok", "set, and not in the file")


def _open(target: Target, seen: RunContext) -> Patient:
    """A client behind the guard that permits reading only."""
    from harness.execution import connect
    from harness.transport import client as transport

    judge = connect.context(seen, {target.vendor: Permit()}, {target.vendor: target}, None)
    client = transport.connect(
        target, connect.layers(judge, target, seen, None, target.quota, sink=lambda verdict: None)
    )
    patient = Patient(target, seen, client)
    client.tape.listeners.append(patient.heard.append)
    return patient


def _asked(patient: Patient) -> Iterator[Check]:
    """What the org itself answers."""
    from harness.vendors import VENDORS

    vendor = patient.target.vendor
    proof = patient.get(VENDORS[vendor].proof_path)
    for check in (_login, _organisation) if vendor == "zoho" else (_login,):
        found = check(patient, proof)
        yield found
        if found.state == "problem":
            return
    yield _proof(patient.target, proof)
    yield from _zoho_scopes(patient) if vendor == "zoho" else _zendesk_scopes(patient)
    yield _clock(patient.heard[-1])
    yield from _quota(patient)


def _login(patient: Patient, proof: Response) -> Check:
    """Whether the credentials are somebody's."""
    if proof.status == 429:
        return _problem("login", "the org answers 429: its quota is spent", "Wait until it is given anew.", AWAY)
    if proof.status >= 500:
        return _problem("login", f"the org answers {proof.status}", "Try again later.", AWAY)
    if _json(proof).get("errorCode") == "OAUTH_ORG_MISMATCH":
        said = f"the token is not for org_id {patient.target.org_id!r}"
        return _problem("login", said, f"Leave org_id out of {CONFIG} once: doctor then lists the token's own.", WRONG)
    if proof.status in (401, 403):
        return _problem("login", f"{proof.status}: {_short(proof)}", _LOGIN[patient.target.vendor], WRONG)
    if patient.target.vendor == "zoho":
        return _astray(proof) or Check("login", "ok", "a fresh access token was given and taken")
    # Without credentials, too, the answer is 200: then the user has no id (live probe 2026-09).
    answer = patient.get("/api/v2/users/me")
    user = _object(answer, "user")
    if astray := _astray(answer):
        return astray
    if not user.get("id"):
        return _problem("login", "the org takes us for nobody (anonymous user)", _LOGIN["zendesk"], WRONG)
    return Check("login", "ok", f"user {user['id']}, role {user.get('role')}")


def _astray(answer: Response) -> Check | None:
    """Where something else than the API answers: a host that points elsewhere, or a page for people."""
    if 300 <= answer.status < 400:
        said = f"the org answers {answer.status} and points to {cut(answer.header('location').split('?')[0], 120)}"
    elif answer.status == 200 and not _json(answer):
        said = f"the org answers with {answer.media_type or 'nothing'}, which holds no JSON object"
    else:
        return None
    return _problem("login", said, f"Set base_url in {CONFIG} to the host of the API itself, without a path.", WRONG)


_LOGIN = {
    "zendesk": "Check user and secret_env, and that the token is active in the admin centre.",
    "zoho": "Check the data centre: base_url and token_url must end alike (.com, .eu, .in, ...).",
}


def _organisation(patient: Patient, proof: Response) -> Check:
    """Zoho keeps all orgs on one host; the configured id must be one that the token may see."""
    rows = _json(proof).get("data") or []
    names = {str(row.get("id")): str(row.get("companyName", "")) for row in rows if isinstance(row, dict)}
    ident = patient.target.org_id
    if ident in names:
        return Check("organisation", "ok", f"{ident} is {names[ident]}")
    known = ", ".join(f'"{one}" ({name})' for one, name in names.items()) or "none"
    said = f"org_id {ident!r} is none of the token's" if ident else "org_id is not set"
    return _problem("organisation", said, f"Set org_id in {CONFIG} to one of: {known}.", WRONG)


def _proof(target: Target, answer: Response) -> Check:
    """What a run may do there at most."""
    evidence = prove(target, answer)
    confirm = f"destructive tiers need --confirm {target.org}"
    if evidence.proof is Proof.SANDBOX:
        return Check("sandbox proof", "ok", f"{evidence.said}; {confirm}")
    if evidence.proof is Proof.PRODUCTION:
        remedy = "It is production and is only ever read. Point the target at a sandbox for anything else."
        return _problem("sandbox proof", evidence.said, remedy, SHUT)
    if target.disposable:
        return Check(
            "sandbox proof", "ok", f"{evidence.said}; declared disposable: all tiers need --confirm {target.org}"
        )
    remedy = f"Only `read` will be allowed, unless {CONFIG} says disposable = true: losing all of it must not matter."
    return _problem("sandbox proof", evidence.said, remedy, SHUT)


def _zendesk_scopes(patient: Patient) -> Iterator[Check]:
    """An OAuth token names its scopes; an API token may do whatever its user may."""
    if patient.target.credentials.kind != "bearer":
        yield Check("scopes", "ok", "an API token may do whatever its user may")
        return
    token = _object(patient.get("/api/v2/oauth/tokens/current"), "token")
    scopes = [str(scope) for scope in token.get("scopes") or ()]
    if not scopes:
        yield Check("scopes", "unknown", "the org does not say which scopes the token has")
    elif not {"read", "write"} <= set(scopes):
        missing = ", ".join(sorted({"read", "write"} - set(scopes)))
        yield Check("scopes", "unknown", f"{', '.join(scopes)}; without {missing} some operations will answer 403")
    else:
        yield Check("scopes", "ok", ", ".join(scopes))


def _zoho_scopes(patient: Patient) -> Iterator[Check]:
    """A token does not name its scopes: one list is asked for each set of few scopes (any of a set is enough)."""
    held: list[str] = []
    missing: list[str] = []
    for scopes, path in _probes(patient):
        answer = patient.get(path)
        denied = answer.status == 403 and _json(answer).get("errorCode") == "SCOPE_MISMATCH"
        (missing if denied else held).append(" or ".join(scopes))
    said = f"{len(held)} of {len(held) + len(missing)} kinds of record can be read; writing cannot be told from here"
    if missing:
        remedy = f"Grant at consent: {', '.join(missing)}. Their operations will answer 403."
        yield _problem("scopes", said, remedy, WRONG)
    else:
        yield Check("scopes", "ok", said)


def _probes(patient: Patient) -> Iterator[tuple[tuple[str, ...], str]]:
    """A set of scopes and a list that needs one of them and no argument."""
    seen: set[tuple[str, ...]] = set()
    for one in patient.seen.documents.catalog.of("zoho").operations:
        scopes = tuple(sorted(one.scopes))
        bare = not any(each.required and each.name != "orgId" for each in one.parameters)
        lists = one.method == "GET" and "{" not in one.path and not one.path.endswith(("search", "ount", "File"))
        if (
            0 < len(scopes) <= FEW
            and bare
            and lists
            and scopes not in seen
            and not patient.seen.assessments[one.key].tier
        ):
            seen.add(scopes)
            yield scopes, one.path


def _clock(last: Exchange) -> Check:
    """Our clock against the org's, from the last answer's Date."""
    try:
        theirs = parsedate_to_datetime(last.response.header("date")).timestamp()
    except ValueError:
        return Check("clock", "unknown", "the org's answers carry no date")
    skew = last.at + last.response.elapsed - theirs
    said = f"this machine is {abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} the org"
    if abs(skew) <= SKEW:
        return Check("clock", "ok", said)
    return _problem("clock", said, "Set the clock (NTP): time stamps that are sent and compared would be wrong.", WRONG)


def _quota(patient: Patient) -> Iterator[Check]:
    """What the headers say is left, and whether the configured share fits (vendor pages: rate limits, credits)."""
    last, ours = patient.heard[-1].response, patient.target.quota
    names = (
        ("x-rate-limit", "ratelimit-limit"),
        ("x-rate-limit-remaining", "ratelimit-remaining", "x-rate-limit-remaining-v3"),
    )
    limit, left = (next((int(last.header(name)) for name in row if last.header(name).isdigit()), None) for row in names)
    unit = "API credits" if patient.target.vendor == "zoho" else "requests a minute"
    if left is None:
        yield Check(
            "quota", "unknown", f"no header says; {ours or 'any number of'} requests a minute will be sent at most"
        )
    elif left == 0:
        yield _problem("quota", f"no {unit} are left", "Wait until they are given anew.", AWAY)
    elif limit is not None and (not ours or ours > limit):
        yield _problem(
            "quota", f"quota is {ours}, the org allows {limit:,} {unit}", f"Set quota below that in {CONFIG}.", WRONG
        )
    else:
        yield Check(
            "quota", "ok", f"{left:,}{f' of {limit:,}' if limit else ''} {unit} left; we take at most {ours} a minute"
        )


def _json(response: Response) -> dict[str, Any]:
    body = response.json_or(None)
    return body if isinstance(body, dict) else {}


def _object(response: Response, key: str) -> dict[str, Any]:
    found = _json(response).get(key)
    return found if isinstance(found, dict) else {}


def _short(response: Response) -> str:
    return cut(visible(response.body.decode("utf-8", "replace")), 160)
