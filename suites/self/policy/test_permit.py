"""Who may do what where: proofs from the target's own answer, and the permits that follow."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import GateError
from harness.exchange import Response
from harness.policy.permit import Permit, grant, prove
from harness.risk.tier import Tier
from harness.target import Credentials, Target
from harness.vendors.evidence import Evidence, Proof

ZENDESK = Target("acme", "zendesk", "https://acme.zendesk.com", Credentials("basic"), org="acme")
ZOHO = Target("acme", "zoho", "https://desk.zoho.com", Credentials("zoho"), org_id="42", org="acme")
EMBEDDED = Target("sandbox", "zoho", "http://127.0.0.1:1/zoho", Credentials("zoho"), embedded=True)
SANDBOX = Evidence(Proof.SANDBOX, "account.sandbox is true")
PRODUCTION = Evidence(Proof.PRODUCTION, "account.sandbox is false")
UNPROVEN = Evidence(Proof.UNPROVEN, "nothing is known")


def answer(body: Any, status: int = 200) -> Response:
    return Response(status, (), body if isinstance(body, bytes) else json.dumps(body).encode())


@pytest.mark.parametrize(
    ("body", "proof"),
    [
        ({"account": {"sandbox": True}}, "sandbox"),
        ({"account": {"sandbox": False}}, "production"),
        ({"account": {"sandbox": "yes"}}, "unproven"),
        ({"account": {"sandbox": 1}}, "unproven"),
        ({"account": {}}, "unproven"),
        ({"sandbox": True}, "unproven"),
        ([], "unproven"),
        (b"[" * 200_000 + b"]" * 200_000, "unproven"),
        (b"<html>", "unproven"),
    ],
)
def test_zendesk_says_it_itself(body: Any, proof: str) -> None:
    assert prove(ZENDESK, answer(body)).proof == proof


def row(org: Any, flag: Any) -> dict[str, Any]:
    return {"id": org, "isSandboxPortal": flag}


@pytest.mark.parametrize(
    ("rows", "proof"),
    [
        ([row("42", True)], "sandbox"),
        ([row(42, "true")], "sandbox"),
        ([row("42", "false"), row("43", True)], "production"),
        ([row("43", True)], "unproven"),
        ([row("42", True), row("42", False)], "unproven"),
        ([row("42", None)], "unproven"),
        ([], "unproven"),
    ],
)
def test_zoho_says_it_of_the_configured_org(rows: list[Any], proof: str) -> None:
    assert prove(ZOHO, answer({"data": rows})).proof == proof


YES = {"account": {"sandbox": True}}


@pytest.mark.parametrize("response", [None, answer(YES, 403), answer(YES, 302)])
def test_no_answer_proves_nothing(response: Response | None) -> None:
    assert prove(ZENDESK, response).proof is Proof.UNPROVEN


def test_nothing_asked_means_read_and_on_the_embedded_sandbox_read_and_write() -> None:
    assert grant(ZENDESK, SANDBOX).tiers == {Tier.READ}
    assert grant(EMBEDDED, prove(EMBEDDED, None)).tiers == {Tier.READ, Tier.WRITE}


def test_the_embedded_sandbox_gets_any_tier_without_a_confirmation() -> None:
    assert grant(EMBEDDED, prove(EMBEDDED, None), list(Tier), ["zoho:deleteAllEntities"]).tiers == set(Tier)


@given(
    tiers=st.sets(st.sampled_from(list(Tier))),
    keys=st.sets(st.just("zendesk:DeleteTicket")),
    confirm=st.sampled_from([(), ("acme",)]),
    disposable=st.booleans(),
)
def test_production_never_gets_more_than_read(
    tiers: set[Tier], keys: set[str], confirm: tuple[str, ...], disposable: bool
) -> None:
    target = replace(ZENDESK, disposable=disposable)
    if max(tiers, default=Tier.READ) > Tier.READ or keys:
        with pytest.raises(GateError, match="only ever read"):
            grant(target, PRODUCTION, tiers, keys, confirm)
    else:
        assert grant(target, PRODUCTION, tiers, keys, confirm).tiers == {Tier.READ}


def test_even_a_permit_made_by_hand_writes_nothing_on_production() -> None:
    permit = Permit(frozenset(Tier), frozenset({"zendesk:DeleteTicket"}), Proof.PRODUCTION)
    assert [tier for tier in Tier if permit.allows(tier, "zendesk:DeleteTicket")] == [Tier.READ]


def test_an_org_that_proves_nothing_must_be_disposable_and_confirmed() -> None:
    with pytest.raises(GateError) as refused:
        grant(ZENDESK, UNPROVEN, [Tier.WRITE], confirm=("acme",))
    assert "disposable = true" in refused.value.remedy
    spendable = replace(ZENDESK, disposable=True)
    with pytest.raises(GateError, match="not typed") as refused:
        grant(spendable, UNPROVEN, [Tier.WRITE])
    assert "--confirm acme" in refused.value.remedy
    assert grant(spendable, UNPROVEN, [Tier.WRITE], confirm=("acme",)).allows(Tier.WRITE)


def test_a_proven_sandbox_needs_the_name_for_destruction_only() -> None:
    assert grant(ZENDESK, SANDBOX, [Tier.WRITE, Tier.OUTBOUND]).allows(Tier.OUTBOUND)
    with pytest.raises(GateError, match="not typed"):
        grant(ZENDESK, SANDBOX, [Tier.DESTRUCTIVE])
    with pytest.raises(GateError, match="is not the org's name"):
        grant(ZENDESK, SANDBOX, [Tier.DESTRUCTIVE], confirm=("other", "another"))
    assert grant(ZENDESK, SANDBOX, [Tier.DESTRUCTIVE], confirm=("acme",)).allows(Tier.DESTRUCTIVE)


def test_each_of_two_orgs_must_be_named() -> None:
    both = ("desk", "acme")
    assert grant(ZENDESK, SANDBOX, [Tier.DESTRUCTIVE], confirm=both).confirmed == "acme"
    with pytest.raises(GateError, match="desk and acm is not"):
        grant(ZENDESK, SANDBOX, [Tier.DESTRUCTIVE], confirm=("desk", "acm"))


def test_an_operation_by_name_needs_the_name_of_the_org_too() -> None:
    with pytest.raises(GateError):
        grant(ZENDESK, SANDBOX, operations=["zendesk:DeleteTicket"])
    permit = grant(ZENDESK, SANDBOX, operations=["zendesk:DeleteTicket"], confirm=("acme",))
    assert permit.allows(Tier.DESTRUCTIVE, "zendesk:DeleteTicket")
    assert not permit.allows(Tier.DESTRUCTIVE, "zendesk:DeleteUser")


def test_a_target_without_a_name_cannot_be_confirmed_by_nothing() -> None:
    nameless = replace(ZENDESK, org="", disposable=True)
    with pytest.raises(GateError) as refused:
        grant(nameless, UNPROVEN, [Tier.WRITE], confirm=("",))
    assert "set org" in refused.value.remedy


def test_a_permit_says_where_it_comes_from() -> None:
    assert grant(ZENDESK, SANDBOX).reasons == ("account.sandbox is true",)
