"""The accounts host: tokens, its errors under 200, its limits."""

from __future__ import annotations

import pytest
from zoho_portal import Portal

from harness.sandbox.faults import parse
from harness.sandbox.state import SandboxState
from harness.sandbox.zoho import SERVICE, oauth


def test_a_refresh_gives_a_token_for_an_hour_and_no_way_off_this_machine():
    reply = Portal().refreshed()
    assert reply.status == 200
    assert reply.body.keys() == {"access_token", "api_domain", "token_type", "expires_in"}
    assert (reply.body["expires_in"], reply.body["token_type"]) == (3600, "Bearer")
    assert reply.body["api_domain"].startswith("http://127.0.0.1")


def test_the_form_may_stand_in_the_query_too():
    portal = Portal()
    form = {"grant_type": "refresh_token", "client_id": oauth.CLIENT_ID, "client_secret": oauth.CLIENT_SECRET}
    assert oauth.token(portal.org, _query(**form, refresh_token=portal.refresh)).body["access_token"]


def _query(**form: str):
    from harness.sandbox.call import Call

    return Call("POST", "/oauth/v2/token", query=tuple(form.items()))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"refresh_token": "1000.nobody"}, "invalid_code"),
        ({"client_id": "1000.NOBODY"}, "invalid_client"),
        ({"client_secret": "wrong"}, "invalid_client_secret"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_errors_come_with_http_200(change, error):
    reply = Portal().refreshed(**change)
    assert (reply.status, reply.body) == (200, {"error": error})


def test_a_token_works_for_an_hour_and_then_no_more():
    portal = Portal()
    portal.clock.advance(3599)
    assert portal.get("/departments").status == 200
    portal.clock.advance(1)
    assert portal.get("/departments").status == 401


def test_the_eleventh_token_in_ten_minutes_is_refused_until_ten_quiet_minutes_have_passed():
    portal = Portal()
    for _ in range(10):
        assert "access_token" in portal.refreshed().body
    refused = portal.refreshed()
    assert (refused.status, refused.body["error"]) == (400, "Access Denied")
    portal.clock.advance(590)
    assert portal.refreshed().status == 400, "asking again prolongs it"
    portal.clock.advance(590)
    assert portal.refreshed().status == 400
    portal.clock.advance(601)
    assert "access_token" in portal.refreshed().body


def test_an_eleventh_live_token_stops_the_oldest():
    portal = Portal()
    for _ in range(9):
        oauth.grant(portal.org, portal.refresh, portal.clock.now())
    assert portal.get("/departments").status == 200
    oauth.grant(portal.org, portal.refresh, portal.clock.now())
    assert portal.get("/departments").status == 401


@pytest.mark.parametrize("path", ["/oauth/v2/token/revoke", "/oauth/v2/revoke/token"])
def test_a_revoked_refresh_token_takes_its_access_tokens_along(path):
    portal = Portal()
    assert portal.accounts(path, token=portal.refresh).body == {"status": "success"}
    assert portal.get("/departments").status == 401
    assert portal.refreshed().body == {"error": "invalid_code"}
    assert portal.accounts(path, token=portal.refresh).body == {"error": "invalid_code"}


def test_the_fault_leaves_out_expires_in_and_strikes_nothing_else():
    state = SandboxState({"zoho": SERVICE})
    state.faults.set([parse("token_without_expiry")])
    account = state.vendors["zoho"]
    call = _query(
        grant_type="refresh_token",
        client_id=oauth.CLIENT_ID,
        client_secret=oauth.CLIENT_SECRET,
        refresh_token=oauth.REFRESH_TOKEN,
    )
    reply = state.answer("/zoho-accounts", account, call)
    assert reply is not None
    assert "access_token" in reply.body
    assert "expires_in" not in reply.body
