"""Who may pass: tokens, scopes, data centres and organisations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zoho_portal import Portal, code

from harness.sandbox.zoho import auth, oauth


def test_without_a_token_and_with_a_wrong_one():
    portal = Portal()
    none = portal.send("GET", "/departments", headers={"orgid": oauth.ORG_ID})
    wrong = portal.send(
        "GET", "/departments", headers={"authorization": "Zoho-oauthtoken 1000.no", "orgid": oauth.ORG_ID}
    )
    assert (none.status, code(none)) == (401, "UNAUTHORIZED")
    assert (wrong.status, code(wrong)) == (401, "INVALID_OAUTH")


def test_bearer_is_documented_too_and_other_schemes_are_not():
    portal = Portal()
    for scheme, status in (("Bearer", 200), ("Zoho-oauthtoken", 200), ("Basic", 401), ("Zoho-authtoken", 401)):
        headers = {"authorization": f"{scheme} {portal.token}", "orgid": oauth.ORG_ID}
        assert portal.send("GET", "/departments", headers=headers).status == status


def test_a_token_in_the_query_does_not_count():
    portal = Portal()
    assert portal.send("GET", "/departments", headers={"orgid": oauth.ORG_ID}, authtoken=portal.token).status == 401


def test_a_token_of_one_data_centre_is_met_with_a_page_by_another():
    portal = Portal()
    reply = portal.send("GET", "/departments", headers={**portal.headers(), "host": "desk.zoho.eu"})
    assert reply.status == 401
    assert reply.media_type.startswith("text/html")


def test_a_reader_reads_tickets_and_writes_none():
    portal = Portal(refresh=oauth.READER_TOKEN)
    ticket = portal.first("tickets")
    assert portal.get(f"/tickets/{ticket}").status == 200
    refused = portal.patch(f"/tickets/{ticket}", {"status": "Closed"})
    assert (refused.status, code(refused)) == (403, "SCOPE_MISMATCH")


@pytest.mark.parametrize(
    ("held", "wanted", "ok"),
    [
        ("Desk.tickets.READ", "Desk.tickets.READ", True),
        ("Desk.tickets.ALL", "Desk.tickets.UPDATE", True),
        ("desk.tickets.update", "Desk.tickets.UPDATE", True),
        ("Desk.activities.READ", "Desk.tasks.READ", True),
        ("Desk.activities.tasks.ALL", "Desk.tasks.DELETE", False),
        ("Desk.tickets.READ", "Desk.tickets.UPDATE", False),
        ("Desk.settings.CREATE", "settings.CREATE", True),
    ],
)
def test_scopes_cover_each_other(held, wanted, ok):
    assert auth.covers((held,), wanted) is ok


@given(st.sampled_from(["tickets", "contacts", "settings"]), st.sampled_from(["READ", "CREATE", "UPDATE", "DELETE"]))
def test_all_covers_every_verb_of_its_own_module_and_of_no_other(module, verb):
    assert auth.covers((f"Desk.{module}.ALL",), f"Desk.{module}.{verb}")
    assert not auth.covers((f"Desk.{module}.ALL",), f"Desk.articles.{verb}")


def test_an_organisation_that_the_token_is_not_for_is_a_mismatch():
    portal = Portal()
    signed = {"authorization": portal.headers()["authorization"]}
    other = portal.send("GET", "/departments", headers={**signed, "orgid": oauth.PRODUCTION_ID})
    assert (other.status, code(other)) == (403, "OAUTH_ORG_MISMATCH")
    query = portal.send("GET", "/departments", headers=signed, orgId=oauth.PRODUCTION_ID)
    assert (query.status, code(query)) == (403, "OAUTH_ORG_MISMATCH")


@pytest.mark.parametrize("named", [{}, {"orgid": "999"}, {"orgid": "61309000000170001"}])
def test_no_organisation_and_the_id_of_none_are_a_wrong_parameter(named):
    portal = Portal()
    reply = portal.send("GET", "/departments", headers={"authorization": portal.headers()["authorization"], **named})
    assert (reply.status, code(reply)) == (422, "UNPROCESSABLE_ENTITY")
    assert reply.body["message"] == "The value passed for the 'orgId' parameter is invalid."


def test_what_is_the_same_for_all_organisations_needs_none():
    portal = Portal()
    assert portal.send("GET", "/countries", headers={}).status == 200


@pytest.mark.parametrize("named", ["paperlane", "73-1", "٣"])
def test_an_organisation_that_is_no_number_breaks_all_but_the_list_of_them(named):
    portal = Portal()
    headers = {**portal.headers(), "orgid": named}
    broken = portal.send("GET", "/departments", headers=headers)
    assert (broken.status, code(broken)) == (500, "INTERNAL_SERVER_ERROR")
    assert portal.send("GET", "/organizations", headers=headers).status == 200


def test_the_organisation_says_that_it_is_a_sandbox():
    portal = Portal()
    signed = {"authorization": portal.headers()["authorization"]}
    reply = portal.send("GET", "/organizations", headers=signed)
    assert [(one["id"], one["isSandboxPortal"]) for one in reply.body["data"]] == [(oauth.ORG_ID, True)]
    assert portal.send("GET", "/accessibleOrganizations", headers=signed).status == 422
    assert portal.get("/accessibleOrganizations").status == 200
