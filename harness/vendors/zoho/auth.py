"""How requests to Zoho Desk are authenticated: access tokens of an hour from a refresh token, and the org's header."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from harness.exchange import Response
from harness.target import Credentials, Target
from harness.tokens.token import Token
from harness.tokens.token_key import token_key
from harness.vendors.obstacle import Obstacle
from harness.vendors.token_grant import TokenGrant, TokenRefusal, TokenRequest, read_answer, token_of
from harness.vendors.vendor import AuthKind, TokenHost
from harness.vendors.zoho.data_centres import TOKEN_URLS

ORG_HEADER = "orgId"
ORGS_PATH = "/api/v1/organizations"
TOKEN_PATH = "/oauth/v2/token"
# Tokens last an hour (vendor page: refresh token); answers without expires_in occur at random (client report).
LIFETIME = 3600.0
_LONGEST_LIFETIME = LIFETIME * 24

_CENTRES = "A client is known in its own data centre only: token_url and base_url must be of that one (.com, .eu, ...)."
_THROTTLED = TokenRefusal(
    Obstacle.THROTTLED,
    "too many tokens were asked for",
    # Vendor page: token limits; the time is from client reports.
    "Wait 10 to 30 minutes: at most 10 tokens in 10 minutes are given out for one refresh token. Until then deskcheck "
    "asks for none.",
)
# Client reports, mostly under HTTP 200, sometimes 400. The words beside the codes are in the account's language.
_REFUSALS = {
    "invalid_code": TokenRefusal(
        Obstacle.REVOKED,
        "the refresh token was revoked, or never was one here",
        f"Get a new refresh token (access_type=offline, prompt=consent); each user has 20 a client. {_CENTRES}",
    ),
    "invalid_client": TokenRefusal(
        Obstacle.WRONG_CLIENT,
        "the client is not known there",
        f"Check client_id. {_CENTRES}",
    ),
    "invalid_client_secret": TokenRefusal(
        Obstacle.WRONG_SECRET, "the secret is not the client's", "Check the variable that client_secret_env names."
    ),
    "access denied": _THROTTLED,
}


def grant(target: Target) -> TokenGrant:
    """A token for an hour, for the configured refresh token, which stays."""
    credentials = target.credentials
    form = {
        "grant_type": "refresh_token",
        "refresh_token": credentials.secret,
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
    }
    request = TokenRequest(target.token_url + TOKEN_PATH, "application/x-www-form-urlencoded", urlencode(form).encode())
    return TokenGrant(
        key=token_key(target.token_url, credentials.kind, credentials.client_id, *credentials.secrets),
        token_url=target.token_url,
        scheme="Zoho-oauthtoken",
        ask=lambda last: request,
        read=lambda answer, asked_at: read_token(answer, target, asked_at),
        refuses=_refuses_token,
        throttled=_THROTTLED,
    )


def read_token(answer: Response, target: Target, asked_at: float) -> Token:
    """The token of the accounts host's answer; raises `OrgError` when it holds none."""
    return token_of(read_answer(answer, target, _REFUSALS, _THROTTLED), asked_at, LIFETIME, _LONGEST_LIFETIME)


def _refuses_token(status: int, body: bytes) -> bool:
    """Live answers: 401 INVALID_OAUTH; other 401s have other causes, which no new token would mend."""
    return status == 401 and b"INVALID_OAUTH" in body


REFRESH = AuthKind(
    "zoho",
    grant=grant,
    fields={"client_id": "It is shown in the API console of Zoho."},
    secrets=frozenset({"secret_env", "client_secret_env"}),
)
# Vendor page: data centres; each has an accounts host of its own, and this is the oldest one's.
TOKEN_HOST = TokenHost("https://accounts.zoho.com", TOKEN_PATH, TOKEN_URLS)


def of_sandbox(printed: Mapping[str, str]) -> Credentials:
    """The client and its refresh token that the embedded sandbox prints."""
    return Credentials("zoho", "", printed["refresh_token"], printed["client_id"], printed["client_secret"])
