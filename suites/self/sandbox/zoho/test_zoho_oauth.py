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


def test_some_answers_name_the_scopes():
    assert Portal(refresh=oauth.READER_TOKEN).refreshed().body["scope"] == "Desk.basic.READ Desk.tickets.READ"


@pytest.mark.parametrize(
    ("fault", "status", "shown"),
    [
        ("token_expiry_in_ms", 200, {"expires_in": 3_600_000, "expires_in_sec": 3600}),
        ("token_expiry_as_text", 200, {"expires_in": "3600"}),
        ("token_expiry_absurd", 200, {"expires_in": -(10**15)}),
        ("token_throttled", 400, {"error": "Access Denied", "status": "failure"}),
        ("token_throttled_200", 200, {"error": "Access Denied", "status": "failure"}),
        ("token_unavailable", 503, {}),
        ("token_login_page", 200, {}),
    ],
)
def test_a_fault_of_the_token_host_shows_in_its_answer(fault, status, shown):
    reply = _struck(fault)
    assert reply.status == status
    assert shown.items() <= (reply.body if isinstance(reply.body, dict) else {}).items()


def test_a_refusal_may_come_with_400():
    reply = _struck("token_error_400", refresh_token="1000.nobody")
    assert (reply.status, reply.body) == (400, {"error": "invalid_code"})


def _struck(fault: str, **changes: str):
    state = SandboxState({"zoho": SERVICE})
    state.faults.set([parse(fault)])
    form = {
        "grant_type": "refresh_token", "client_id": oauth.CLIENT_ID, "client_secret": oauth.CLIENT_SECRET,
        "refresh_token": oauth.REFRESH_TOKEN,
    }  # fmt: skip
    reply = state.answer("/zoho-accounts", state.vendors["zoho"], _query(**form | changes))
    assert reply is not None
    return reply
