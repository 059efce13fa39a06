"""A chain of one org speaks for no other org of the run: not with its credentials, its id, its host or its records."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from contexts import HOST, ZENDESK, ZOHO, context
from hypothesis import given
from hypothesis import strategies as st

from harness.exchange import Request
from harness.ledger.entries import Entries
from harness.policy.context import PolicyContext
from harness.policy.judge import judge
from harness.policy.permit import Permit
from harness.risk.tier import Tier
from harness.target import Credentials, Target
from harness.vendors.evidence import Proof

ALL = Permit(frozenset(Tier), frozenset(), Proof.EMBEDDED)
EU = replace(ZENDESK, name="eu", base_url=f"{HOST}/eu", credentials=Credentials("basic", "me", "eu-token"))
US = replace(EU, name="us", base_url=f"{HOST}/us", credentials=Credentials("basic", "me", "us-token"))
# One host, one accounts host: only the id tells the two apart.
ONE = replace(ZOHO, name="one", org_id="1", credentials=Credentials("zoho", "", "refresh-1", "client", "secret-1"))
TWO = replace(ZOHO, name="two", org_id="2", credentials=Credentials("zoho", "", "refresh-2", "client", "secret-2"))
ORGS = (EU, US, ONE, TWO)
TOKEN_URL = f"{HOST}/zoho-accounts/oauth/v2/token"


def guard_of(target: Target, owned: Entries | None = None, permit: Permit = ALL) -> PolicyContext:
    """What the guard of one org's chain judges by, in a run of all four."""
    made = replace(
        context(),
        targets={target.name: target},
        permits={target.name: permit},
        owned=owned or Entries(),
        others=tuple(other for other in ORGS if other is not target),
    )
    made.__dict__.update(routers=context().routers, graphs=context().graphs)
    return made


def read(target: Target, headers: Mapping[str, str] | None = None, query: str = "") -> Request:
    """A read of the target's org."""
    path = "/api/v2/tickets" if target.vendor == "zendesk" else "/api/v1/tickets"
    pairs = {"host": "127.0.0.1:8099"} | ({"orgid": target.org_id} if target.vendor == "zoho" else {}) | (headers or {})
    return Request("GET", target.base_url + path + query, tuple(pairs.items()))


@pytest.mark.parametrize("sender", ORGS, ids=lambda target: target.name)
@pytest.mark.parametrize("meant", ORGS, ids=lambda target: target.name)
def test_a_request_leaves_by_the_chain_of_its_own_org_alone(sender: Target, meant: Target) -> None:
    verdict = judge(read(meant), guard_of(sender))
    assert verdict.allowed is (sender is meant), verdict
    assert sender is meant or verdict.rule == "host"


@pytest.mark.parametrize(
    ("headers", "query"),
    [({"orgid": "2"}, ""), ({"OrgId": " 2 "}, ""), ({}, "?orgId=2"), ({}, "?ORGID=2"), ({"x-a": "b"}, "?orgId=2")],
)
def test_orgs_on_one_host_are_told_apart_by_their_ids_for_reads_too(headers: dict[str, str], query: str) -> None:
    verdict = judge(read(ONE, headers, query), guard_of(ONE))
    assert (verdict.allowed, verdict.rule) == (False, "host")
    assert "the org of target two" in verdict.evidence[0]


def test_an_id_that_is_no_org_of_the_run_does_not_leave_either() -> None:
    verdict = judge(read(ONE, {"orgid": "999"}), guard_of(ONE))
    assert (verdict.allowed, verdict.rule) == (False, "host")


