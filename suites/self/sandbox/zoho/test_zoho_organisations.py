"""Which organisations a token is for, and what it is answered where it names another."""

from __future__ import annotations

import pytest
from zoho_portal import Portal, code

from harness.sandbox.zoho import oauth, organisations


def listed(refresh: str) -> list[dict[str, object]]:
    portal = Portal(refresh=refresh)
    return portal.send("GET", "/organizations", headers={"authorization": portal.headers()["authorization"]}).body[
        "data"
    ]


def test_a_token_may_be_for_several_organisations():
    rows = listed(oauth.SEVERAL_TOKEN)
    assert [row["id"] for row in rows] == [oauth.ORG_ID, oauth.PRODUCTION_ID, oauth.SECOND_ID]
    assert {row["id"] for row in rows} == organisations.KNOWN
    assert [row["isSandboxPortal"] for row in rows] == [True, False, True]
    assert rows[0]["companyName"] == rows[1]["companyName"], "a sandbox has its production's name"
    assert len({row["portalName"] for row in rows}) == 3


@pytest.mark.parametrize("refresh", [oauth.REFRESH_TOKEN, oauth.READER_TOKEN])
def test_as_a_rule_it_is_for_one(refresh):
    assert [row["id"] for row in listed(refresh)] == [oauth.ORG_ID]


def test_a_token_of_nobody_s_organisation_has_an_empty_list():
    portal = Portal(refresh=oauth.NOBODY_TOKEN)
    reply = portal.send("GET", "/organizations", headers={"authorization": portal.headers()["authorization"]})
    assert reply.status == 204


@pytest.mark.parametrize(("refresh", "named", "status"), [
    (oauth.SEVERAL_TOKEN, oauth.ORG_ID, 200), (oauth.SEVERAL_TOKEN, oauth.PRODUCTION_ID, 200),
    (oauth.SEVERAL_TOKEN, oauth.SECOND_ID, 200), (oauth.REFRESH_TOKEN, oauth.SECOND_ID, 403),
    (oauth.NOBODY_TOKEN, oauth.ORG_ID, 403),
])  # fmt: skip
def test_only_those_can_be_named(refresh, named, status):
    portal = Portal(refresh=refresh)
    reply = portal.send("GET", "/departments", headers={**portal.headers(), "orgid": named})
    assert reply.status == status
    assert status == 200 or code(reply) == "OAUTH_ORG_MISMATCH"


def test_only_one_of_them_can_be_the_default():
    portal = Portal()
    assert portal.post("/organizations/markDefault", {"id": oauth.ORG_ID}).status == 204
    assert portal.post("/organizations/markDefault", {"id": oauth.SECOND_ID}).status == 422
