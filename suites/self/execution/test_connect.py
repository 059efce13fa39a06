"""The question what an org is: what it answers to whom it does not know is no proof and no pass."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import httpx
import pytest

from harness.exchange import Request
from harness.execution import connect
from harness.ledger import Ledger
from harness.planning import run_context
from harness.planning.job import LEDGER, Job
from harness.planning.run_options import RunOptions
from harness.settings import Settings
from harness.target import Credentials, Target
from harness.transport import client
from harness.transport.refused import Refused
from harness.vendors.evidence import Proof
from harness.vendors.obstacle import Obstacle, OrgError

ACME = Target("acme", "zendesk", "https://acme.example", Credentials("bearer", secret="s3cret"), org="acme")


@pytest.fixture
def ask(tmp_path, monkeypatch):
    """`ask(answer, ...)` is what is known of an org that answers so, the last answer for ever."""

    def proof_of(*answers):
        rest = list(answers)
        network = httpx.MockTransport(lambda request: rest.pop(0) if len(rest) > 1 else rest[0])
        monkeypatch.setattr(connect, "open_client", partial(client.connect, network=network))
        context = run_context.build(RunOptions(targets=("acme",)), Settings({"acme": ACME}, tmp_path))
        return connect.prove(ACME, connect.ask_org(ACME, context))

    return proof_of


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


DESK = Target(
    "desk", "zoho", "https://desk.example", Credentials("zoho", "", "t", "c", "s"), "https://accounts.example"
)


@pytest.mark.parametrize(("org_id", "asked"), [("", 2), ("7", 0)])
def test_a_sweep_asks_which_org_is_meant_only_where_none_is_configured(tmp_path, monkeypatch, org_id, asked):
    seen = []

    def answer(request):
        seen.append(request.url.path)
        body = {"access_token": "a"} if "/oauth/" in request.url.path else {"data": [{"id": "7"}]}
        return httpx.Response(200, json=body)

    monkeypatch.setattr(connect, "open_client", partial(client.connect, network=httpx.MockTransport(answer)))
    desk = replace(DESK, org_id=org_id)
    known = Settings({"desk": desk}, tmp_path, state=tmp_path / "state")
    context = run_context.build(RunOptions(targets=("desk",)), known)
    assert connect.locate(desk, context).org_id == "7"
    assert len(seen) == asked


@pytest.fixture
def open_org(tmp_path, monkeypatch):
    """`open_org("acme")` is that org of a run on two, as a worker connects it; `arrived` are the requests that left."""
    arrived = []
    other = replace(
        ACME, name="other", base_url="https://other.example", credentials=Credentials("bearer", secret="0ther")
    )
    network = httpx.MockTransport(lambda request: arrived.append(request) or httpx.Response(200, json={}))
    monkeypatch.setattr(connect, "open_client", partial(client.connect, network=network))
    context = run_context.build(
        RunOptions(targets=("acme", "other")), Settings({"acme": ACME, "other": other}, tmp_path)
    )
    job = Job("1", tmp_path, context.options, context.targets, context.permits)

    def opened(name):
        return connect.connect(job, context, name, Ledger.open(tmp_path / LEDGER))

    opened.arrived = arrived
    return opened


def read(base: str, **headers: str) -> Request:
    return Request("GET", f"{base}/api/v2/tickets", tuple(headers.items()))


def test_each_org_of_a_run_is_sent_to_with_its_own_credentials(open_org):
    for name, secret in (("acme", "s3cret"), ("other", "0ther")):
        org = open_org(name)
        org.client.send(read(org.target.base_url))
        assert open_org.arrived[-1].url.host == f"{name}.example"
        assert open_org.arrived[-1].headers["authorization"] == f"Bearer {secret}"


@pytest.mark.parametrize("request_", [
    read("https://other.example"), read("https://acme.example", authorization="Bearer 0ther"),
])  # fmt: skip
def test_what_is_meant_for_another_org_of_the_run_never_leaves(open_org, request_):
    org = open_org("acme")
    with pytest.raises(Refused):
        org.client.send(request_, signed=False)
    assert [verdict.rule for verdict in org.client.refused] == ["host"]
    assert open_org.arrived == []