def basic(user: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()


@pytest.mark.parametrize(
    "authorization",
    [
        basic("me/token", "us-token"), basic("", "us-token"), "Bearer us-token", "bearer  us-token ",
        "Zoho-oauthtoken refresh-2",
    ],
)  # fmt: skip
def test_credentials_of_another_org_of_the_run_do_not_leave(authorization: str) -> None:
    verdict = judge(read(EU, {"authorization": authorization}), guard_of(EU))
    assert (verdict.allowed, verdict.rule) == (False, "host")


@pytest.mark.parametrize(
    "authorization",
    [basic("me/token", "eu-token"), "Bearer somebody", "Basic !", "Basic", basic("us-token", "eu-token")],
)
def test_credentials_of_ones_own_or_of_nobody_leave(authorization: str) -> None:
    assert judge(read(EU, {"authorization": authorization}), guard_of(EU)).allowed


@pytest.mark.parametrize(
    ("form", "allowed"),
    [
        ({"refresh_token": "refresh-1", "client_id": "client", "client_secret": "secret-1"}, True),
        ({"refresh_token": "refresh-2", "client_id": "client", "client_secret": "secret-1"}, False),
        ({"refresh_token": "refresh-1", "client_id": "client", "client_secret": "secret-2"}, False),
    ],
)
def test_a_token_is_asked_for_with_ones_own_credentials(form: dict[str, str], allowed: bool) -> None:
    headers = (("host", "127.0.0.1:8099"), ("content-type", "application/x-www-form-urlencoded"))
    verdict = judge(Request("POST", TOKEN_URL, headers, urlencode(form).encode()), guard_of(ONE))
    assert verdict.allowed is allowed, verdict


def test_credentials_that_two_targets_share_are_ones_own() -> None:
    """One user may see several orgs of one portal."""
    shared = replace(TWO, credentials=ONE.credentials)
    guard = replace(guard_of(ONE), others=(shared,))
    assert guard.foreign_secrets == {}


RECORDS = st.lists(st.tuples(st.sampled_from(["eu", "us"]), st.sampled_from(["7", "8", "9"])), max_size=8)


def ledger_of(records: list[tuple[str, str]]) -> Entries:
    """A ledger with these tickets, by the target in whose org each was created."""
    entries = Entries()
    for number, (target, record) in enumerate(records):
        name = f"main-{number}"
        head = {"entry": name, "vendor": "zendesk", "target": target, "operation": "zendesk:CreateTicket"}
        undo = [["DELETE", "/api/v2/tickets/{id}", None]]
        entries.apply({"event": "intend", **head, "method": "POST", "path": "/api/v2/tickets", "kinds": ["ticket"],
                       "undo": undo})  # fmt: skip
        entries.apply({"event": "made", "entry": name, "ids": [record]})
    return entries


@given(RECORDS, st.sampled_from([EU, US]), st.sampled_from(["7", "8", "9"]), st.sampled_from(["GET", "PUT", "DELETE"]))
def test_a_record_is_ours_in_the_org_that_it_was_created_in(
    records: list[tuple[str, str]], target: Target, record: str, method: str
) -> None:
    body = b'{"ticket": {"priority": "low"}}' if method == "PUT" else b""
    headers = (("host", "127.0.0.1:8099"), ("content-type", "application/json"))
    request = Request(method, f"{target.base_url}/api/v2/tickets/{record}", headers, body)
    verdict = judge(request, guard_of(target, ledger_of(records)))
    assert verdict.allowed is (method == "GET" or (target.name, record) in records), verdict


@given(RECORDS, st.sampled_from([EU, US]), st.sampled_from(["7", "8", "9"]))
def test_only_the_cleanup_steps_of_the_same_org_pass_without_a_permit(
    records: list[tuple[str, str]], target: Target, record: str
) -> None:
    """What a sweep may do: read, and take back."""
    permit = Permit(frozenset({Tier.READ}), frozenset(), Proof.UNPROVEN)
    request = Request("DELETE", f"{target.base_url}/api/v2/tickets/{record}", (("host", "127.0.0.1:8099"),))
    verdict = judge(request, guard_of(target, ledger_of(records), permit))
    assert (verdict.allowed, verdict.rule == "undo") == ((target.name, record) in records,) * 2, verdict
