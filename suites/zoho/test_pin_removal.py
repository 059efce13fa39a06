"""The GET that removes pins, held to the checklist of its page: token, orgId, scopes, body, sandbox only.

No published document describes it. It leaves only where its tier is allowed, the org is a sandbox that is confirmed by
name, and the operation is named: --allow destructive --confirm ORG --allow-operation zoho:removePinsUndocumented.
"""

from __future__ import annotations

import pytest

from harness.risk.tier import Tier
from harness.run.collection import context_of
from harness.transport.refused import Refused
from harness.vendors.evidence import Proof

REMOVAL = "/api/v1/_doc/___pin_removal"
"""From a client's source only."""

OTHER_SPELLINGS = ("/api/v1/doc/_pinremoval", "/api/v1/doc/_pin_removal")
"""The page writes the path in three ways; its code has only one of them."""

KEY = "zoho:removePinsUndocumented"

UNKNOWN = "1"
"""No record has this id: real ones have 16 to 19 digits."""

pytestmark = [
    pytest.mark.zoho,
    pytest.mark.resource("pins"),
    pytest.mark.operations("removePinsUndocumented", "getPinnedConversations"),
]


@pytest.fixture
def remove(client, pinned):
    """`remove()` pins a thread and removes the pin: the answer, the ticket, and the pin as it was."""

    def send():
        ticket, pin = pinned()
        return client.get(REMOVAL, query={"ticketId": ticket, "pinId": pin["id"]}), ticket, pin

    return send


def removed(answer) -> set[str]:
    """The pins that the body says are removed: its status alone proves nothing, nor does a row without `success`."""
    return {row["id"] for row in answer.json["results"] if row["success"] in (True, "true")}


@pytest.mark.read
def test_the_get_that_destroys_does_not_leave_without_permit(client, pytestconfig):
    """Its method says `read`; with nothing but `read` and `write` allowed it must not reach the network."""
    options = context_of(pytestconfig).options
    if Tier.DESTRUCTIVE in (options.allow or ()) or KEY in options.operations:
        pytest.skip("this run may destroy")
    sent = client.org.client.transport.exchanges.sent
    for query in ({"ticketId": UNKNOWN}, {}):
        with pytest.raises(Refused) as refused:
            client.get(REMOVAL, query=query)
        assert refused.value.verdict.tier is Tier.DESTRUCTIVE
        assert refused.value.verdict.operation == KEY
    assert client.org.client.transport.exchanges.sent == sent


@pytest.mark.read
@pytest.mark.parametrize("path", OTHER_SPELLINGS)
def test_another_spelling_of_the_path_never_leaves(client, path):
    """Nobody knows what it does, so no flag allows it."""
    sent = client.org.client.transport.exchanges.sent
    with pytest.raises(Refused) as refused:
        client.get(path)
    assert refused.value.verdict.tier is Tier.DESTRUCTIVE
    assert refused.value.verdict.rule == "operation"
    assert client.org.client.transport.exchanges.sent == sent


@pytest.mark.destructive
def test_the_get_that_destroys_removes_the_pin(remove, pins):
    """The pin must be gone from the list after the call: its 200 alone proves nothing."""
    answer, ticket, _ = remove()
    assert answer.status == 200
    assert pins(ticket) == []


@pytest.mark.destructive
def test_the_body_names_each_pin_that_was_removed(remove):
    answer, _, pin = remove()
    assert removed(answer) == {pin["id"]}
    assert not any(row.get("errors") for row in answer.json["results"])


@pytest.mark.destructive
def test_the_get_that_destroys_knows_no_unknown_pin(client, pinned, pins):
    ticket, pin = pinned()
    answer = client.get(REMOVAL, query={"ticketId": ticket, "pinId": UNKNOWN})
    assert answer.status == 404
    assert answer.json["errorCode"] == "URL_NOT_FOUND"
    assert [row["id"] for row in pins(ticket)] == [pin["id"]]


@pytest.mark.destructive
def test_the_bare_call_removes_what_its_body_names_and_nothing_else(client, pinned, pins):
    """As the page has it, without a query. Whether it is refused or carried out, body and list must agree."""
    ticket, pin = pinned()
    answer = client.get(REMOVAL)
    if answer.status == 200:
        named = removed(answer)
    else:
        assert answer.status in (400, 422)
        assert answer.json["errorCode"]
        named = set()
    assert [row["id"] for row in pins(ticket)] == [ident for ident in [pin["id"]] if ident not in named]


@pytest.mark.destructive
def test_an_expired_token_removes_nothing(client, pinned, pins):
    ticket, pin = pinned()
    headers = {"Authorization": "Zoho-oauthtoken 1000.expired.expired", "orgId": client.target.org_id}
    answer = client.get(REMOVAL, query={"ticketId": ticket, "pinId": pin["id"]}, headers=headers, signed=False)
    assert answer.status == 401
    assert answer.json["errorCode"] == "INVALID_OAUTH"
    assert [row["id"] for row in pins(ticket)] == [pin["id"]]


@pytest.mark.destructive
def test_a_token_with_too_few_scopes_removes_nothing(client, pinned, pins, refresh, reader):
    ticket, pin = pinned()
    token = refresh(refresh_token=reader)
    if "access_token" not in token.json:
        pytest.skip(f"the accounts host throttles this refresh token: {token.json}")
    headers = {"Authorization": f"Zoho-oauthtoken {token.json['access_token']}", "orgId": client.target.org_id}
    answer = client.get(REMOVAL, query={"ticketId": ticket, "pinId": pin["id"]}, headers=headers, signed=False)
    assert answer.status == 403
    assert answer.json["errorCode"] == "SCOPE_MISMATCH"
    assert [row["id"] for row in pins(ticket)] == [pin["id"]]


@pytest.mark.destructive
def test_every_request_names_the_org(client, remove, pins):
    requests = []
    listeners = client.org.client.transport.exchanges.listeners
    listeners.append(lambda exchange: requests.append(exchange.request))
    try:
        _, ticket, _ = remove()
        pins(ticket)
    finally:
        listeners.pop()
    named = [dict(request.headers).get("orgid") for request in requests if "/api/v1/" in request.path]
    assert len(named) > 4
    assert set(named) == {client.target.org_id}


@pytest.mark.destructive
@pytest.mark.parametrize("org", ["1", "abc"])
def test_a_call_that_names_another_org_never_leaves(client, pinned, pins, org):
    ticket, pin = pinned()
    with pytest.raises(Refused) as refused:
        client.get(REMOVAL, query={"ticketId": ticket, "pinId": pin["id"]}, headers={"orgId": org}, signed=False)
    assert "orgId" in refused.value.verdict.evidence[-1]
    assert [row["id"] for row in pins(ticket)] == [pin["id"]]


@pytest.mark.destructive
def test_it_is_sent_to_an_org_that_proved_to_be_a_sandbox(client, remove, pytestconfig):
    answer, *_ = remove()
    assert answer.status == 200
    proof = context_of(pytestconfig).permits[client.target.name].proof
    if proof is Proof.UNPROVEN:
        pytest.skip("no verdict: this org proves nothing, and was declared disposable by its owner")
    assert proof in (Proof.SANDBOX, Proof.EMBEDDED)
