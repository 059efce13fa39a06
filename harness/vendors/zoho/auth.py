"""How requests to Zoho Desk are authenticated: access tokens of an hour from a refresh token, and the org's header."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping
from typing import TYPE_CHECKING, Any

from harness.formats.json_text import json_or
from harness.target import Credentials, Target
from harness.vendors.obstacle import Obstacle
from harness.vendors.vendor import AuthKind, TokenHost
from harness.vendors.zoho.obstacles import SIGNS

if TYPE_CHECKING:
    import httpx

ORG_HEADER = "orgId"
TOKEN_PATH = "/oauth/v2/token"
# Tokens last an hour (vendor page: refresh token); answers without expires_in occur at random.
LIFETIME = 3600.0
_EARLY = 60.0
_RENEWALS = 3


def flow(target: Target, token: str = "", clock: Callable[[], float] = time.monotonic) -> httpx.Auth:
    """An httpx auth flow: get a token when there is none, send, and on 401 refresh once and send again.

    The token call goes through the same guarded client. Errors of the accounts host arrive under HTTP 200 (client
    reports), so the body decides. `token` starts the flow with a token that another process got.
    """
    import httpx

    class ZohoAuth(httpx.Auth):
        requires_response_body = True

        def __init__(self) -> None:
            self.token = token
            self.until = clock() + LIFETIME - _EARLY if token else 0.0
            # Every token of the flow, for masking: an old token may still be echoed.
            self.secrets: tuple[str, ...] = (token,) if token else ()

        def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
            if clock() >= self.until:
                yield from self.renew()
            response = yield self.sign(request)
            if response.status_code == 401 and b"INVALID_OAUTH" in response.content:
                yield from self.renew()
                yield self.sign(request)

        def renew(self) -> Generator[httpx.Request, httpx.Response, None]:
            """A new token; requested again where the answer is no JSON, so not of the accounts host."""
            for _ in range(_RENEWALS):
                response = yield self.refresh()
                if json_or(response.content, None) is not None:
                    break
            self.use(response)

        def sign(self, request: httpx.Request) -> httpx.Request:
            request.headers["Authorization"] = f"Zoho-oauthtoken {self.token}"
            if target.org_id and ORG_HEADER not in request.headers:
                request.headers[ORG_HEADER] = target.org_id
            return request

        def refresh(self) -> httpx.Request:
            credentials = target.credentials
            form = {
                "grant_type": "refresh_token",
                "refresh_token": credentials.secret,
                "client_id": credentials.client_id,
                "client_secret": credentials.client_secret,
            }
            # One token more does no harm, so the call may be repeated like a read.
            return httpx.Request("POST", target.token_url + TOKEN_PATH, data=form, extensions={"repeatable": True})

        def use(self, response: httpx.Response) -> None:
            self.token, seconds = read_token(response.status_code, json_or(response.content, None))
            self.until = clock() + seconds - _EARLY
            self.secrets += (self.token,)

    return ZohoAuth()


def read_token(status: int, body: Any) -> tuple[str, float]:
    """Token and lifetime in seconds from the accounts host's answer; raises `OrgError` when it holds none."""
    if isinstance(body, dict) and isinstance(body.get("access_token"), str):
        seconds = body.get("expires_in_sec", body.get("expires_in"))
        if not isinstance(seconds, int | float) or not 0 < seconds <= LIFETIME * 24:
            seconds = LIFETIME
        return body["access_token"], float(seconds)
    code = str(body.get("error") or "") if isinstance(body, dict) else ""
    obstacle = _REFUSALS.get(code.lower()) or _by_status(status)
    raise SIGNS.diagnosis(obstacle, f"Zoho gave no access token: {code[:60] or f'HTTP {status}'}").error(TOKEN_PATH)


# Client reports: under 200 as well as 400. The words beside the codes are in the account's language.
_REFUSALS = {
    "invalid_code": Obstacle.REVOKED,
    "invalid_client": Obstacle.WRONG_CLIENT,
    "invalid_client_secret": Obstacle.WRONG_SECRET,
    "access denied": Obstacle.THROTTLED,
}


def _by_status(status: int) -> Obstacle:
    if status == 429:
        return Obstacle.THROTTLED
    if 300 <= status < 400:
        return Obstacle.LOGIN_PAGE
    return Obstacle.UNAVAILABLE if status >= 500 else Obstacle.NOT_THE_API


REFRESH = AuthKind(
    "zoho",
    flow,
    fields={"client_id": "It is shown in the API console of Zoho."},
    secrets=frozenset({"secret_env", "client_secret_env"}),
)
# Vendor page: data centres; each has an accounts host of its own, and this is the oldest one's.
TOKEN_HOST = TokenHost("https://accounts.zoho.com", TOKEN_PATH)


def of_sandbox(printed: Mapping[str, str]) -> Credentials:
    """The client and its refresh token that the embedded sandbox prints."""
    return Credentials("zoho", "", printed["refresh_token"], printed["client_id"], printed["client_secret"])
