"""Access tokens: refreshed, refused under HTTP 200, expired in use, throttled; and what their scopes let them read."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from harness.tokens.token import TokenRecord
from harness.vendors.obstacle import Obstacle, OrgError
from harness.vendors.zoho.auth import LIFETIME, read_token

DEPARTMENTS, ACCOUNTS = "/api/v1/departments", "/api/v1/accounts"

pytestmark = [pytest.mark.zoho, pytest.mark.read, pytest.mark.resource("tokens")]


def test_a_refresh_gives_a_token_that_works(client, refresh):
    answer = refresh()
    assert answer.status == 200
    assert "error" not in answer.json
    token = read_token(answer, client.target, 0.0)
    assert answer.json["token_type"] == "Bearer"
    assert "refresh_token" not in answer.json
    assert 0 < token.expires_at <= LIFETIME
    headers = {"Authorization": f"Zoho-oauthtoken {token.access}"}
    shown = client.get("/api/v1/organizations", signed=False, headers=headers)
    assert shown.status == 200
    assert shown.json["data"]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_id": "1000.NOBODY"}, "invalid_client"),
        ({"client_secret": "wrong"}, "invalid_client_secret"),
        ({"refresh_token": "1000.wrong.wrong"}, "invalid_code"),
    ],
)
def test_a_refused_refresh_says_so_under_200(client, refresh, change, error):
    """Client reports: mostly 200, sometimes 400; the body decides, and ours must not take it for a token."""
    answer = refresh(**change)
    assert answer.status in (200, 400)
    assert answer.json["error"] == error
    assert "access_token" not in answer.json
    with pytest.raises(OrgError, match=error):
        read_token(answer, client.target, 0.0)


def test_an_answer_without_a_lifetime_counts_for_an_hour(client, refresh):
    """`expires_in` is missing at random (client report); seconds and milliseconds both occur under that name."""
    answer = refresh()
    if "access_token" not in answer.json:
        pytest.skip(f"no token to look at: {answer.json}")
    body = {name: value for name, value in answer.json.items() if not name.startswith("expires_in")}
    for said in ({}, {"expires_in_sec": 3600, "expires_in": 3_600_000}, {"expires_in": 3_600_000}):
        changed = replace(answer, body=json.dumps(body | said).encode())
        assert read_token(changed, client.target, 0.0).expires_at == LIFETIME


def test_an_expired_token_is_refreshed_once(client, refresh):
    """A token that stopped working costs one 401, one refresh and the same request again, and no more."""
    client.get(DEPARTMENTS)
    signer, paths = client.org.client.transport.signer, []
    signer.held = replace(signer.held, access="1000.expired.expired")
    signer.store.write(signer.grant.key, TokenRecord(signer.held))
    client.org.client.transport.exchanges.listeners.append(
        lambda exchange: paths.append((exchange.request.path, exchange.response.status))
    )
    answer = client.get(DEPARTMENTS, query={"limit": 1})
    client.org.client.transport.exchanges.listeners.pop()
    assert answer.status in (200, 204)
    assert [status for _, status in paths] == [401, 200, answer.status]
    assert [path.rsplit("/", 1)[-1] for path, _ in paths] == ["departments", "token", "departments"]
    assert signer.held.access != "1000.expired.expired"


@pytest.mark.parametrize("header", ["Zoho-oauthtoken 1000.nobody.nobody", "Bearer 1000.nobody.nobody"])
def test_a_wrong_token_is_refused_in_the_envelope(client, header):
    answer = client.get(DEPARTMENTS, signed=False, headers={"Authorization": header})
    assert answer.status == 401
    assert answer.json["errorCode"] == "INVALID_OAUTH"
    assert answer.json["message"]


def test_no_token_is_refused_in_the_envelope(client):
    answer = client.get(DEPARTMENTS, signed=False)
    assert answer.status == 401
    assert set(answer.json) >= {"errorCode", "message"}


def test_a_token_counts_in_the_header_only(client, token_headers):
    token = token_headers()["Authorization"].split()[1]
    answer = client.get(DEPARTMENTS, signed=False, query={"access_token": token})
    assert answer.status == 401


def test_a_token_reads_what_its_scopes_name(client, refresh, reader):
    answer = refresh(refresh_token=reader)
    if "access_token" not in answer.json:
        pytest.skip(f"the accounts host throttles this refresh token: {answer.json}")
    header = {"Authorization": f"Zoho-oauthtoken {answer.json['access_token']}", "orgId": client.target.org_id}
    assert client.get(DEPARTMENTS, signed=False, headers=header).status in (200, 204)
    refused = client.get(ACCOUNTS, signed=False, headers=header)
    assert refused.status == 403
    assert refused.json["errorCode"] == "SCOPE_MISMATCH"


def test_the_eleventh_token_in_ten_minutes_is_refused(client, refresh, reader):
    """Vendor page: ten tokens for one refresh token in ten minutes. Only one that nobody needs is used up."""
    answers = [refresh(refresh_token=reader) for _ in range(11)]
    last = answers[-1]
    assert last.status in (200, 400)
    assert last.json["error"] == "Access Denied"
    assert last.json["status"] == "failure"
    with pytest.raises(OrgError, match="10 to 30 minutes") as throttled:
        read_token(last, client.target, 0.0)
    assert throttled.value.obstacle is Obstacle.THROTTLED
    granted = [answer for answer in answers if "access_token" in answer.json]
    assert len(granted) <= 10
