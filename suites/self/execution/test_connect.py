"""The question what an org is: what it answers to whom it does not know is no proof and no pass."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import httpx
import pytest

from harness.errors import UnfinishedError, UsageError
from harness.execution import connect
from harness.planning import run_context
from harness.planning.run_options import RunOptions
from harness.policy.permit import prove
from harness.settings import Settings
from harness.target import Credentials, Target
from harness.transport import client
from harness.vendors.evidence import Proof

ACME = Target("acme", "zendesk", "https://acme.example", Credentials("bearer", secret="s3cret"), org="acme")


@pytest.fixture
def ask(tmp_path, monkeypatch):
    """`ask(answer, ...)` is what is known of an org that answers so, the last answer for ever."""

    def proof_of(*answers):
        rest = list(answers)
        network = httpx.MockTransport(lambda request: rest.pop(0) if len(rest) > 1 else rest[0])
        monkeypatch.setattr(connect, "open_client", partial(client.connect, network=network))
        context = run_context.build(RunOptions(targets=("acme",)), Settings({"acme": ACME}, tmp_path))
        return prove(ACME, connect.ask_org(ACME, context))

    return proof_of


def test_an_org_that_does_not_know_us_is_a_wrong_configuration(ask):
    """Every request would get the same answer, and a run of nothing but refusals must not be green."""
    with pytest.raises(UsageError, match="401") as caught:
        ask(httpx.Response(401, json={"error": "Couldn't authenticate you"}))
    assert "deskcheck doctor --target acme" in caught.value.remedy


@pytest.mark.parametrize("answer", [
    httpx.Response(403), httpx.Response(302, headers={"location": "https://elsewhere.example"}),
    httpx.Response(200, html="<p>Hello</p>"), httpx.Response(200, content=b"[" * 100_000),
])  # fmt: skip
def test_whatever_else_it_says_proves_nothing(ask, answer):
    assert ask(answer).proof is Proof.UNPROVEN


def test_an_org_that_is_away_is_an_outage(ask, monkeypatch):
    monkeypatch.setattr("harness.transport.retry.DEFAULT_WAIT", 0.0)

    def refuse(request):
        raise httpx.ConnectError("refused")

    monkeypatch.setattr(httpx, "MockTransport", lambda _, make=httpx.MockTransport: make(refuse))
    with pytest.raises(UnfinishedError, match="cannot be reached"):
        ask(None)


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
