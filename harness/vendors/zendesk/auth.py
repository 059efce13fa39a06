"""How requests to Zendesk are authenticated: OAuth tokens of a client, a token as it is, or an API token."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Any

from harness.exchange import Response
from harness.target import Credentials, Target
from harness.tokens.token import Token
from harness.tokens.token_key import token_key
from harness.vendors.obstacle import Obstacle
from harness.vendors.token_grant import TokenGrant, TokenRefusal, TokenRequest, read_answer, token_of
from harness.vendors.vendor import AuthKind, TokenHost

if TYPE_CHECKING:
    import httpx

TOKEN_PATH = "/oauth/tokens"
# Vendor page 9182123625370: access tokens of new global clients last 30 minutes; a client may set up to two days.
LIFETIME = 1800.0
_LONGEST_LIFETIME = 2 * 24 * 3600.0

_UNKNOWN_CLIENT = TokenRefusal(
    Obstacle.WRONG_CLIENT,
    "the client is not known, or the secret is not its own: Zendesk does not say which",
    "Check client_id (the client's unique identifier, not its name) and the variable that client_secret_env names.",
)
# RFC 6749, 5.2, as Zendesk answers them (live report, 2026).
_REFUSALS = {
    "invalid_client": _UNKNOWN_CLIENT,
    "unauthorized_client": TokenRefusal(
        Obstacle.WRONG_CLIENT,
        "the client may not use this grant",
        "Client credentials are for confidential clients: make one in the admin centre, or use another auth.",
    ),
    "invalid_grant": TokenRefusal(
        Obstacle.REVOKED,
        "the refresh token was used, revoked or has run out",
        "Each refresh token works once, and the store keeps the last one. Get a new pair for the client, and set the "
        "variable that secret_env names to its refresh token.",
    ),
    "invalid_scope": TokenRefusal(
        Obstacle.MISSING_SCOPE,
        "the client may not have one of the scopes in `scope`",
        "Take it out of `scope`, or let an admin allow it to the client.",
    ),
    "unsupported_grant_type": TokenRefusal(
        Obstacle.CONFIGURATION, "the account does not know this grant", 'Use another auth, such as "bearer".'
    ),
}


def basic(target: Target) -> httpx.Auth:
    """HTTP Basic with `MAIL/token` as the user."""
    import httpx

    return httpx.BasicAuth(target.credentials.user, target.credentials.secret)


def bearer(target: Target) -> httpx.Auth:
    """The token as it is."""
    import httpx

    class Bearer(httpx.Auth):
        def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
            request.headers["Authorization"] = f"Bearer {target.credentials.secret}"
            yield request

    return Bearer()


def client_credentials(target: Target) -> TokenGrant:
    """A token for the client itself, in the name of the user who made it."""
    fields = _client(target) | {"grant_type": "client_credentials"}
    return _grant(target, lambda last: fields)


def refresh(target: Target) -> TokenGrant:
    """A token for a refresh token, which is replaced with it: the configured one is only the first."""

    def fields(last: Token | None) -> dict[str, str]:
        newest = last.refresh if last and last.refresh else target.credentials.secret
        return _client(target) | {"grant_type": "refresh_token", "refresh_token": newest}

    return _grant(target, fields, rotates=True)


def _client(target: Target) -> dict[str, str]:
    """The fields that say who asks; a public client has no secret (live report, 2026)."""
    credentials = target.credentials
    fields = {
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
        "scope": credentials.scope,
    }
    return {name: value for name, value in fields.items() if value}


def _grant(target: Target, fields: Any, *, rotates: bool = False) -> TokenGrant:
    credentials, url = target.credentials, target.token_url + TOKEN_PATH
    return TokenGrant(
        key=token_key(
            target.token_url, credentials.kind, credentials.client_id, credentials.scope, *credentials.secrets
        ),
        token_url=target.token_url,
        scheme="Bearer",
        ask=lambda last: TokenRequest(url, "application/json", json.dumps(fields(last)).encode()),
        read=lambda answer, asked_at: read_token(answer, target, asked_at),
        refuses=_refuses_token,
        rotates=rotates,
    )


def read_token(answer: Response, target: Target, asked_at: float) -> Token:
    """The token of an answer to a token call; raises `OrgError` when it holds none."""
    return token_of(read_answer(answer, target, _REFUSALS), asked_at, LIFETIME, _LONGEST_LIFETIME)


def _refuses_token(status: int, body: bytes) -> bool:
    """Client reports: 401 `invalid_token`, whatever is wrong with a bearer token."""
    return status == 401 and b"invalid_token" in body


def password_for_token(credentials: Credentials) -> tuple[str, str] | None:
    """Passwords stopped working for agents in 2026-01 (vendor page: password access)."""
    if credentials.user.endswith("/token"):
        return None
    return f"the user is {credentials.user!r}", 'An API token needs user = "MAIL/token".'


_IDENTIFIER = {"client_id": "It is the unique identifier of an OAuth client in the admin centre."}
BASIC = AuthKind(
    "basic",
    basic,
    fields={"user": 'Write user = "MAIL/token".'},
    secrets=frozenset({"secret_env"}),
    mistake=password_for_token,
    # Vendor page: OAuth migration. None can be made since 2026-10-27.
    deprecated='API tokens stop working on 2027-04-30: change to auth = "oauth" (an OAuth client) before that',
)
BEARER = AuthKind("bearer", bearer, secrets=frozenset({"secret_env"}))
OAUTH = AuthKind("oauth", grant=client_credentials, fields=_IDENTIFIER, secrets=frozenset({"client_secret_env"}))
OAUTH_REFRESH = AuthKind("oauth_refresh", grant=refresh, fields=_IDENTIFIER, secrets=frozenset({"secret_env"}))
TOKEN_HOST = TokenHost("", TOKEN_PATH)


def of_sandbox(printed: Mapping[str, str]) -> Credentials:
    """The API token that the embedded sandbox prints."""
    return Credentials("basic", printed["user"], printed["token"])
