"""How requests to Zendesk are authenticated: an API token with a mail address, or an OAuth token."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING

from harness.target import Credentials, Target
from harness.vendors.vendor import AuthKind

if TYPE_CHECKING:
    import httpx


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


def password_for_token(credentials: Credentials) -> tuple[str, str] | None:
    """Passwords stopped working for agents in 2026-01 (vendor page: password access)."""
    if credentials.user.endswith("/token"):
        return None
    return f"the user is {credentials.user!r}", 'An API token needs user = "MAIL/token".'


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


def of_sandbox(printed: Mapping[str, str]) -> Credentials:
    """The API token that the embedded sandbox prints."""
    return Credentials("basic", printed["user"], printed["token"])
