"""The questions that every org of a vendor is asked: what it is, and whom it takes us for; and what is in the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from harness.exchange import Request, Response
from harness.target import Target
from harness.transport.client import Client
from harness.transport.failures import NoAnswerError
from harness.transport.network_obstacle import diagnose_failure
from harness.transport.refused import Refused
from harness.vendors import VENDORS
from harness.vendors.diagnosis import Diagnosis, absent, diagnose
from harness.vendors.obstacle import Obstacle, OrgError
from harness.vendors.vendor import Vendor

Get = Callable[[str], Response | None]
"""GET of a path: the answer, None where the guard refuses it. Raises `OrgError` where no answer comes."""

# Refusals of one path, which another one may not share.
_OF_ONE_PATH = frozenset({Obstacle.NOT_PERMITTED, Obstacle.MISSING_SCOPE})


@dataclass(frozen=True, slots=True)
class OrgAnswers:
    """What an org said: `first` is its answer to the proof's path, None where there was none.

    `user` says whose credentials these are, where its answers tell. `diagnosis` is what keeps us from the org.
    `no_proof` says why the proof's path told nothing though the org answers others. `scopes` are those of the token
    that asked, None where nothing says which it has.
    """

    first: Response | None = None
    user: str = ""
    diagnosis: Diagnosis | None = None
    no_proof: str = ""
    scopes: frozenset[str] | None = None


def getter(client: Client) -> Get:
    """What sends the questions through a client, behind its guard."""

    def get(path: str) -> Response | None:
        request = Request("GET", client.target.base_url + path)
        try:
            return client.send(request).response
        except Refused:
            return None
        except NoAnswerError as error:
            raise diagnose_failure(error).error(client.target.base_url) from error

    return get


def ask(get: Get, target: Target) -> OrgAnswers:
    """What the org is and whether it takes us, in one request where the first answer tells, in three at most.

    Raises `OrgError` where an answer does not come, or no token is given.
    """
    vendor = VENDORS[target.vendor]
    first = get(vendor.proof.path if vendor.proof else vendor.whoami)
    if first is None:
        return OrgAnswers()
    diagnosis = diagnose(first, vendor.signs)
    if diagnosis and diagnosis.obstacle not in _OF_ONE_PATH:
        return OrgAnswers(first, diagnosis=diagnosis)
    if diagnosis or first.status == 404:
        return _ask_further(get, vendor, first, diagnosis)
    return OrgAnswers(first)


def ask_who(get: Get, target: Target, answers: OrgAnswers) -> OrgAnswers:
    """The answers with whose credentials these are; strangers, too, get a 200 of some vendors (`user`)."""
    questions = VENDORS[target.vendor].doctor
    if answers.diagnosis or answers.user or questions is None or answers.first is None:
        return answers
    who = get(questions.user_path) if questions.user_path else answers.first
    if who is None:
        return answers
    user = _user(who, VENDORS[target.vendor])
    if isinstance(user, Diagnosis):
        return OrgAnswers(answers.first, diagnosis=user)
    return replace(answers, user=user)


def _ask_further(get: Get, vendor: Vendor, first: Response, refused: Diagnosis | None) -> OrgAnswers:
    """What the org shows of itself beside the proof's path, which it refuses or does not have."""
    who = get(vendor.whoami) if vendor.whoami else None
    if who is None:
        return OrgAnswers(first, diagnosis=refused, no_proof=_no_proof(first, vendor))
    if first.status == 404 and who.status == 404:
        return OrgAnswers(first, diagnosis=absent(vendor.signs))
    user = _user(who, vendor)
    if isinstance(user, Diagnosis) and user.obstacle is not Obstacle.MISSING_SCOPE:
        return OrgAnswers(first, diagnosis=user)
    readable = get(vendor.doctor.agent_path) if vendor.doctor and vendor.doctor.agent_path else who
    barrier = diagnose(readable, vendor.signs) if readable is not None else refused
    if barrier:
        return OrgAnswers(first, diagnosis=barrier)
    name = "" if isinstance(user, Diagnosis) else user
    return OrgAnswers(first, name or "an agent whose name is not shown", no_proof=_no_proof(first, vendor, refused))


def _no_proof(first: Response, vendor: Vendor, refused: Diagnosis | None = None) -> str:
    """Why nothing is known of what the org is."""
    path = vendor.proof.path if vendor.proof else vendor.whoami
    reason = refused.what.removeprefix("the org answers ") if refused else str(first.status)
    return f"GET {path} gave {reason}, so nothing proves what the org is"


def _user(who: Response, vendor: Vendor) -> str | Diagnosis:
    """Whose credentials these are, from the answer that shows it; a diagnosis where they are nobody's."""
    if diagnosis := diagnose(who, vendor.signs):
        return diagnosis
    if vendor.doctor is None:
        return ""
    body = who.json_or(None)
    user = vendor.doctor.user(body if isinstance(body, dict) else {})
    what = "the org takes us for nobody (anonymous user), and answers 200 to strangers, too"
    return user or vendor.signs.diagnosis(Obstacle.WRONG_SECRET, what)


def granted_scopes(client: Client, get: Get) -> frozenset[str] | None:
    """The scopes of the client's token: as its token host said, else as the org says; None where neither does."""
    target = client.target
    granted = client.granted_scopes
    convention = VENDORS[target.vendor].scopes
    if granted is not None or convention is None or target.credentials.kind not in convention.auth_kinds:
        return granted
    if not convention.current:
        return None
    try:
        answer = get(convention.current)
    except OrgError:
        return None
    return convention.read_current(answer.json_or(None)) if answer is not None and answer.is_success else None
