"""The question what an org is: what it answers to whom it does not know is no proof and no pass."""

from __future__ import annotations

from functools import partial

import httpx
import pytest

from harness.execution import connect
from harness.planning import run_context
from harness.planning.run_options import RunOptions
from harness.settings import Settings
from harness.target import Credentials, Target
from harness.transport import client
from harness.vendors.evidence import Proof
from harness.vendors.obstacle import Obstacle, OrgError

ACME = Target("acme", "zendesk", "https://acme.example", Credentials("bearer", secret="s3cret"), org="acme")


@pytest.fixture
def ask(tmp_path, monkeypatch):
    """`ask(answer, ...)` is what is known of an org that answers so, the last answer for ever."""

    def prove(*answers):
        rest = list(answers)
        network = httpx.MockTransport(lambda request: rest.pop(0) if len(rest) > 1 else rest[0])
        monkeypatch.setattr(connect, "open_client", partial(client.connect, network=network))
        context = run_context.build(RunOptions(targets=("acme",)), Settings({"acme": ACME}, tmp_path))
        return connect.prove(ACME, context)

    return prove


def test_an_org_that_does_not_know_us_is_a_wrong_configuration(ask):
    """Every request would get the same answer, and a run of nothing but refusals must not be green."""
    with pytest.raises(OrgError, match="401") as caught:
        ask(httpx.Response(401, json={"error": "Couldn't authenticate you"}))
    assert (caught.value.obstacle, caught.value.exit_code) == (Obstacle.WRONG_SECRET, 2)
    assert "deskcheck doctor --target acme" in caught.value.remedy


@pytest.mark.parametrize(("answer", "obstacle"), [
    (httpx.Response(403), Obstacle.NOT_PERMITTED), (httpx.Response(404), Obstacle.DEAD_ACCOUNT),
    (httpx.Response(302, headers={"location": "https://elsewhere.example"}), Obstacle.NOT_THE_API),
    (httpx.Response(200, html="<p>Hello</p>"), Obstacle.NOT_THE_API),
    (httpx.Response(200, content=b"[" * 100_000), Obstacle.NOT_THE_API),
])  # fmt: skip
def test_what_is_in_the_way_of_every_request_ends_a_run_before_it_begins(ask, answer, obstacle):
    with pytest.raises(OrgError) as caught:
        ask(answer)
    assert caught.value.obstacle is obstacle


@pytest.mark.parametrize("body", [{}, [], {"account": None}, {"account": {"sandbox": "perhaps"}}])
def test_whatever_else_it_says_proves_nothing(ask, body):
    assert ask(httpx.Response(200, json=body)).proof is Proof.UNPROVEN


def test_an_agent_who_may_not_see_the_account_may_be_tested_with_and_proves_nothing(ask):
    evidence = ask(
        httpx.Response(403, json={"error": {"title": "Forbidden"}}),
        httpx.Response(200, json={"user": {"id": 7, "role": "agent"}}),
        httpx.Response(200, json={"tickets": []}),
    )
    assert evidence.proof is Proof.UNPROVEN
    assert "GET /api/v2/account gave 403" in evidence.reason


def test_an_org_that_is_away_is_an_outage(ask, monkeypatch):
    monkeypatch.setattr("harness.transport.retry.DEFAULT_WAIT", 0.0)

    def refuse(request):
        raise httpx.ConnectError("refused")

    monkeypatch.setattr(httpx, "MockTransport", lambda _, make=httpx.MockTransport: make(refuse))
    with pytest.raises(OrgError, match="cannot be reached") as caught:
        ask(None)
    assert (caught.value.obstacle, caught.value.exit_code) == (Obstacle.CONNECTION, 4)


@pytest.mark.parametrize("spoilt", [
    httpx.Response(503, html="busy"), httpx.Response(299), httpx.Response(200, content=b'{"account": {"sand'),
])  # fmt: skip
def test_an_answer_that_the_network_spoilt_is_asked_for_again(ask, spoilt):
    sound = httpx.Response(200, json={"account": {"sandbox": True}})
    assert ask(spoilt, spoilt, sound).proof is Proof.SANDBOX
