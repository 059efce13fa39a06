"""Access: the target's own variables, and no value of any of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.export.standalone import Access
from harness.export.target_access import access_of
from harness.secret_references import SecretReference
from harness.target import Credentials, Target

SECRET, CLIENT_SECRET, USER, CLIENT = "s3cret-value", "client-s3cret", "ann@example.com/token", "1000.CLIENT"
ZENDESK = Target("acme-eu", "zendesk", "https://acme.example", Credentials("basic", USER, SECRET))
ZOHO = Target(
    "desk",
    "zoho",
    "https://desk.example",
    Credentials("zoho", "", SECRET, CLIENT, CLIENT_SECRET),
    token_url="https://accounts.example",
    org_id="12345",
)
OAUTH = replace(
    ZENDESK, credentials=Credentials("oauth", client_id=CLIENT, client_secret=CLIENT_SECRET), token_url=ZENDESK.base_url
)
ROTATING = replace(OAUTH, credentials=Credentials("oauth_refresh", "", SECRET, CLIENT))
NAMED = {"secret": SecretReference("env:ACME_KEY", "secret_env", "deskcheck.toml:3", Path())}


def names(access: Access) -> list[str]:
    return [one.name for one in access.inputs]


@pytest.mark.parametrize(
    ("target", "scheme"), [(ZENDESK, "Basic"), (ZOHO, "Zoho-oauthtoken"), (OAUTH, "Bearer"), (ROTATING, "Bearer")]
)
def test_no_credential_is_in_it(target: Target, scheme: str) -> None:
    text = repr(access_of(target, NAMED, scheme))
    assert not [value for value in (SECRET, CLIENT_SECRET, USER, CLIENT) if value in text]


def test_the_variable_is_the_one_of_the_configuration() -> None:
    access = access_of(ZENDESK, NAMED, "Basic")
    assert (access.user, access.secret) == ("ACME_EU_USER", "ACME_KEY")
    assert names(access) == ["ACME_EU_URL", "ACME_EU_USER", "ACME_KEY"]


def test_a_secret_that_lies_elsewhere_has_a_variable_of_its_own() -> None:
    keyring = {"secret": SecretReference("keyring:desk/acme", "secret", "deskcheck.toml:3", Path())}
    assert access_of(ZENDESK, keyring, "Basic").secret == "ACME_EU_SECRET"


def test_a_token_is_got_as_deskcheck_gets_it() -> None:
    access = access_of(ZOHO, {}, "Zoho-oauthtoken")
    assert access.token is not None
    assert access.token.url == "DESK_TOKEN_URL/oauth/v2/token"
    assert dict(access.token.fields) == {
        "grant_type": "refresh_token",
        "refresh_token": "DESK_SECRET",
        "client_id": "DESK_CLIENT_ID",
        "client_secret": "DESK_CLIENT_SECRET",
    }
    assert (access.org_header, access.org) == ("orgId", "DESK_ORG_ID")


def test_the_org_itself_may_give_the_tokens() -> None:
    access = access_of(OAUTH, {}, "Bearer")
    assert access.token is not None
    assert access.token.url == "ACME_EU_URL/oauth/tokens"
    assert "ACME_EU_TOKEN_URL" not in names(access)


def test_a_refresh_token_that_works_once_stays_with_deskcheck() -> None:
    access = access_of(ROTATING, {}, "Bearer")
    assert (access.token, access.secret) == (None, "ACME_EU_ACCESS_TOKEN")


def test_the_embedded_sandbox_has_no_lasting_address() -> None:
    access = access_of(replace(ZENDESK, name="embedded-zendesk", embedded=True), {}, "Basic")
    assert names(access) == ["ZENDESK_URL", "ZENDESK_USER", "ZENDESK_TOKEN"]
    assert access.inputs[0].default == ""


def test_what_is_sent_without_credentials_asks_for_none() -> None:
    assert names(access_of(ZENDESK, NAMED, "")) == ["ACME_EU_URL"]
