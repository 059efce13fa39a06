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
from harness.openapi.catalog import Operation
from harness.policy.permit import Permit, grant, missing_name, missing_tier, prove
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


def missing_flag(permit: Permit, operation: Operation, tier: Tier) -> str:
    """The first thing that a request lacks."""
    return missing_tier(permit, operation, tier) or missing_name(permit, operation, tier)


REMOVAL = Operation("zoho", "removePinsUndocumented", "GET", "/api/v1/_doc/___pin_removal")
UNPIN = Operation("zoho", "unPinConversations", "POST", "/api/v1/tickets/{ticketId}/pins/unpin")


@pytest.mark.parametrize(
    ("tiers", "names", "missing"),
    [
        ({Tier.DESTRUCTIVE}, {REMOVAL.key}, ""),
        (set(), {REMOVAL.key}, "--allow destructive"),
        ({Tier.WRITE}, {REMOVAL.key}, "--allow destructive"),
        ({Tier.DESTRUCTIVE}, set(), f"--allow-operation {REMOVAL.key}"),
        ({Tier.DESTRUCTIVE}, {UNPIN.key}, f"--allow-operation {REMOVAL.key}"),
        (set(), set(), "--allow destructive"),
    ],
)
def test_a_get_that_destroys_needs_its_tier_and_its_name(tiers: set[Tier], names: set[str], missing: str) -> None:
    permit = Permit(frozenset({Tier.READ, *tiers}), frozenset(names), Proof.SANDBOX)
    sentence = missing_flag(permit, REMOVAL, Tier.DESTRUCTIVE)
    assert sentence.endswith(f"({missing})") if missing else sentence == ""


def test_any_other_operation_needs_one_of_the_two_and_both_are_told() -> None:
    neither, by_tier = Permit(proof=Proof.SANDBOX), Permit(frozenset({Tier.DESTRUCTIVE}), proof=Proof.SANDBOX)
    by_name = Permit(operations=frozenset({UNPIN.key}), proof=Proof.SANDBOX)
    assert missing_flag(by_tier, UNPIN, Tier.DESTRUCTIVE) == missing_flag(by_name, UNPIN, Tier.DESTRUCTIVE) == ""
    assert missing_flag(neither, UNPIN, Tier.DESTRUCTIVE) == (
        "the permit has no destructive (--allow destructive, or --allow-operation zoho:unPinConversations)"
    )


@pytest.mark.parametrize("proof", [Proof.PRODUCTION, Proof.UNPROVABLE])
def test_no_flag_is_named_where_none_helps(proof: Proof) -> None:
    permit = Permit(frozenset(Tier), frozenset({REMOVAL.key}), proof, reasons=("isSandboxPortal is false",))
    sentence = missing_flag(permit, REMOVAL, Tier.DESTRUCTIVE)
    assert sentence == "no flag allows destructive here: isSandboxPortal is false"
    assert missing_flag(permit, REMOVAL, Tier.READ) == ""


@given(
    st.sampled_from(list(Tier)), st.sets(st.sampled_from(list(Tier))), st.booleans(), st.sampled_from(list(Proof)),
    st.sampled_from([REMOVAL, UNPIN]),
)  # fmt: skip
def test_a_flag_is_missing_wherever_the_permit_does_not_allow(
    tier: Tier, tiers: set[Tier], named: bool, proof: Proof, operation: Operation
) -> None:
    permit = Permit(frozenset({Tier.READ, *tiers}), frozenset({operation.key} if named else ()), proof)
    if not permit.allows(tier, operation.key):
        assert missing_flag(permit, operation, tier)


def test_the_removal_of_pins_needs_a_confirmed_sandbox() -> None:
    def granted(evidence: Evidence, *confirm: str) -> Permit:
        return grant(ZOHO, evidence, [Tier.DESTRUCTIVE], [REMOVAL.key], confirm)

    assert missing_flag(granted(SANDBOX, "acme"), REMOVAL, Tier.DESTRUCTIVE) == ""
    with pytest.raises(GateError, match="was not typed") as unconfirmed:
        granted(SANDBOX)
    assert "--confirm acme" in unconfirmed.value.remedy
    with pytest.raises(GateError, match="does not prove to be a sandbox"):
        granted(UNPROVEN, "acme")
    with pytest.raises(GateError, match="production is only ever read"):
        granted(PRODUCTION, "acme")
