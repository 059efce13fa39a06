"""What an org says of itself and of us, in as few questions as will do."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from listed_org import Answering, answer_json

from harness.exchange import Response
from harness.execution.org_questions import ask, ask_who, getter, granted_scopes
from harness.policy.judge import Verdict
from harness.risk.tier import Tier
from harness.target import Credentials, Target
from harness.transport.client import Client
from harness.transport.failures import LostError
from harness.transport.refused import Refused
from harness.vendors.obstacle import Obstacle, OrgError

ACME = Target("acme", "zendesk", "https://acme.example", Credentials("bearer"))
DESK = Target("desk", "zoho", "https://desk.example", Credentials("zoho"), org_id="7")
ACCOUNT, ME, TICKETS = "/api/v2/account", "/api/v2/users/me", "/api/v2/tickets?per_page=1"
DENIED = answer_json({"error": {"title": "Forbidden"}}, 403)
UNSCOPED = answer_json({"error": "Forbidden", "description": "Missing the following required scopes: read"}, 403)
GONE = answer_json({"error": "RecordNotFound"}, 404)
AGENT = answer_json({"user": {"id": 7, "role": "agent"}})
NOBODY = answer_json({"user": {"id": None}})
OK = answer_json({"tickets": []})


class Asked:
    """An org that answers by path, and the paths that were asked for."""

    def __init__(self, answers: dict[str, Response | None]) -> None:
        self.answers, self.paths = answers, list[str]()

    def __call__(self, path: str) -> Response | None:
        self.paths.append(path)
        return self.answers[path]


def test_an_org_that_says_what_it_is_is_asked_once() -> None:
    org = Asked({ACCOUNT: answer_json({"account": {"sandbox": True}})})
    answers = ask(org, ACME)
    assert (answers.diagnosis, answers.no_proof, org.paths) == (None, "", [ACCOUNT])


@pytest.mark.parametrize(("account", "me", "tickets", "obstacle"), [
    (DENIED, AGENT, OK, None), (GONE, AGENT, OK, None), (UNSCOPED, AGENT, OK, None), (UNSCOPED, UNSCOPED, OK, None),
    (DENIED, NOBODY, OK, Obstacle.WRONG_SECRET), (GONE, GONE, OK, Obstacle.DEAD_ACCOUNT),
    (DENIED, AGENT, DENIED, Obstacle.NOT_PERMITTED), (DENIED, DENIED, OK, Obstacle.NOT_PERMITTED),
    (UNSCOPED, UNSCOPED, UNSCOPED, Obstacle.MISSING_SCOPE), (DENIED, Response(503), OK, Obstacle.UNAVAILABLE),
    (DENIED, answer_json({"error": "invalid_token"}, 401), OK, Obstacle.EXPIRED),
])  # fmt: skip
def test_what_one_path_refuses_others_may_tell(
    account: Response, me: Response, tickets: Response, obstacle: Obstacle | None
) -> None:
    answers = ask(Asked({ACCOUNT: account, ME: me, TICKETS: tickets}), ACME)
    assert (answers.diagnosis.obstacle if answers.diagnosis else None) is obstacle
    assert bool(answers.no_proof) is (obstacle is None)


def test_what_the_proof_gave_is_told_where_it_proves_nothing() -> None:
    answers = ask(Asked({ACCOUNT: DENIED, ME: AGENT, TICKETS: OK}), ACME)
    assert answers.no_proof == "GET /api/v2/account gave 403 (Forbidden), so nothing proves what the org is"
    assert answers.user == "user 7, role agent"


def test_a_question_that_the_guard_refuses_says_nothing() -> None:
    assert ask(Asked({ACCOUNT: None}), ACME).first is None
    assert ask(Asked({ACCOUNT: GONE, ME: None}), ACME).diagnosis is None


def test_strangers_are_told_from_users() -> None:
    answers = ask(Asked({ACCOUNT: answer_json({})}), ACME)
    assert ask_who(Asked({ME: AGENT}), ACME, answers).user == "user 7, role agent"
    stranger = ask_who(Asked({ME: NOBODY}), ACME, answers).diagnosis
    assert stranger is not None
    assert stranger.obstacle is Obstacle.WRONG_SECRET


def client(scopes: frozenset[str] | None = None, kind: str = "bearer", target: Target = ACME) -> Client:
    signed = Target("acme", target.vendor, target.base_url, Credentials(kind))
    return cast(Client, SimpleNamespace(target=signed, granted_scopes=scopes))


def token(*scopes: str) -> Asked:
    return Asked({"/api/v2/oauth/tokens/current": answer_json({"token": {"scopes": list(scopes)}})})


def test_the_token_hosts_word_on_scopes_counts_before_the_orgs() -> None:
    org = token("write")
    assert granted_scopes(client(frozenset({"read"})), org) == {"read"}
    assert org.paths == []
    assert granted_scopes(client(), org) == {"write"}


def test_credentials_without_scopes_and_orgs_that_do_not_tell_have_none() -> None:
    assert granted_scopes(client(kind="basic"), token("read")) is None
    assert granted_scopes(client(), Asked({"/api/v2/oauth/tokens/current": DENIED})) is None
    assert granted_scopes(client(kind="zoho", target=DESK), token()) is None


def test_no_answer_is_told_as_what_is_in_the_way() -> None:
    lost: Any = Answering(lambda request, signed: LostError("reset"))
    with pytest.raises(OrgError) as caught:
        getter(lost)("/x")
    assert caught.value.obstacle is Obstacle.CONNECTION
    refused: Any = Answering(lambda request, signed: Refused(Verdict(False, Tier.READ, "permit", ("above it",))))
    assert getter(refused)("/x") is None
