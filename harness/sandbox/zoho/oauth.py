"""OAuth: refresh tokens exchanged for access tokens on the accounts host, with its limits and its errors under 200."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour

CLIENT_ID = "1000.SANDBOXCLIENT0000000000000000"
CLIENT_SECRET = "sandbox-client-secret-0000000000000000000"
REFRESH_TOKEN = "1000.sandbox-refresh-token.all"
READER_TOKEN = "1000.sandbox-refresh-token.read"
SEVERAL_TOKEN = "1000.sandbox-refresh-token.several"  # for all organisations that there are
NOBODY_TOKEN = "1000.sandbox-refresh-token.nobody"  # of a user who is in no organisation
ORG_ID = "730000001"
PRODUCTION_ID = "730000002"  # the organisation that the sandbox is one of
SECOND_ID = "730000003"  # another customer's sandbox

LIFETIME = 3600  # seconds (vendor page: refresh token)
WINDOW = 600.0
GRANTS = 10  # access tokens a refresh token in WINDOW (vendor page: token limits)
LIVE = 10  # access tokens of a refresh token that work at one time; one more drops the oldest

EVERYTHING = ("*",)
READ_ONLY = ("Desk.basic.READ", "Desk.tickets.READ")

# Message of the throttle as clients report it; the status is 400 mostly, 200 by one account (client reports).
_THROTTLED = {
    "error": "Access Denied",
    "error_description": "You have made too many requests continuously. Please try again after some time.",
    "status": "failure",
}


@dataclass(slots=True)
class GrantedToken:
    """One access token: whom it belongs to, until when (epoch seconds) it works, and where."""

    refresh: str
    scopes: tuple[str, ...]
    until: float
    centre: str


@dataclass(slots=True)
class Accounts:
    """The state of the accounts host. `granted` has the times of token calls by refresh token."""

    refresh: dict[str, tuple[str, ...]] = field(
        default_factory=lambda: {
            REFRESH_TOKEN: EVERYTHING,
            READER_TOKEN: READ_ONLY,
            SEVERAL_TOKEN: EVERYTHING,
            NOBODY_TOKEN: EVERYTHING,
        }
    )
    tokens: dict[str, GrantedToken] = field(default_factory=dict)
    granted: dict[str, list[float]] = field(default_factory=dict)
    blocked: dict[str, float] = field(default_factory=dict)


def token(org: Org, call: Call) -> Reply:
    """POST /oauth/v2/token: the form may also stand in the query. Errors come with HTTP 200 (client reports)."""
    form = _form(call)
    state = org.state_of(Accounts)
    if form.get("client_id") != CLIENT_ID:
        return Reply(200, {"error": "invalid_client"})
    if form.get("client_secret") != CLIENT_SECRET:
        return Reply(200, {"error": "invalid_client_secret"})
    if form.get("grant_type") != "refresh_token":
        return Reply(200, {"error": "unsupported_grant_type"})
    refresh = form.get("refresh_token", "")
    if refresh not in state.refresh:
        return Reply(200, {"error": "invalid_code"})
    if _throttled(state, refresh, call.now):
        return Reply(400, dict(_THROTTLED))
    access = grant(org, refresh, call.now, centre(call))
    # Real answers carry www.zohoapis.<tld> as api_domain; here no client may be sent off this machine.
    body: dict[str, Any] = {
        "access_token": access,
        "api_domain": call.base,
        "token_type": "Bearer",
        "expires_in": LIFETIME,
    }
    if state.refresh[refresh] != EVERYTHING:
        # Some answers name the scopes, some do not (vendor page: refresh token).
        body["scope"] = " ".join(state.refresh[refresh])
    return Reply(200, body)


def grant(org: Org, refresh: str, now: float, where: str = "") -> str:
    """A new access token for a refresh token; the oldest live one stops working where there are too many."""
    state = org.state_of(Accounts)
    access = f"1000.{org.random.getrandbits(128):032x}.{org.random.getrandbits(128):032x}"
    live = [name for name, token in state.tokens.items() if token.refresh == refresh and token.until > now]
    for name in live[: len(live) - LIVE + 1] if len(live) >= LIVE else ():
        del state.tokens[name]
    state.tokens[access] = GrantedToken(refresh, state.refresh[refresh], now + LIFETIME, where)
    return access


def revoke(org: Org, call: Call) -> Reply:
    """POST /oauth/v2/token/revoke: an access token stops, a refresh token takes its access tokens along."""
    name = _form(call).get("token", "")
    state = org.state_of(Accounts)
    if name not in state.tokens and name not in state.refresh:
        return Reply(200, {"error": "invalid_code"})
    state.refresh.pop(name, None)
    state.tokens = {key: token for key, token in state.tokens.items() if key != name and token.refresh != name}
    return Reply(200, {"status": "success"})


def centre(call: Call) -> str:
    """The data centre that a host name says: `desk.zoho.eu` and `accounts.zoho.eu` are `zoho.eu`; else none.

    A token works in the data centre only that gave it (client reports: 401 with a login page elsewhere).
    """
    host = call.headers.get("host", "").split(":")[0].lower()
    name, _, rest = host.partition(".")
    return rest if name in ("desk", "accounts") and rest.startswith(("zoho.", "zohocloud.")) else ""


def _throttled(state: Accounts, refresh: str, now: float) -> bool:
    """Too many grants block, and each further try prolongs it: ten quiet minutes clear it (client reports)."""
    recent = state.granted[refresh] = [at for at in state.granted.get(refresh, ()) if at > now - WINDOW]
    if len(recent) >= GRANTS or state.blocked.get(refresh, 0.0) > now:
        state.blocked[refresh] = now + WINDOW
        return True
    recent.append(now)
    return False


def _form(call: Call) -> dict[str, str]:
    pairs = parse_qsl(call.raw.decode("utf-8", "replace"), keep_blank_values=True)
    return dict([*call.query, *pairs])


BEHAVIOURS: dict[str, Behaviour] = {
    "POST /oauth/v2/token": token,
    "POST /oauth/v2/token/revoke": revoke,
    "POST /oauth/v2/revoke/token": revoke,
}
