"""OAuth: access tokens given to a client, refreshed, and expired."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import parse_qsl

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org

CLIENT = ("sandbox-client", "sandbox-client-secret")
READER_CLIENT = ("sandbox-reader-client", "sandbox-reader-client-secret")
BEARER = "sandbox-bearer-token"
# The pair that somebody got by hand, as an org's admin would: its access token has run out by now.
REFRESH = "sandbox-refresh-token"
# Vendor page 9182123625370: what new global clients default to.
ACCESS_SECONDS = 30 * 60
REFRESH_SECONDS = 30 * 24 * 3600

# What each client may ask for at most. A public client has no secret, and refreshes without one (live report, 2026).
SECRETS = dict((CLIENT, READER_CLIENT))
CEILINGS = {CLIENT[0]: ("read", "write"), READER_CLIENT[0]: ("read",)}
# Vendor page: OAuth scopes. Others are taken and give a token that may do nothing (live report, 2026).
BROAD_SCOPES = ("read", "write", "impersonate")
RESOURCES = (
    "tickets", "users", "auditlogs", "organizations", "hc", "apps", "triggers", "automations", "targets", "webhooks",
    "macros", "requests", "satisfaction_ratings", "dynamic_content",
)  # fmt: skip


def grant(org: Org, call: Call) -> Reply:
    """POST /oauth/tokens: client credentials, and a refresh that ends the old pair at once."""
    body = _fields(call)
    client, kind = str(body.get("client_id")), body.get("grant_type")
    if client not in SECRETS:
        return _refusal(401, "invalid_client", "Client authentication failed due to unknown client")
    if kind == "refresh_token":
        return _refreshed(org, call, client, body)
    if body.get("client_secret") != SECRETS[client]:
        return _refusal(401, "invalid_client", "Client authentication failed")
    if kind not in ("client_credentials", "authorization_code", "password"):
        return _refusal(400, "unsupported_grant_type", "The authorization grant type is not supported")
    scope = str(body.get("scope") or " ".join(CEILINGS[client]))
    if not _may_have(client, scope):
        return _invalid_scope()
    return _issued(org, call, org.memo["people"]["admin@example.com"]["id"], scope, client)


def _fields(call: Call) -> dict[str, Any]:
    """What was asked for, as JSON (vendor page), as a form (RFC 6749) or in the query."""
    if isinstance(call.body, dict):
        return call.body
    return dict([*call.query, *parse_qsl(call.raw.decode("utf-8", "replace"), keep_blank_values=True)])


def _refreshed(org: Org, call: Call, client: str, body: dict[str, Any]) -> Reply:
    """A pair for a refresh token; a secret may be left out, but not be wrong (live report, 2026)."""
    if body.get("client_secret") not in (None, "", SECRETS[client]):
        return _refusal(401, "invalid_client", "Client authentication failed")
    name = str(body.get("refresh_token"))
    old = org.memo["refreshes"].get(name)
    if old is None or old["client"] != client or old["refresh_expires"] < call.now:
        return _refusal(400, "invalid_grant", "The refresh token is invalid, expired or revoked")
    scope = str(body.get("scope") or old["scope"])
    if not _may_have(client, scope):
        return _invalid_scope()
    del org.memo["refreshes"][name]
    org.memo["bearers"].pop(old["access_token"], None)
    return _issued(org, call, old["user_id"], scope, client)


def _may_have(client: str, scope: str) -> bool:
    """Whether all scopes that the vendor knows are within what the client may have."""
    ceiling = CEILINGS[client]
    return all(name in ceiling or name.rpartition(":")[2] in ceiling for name in scope.split() if _is_known(name))


def _is_known(scope: str) -> bool:
    resource, _, verb = scope.rpartition(":")
    return scope in BROAD_SCOPES or (resource in RESOURCES and verb in ("read", "write"))


def covers(scope: str, needed: str, path: str) -> bool:
    """Whether a token's scopes hold `read` or `write` for a path: in all, or of the resource that the path begins with.

    `X:write` is enough for POST, PUT and DELETE of X (vendor page: OAuth scopes).
    """
    resource = path.removeprefix("/api/v2/").split("/")[0].removesuffix(".json")
    scopes = scope.split()
    return needed in scopes or (resource in RESOURCES and f"{resource}:{needed}" in scopes)


def _invalid_scope() -> Reply:
    return _refusal(400, "invalid_scope", "The requested scope is invalid, unknown, or malformed.")


def _refusal(status: int, error: str, description: str) -> Reply:
    return Reply(status, {"error": error, "error_description": description})


def _issued(org: Org, call: Call, user: int, scope: str, client: str) -> Reply:
    number = str(org.store.next("oauth"))
    access, refresh = secret(org, "access", number), secret(org, "refresh", number)
    pair = token(access, user, scope, client, call.now)
    org.memo["bearers"][access] = org.memo["refreshes"][refresh] = pair
    body = {"access_token": access, "refresh_token": refresh, "token_type": "bearer", "scope": scope,
            "expires_in": ACCESS_SECONDS, "refresh_token_expires_in": REFRESH_SECONDS}  # fmt: skip
    plan = org.engine.plan(call.operation) if call.operation else None
    return Reply(plan.status if plan else 200, body)


def token(access: str, user: int, scope: str, client: str, now: float) -> dict[str, Any]:
    """What the account remembers of a pair of tokens; times are seconds since the epoch."""
    return {
        "access_token": access, "user_id": user, "scope": scope, "client": client,
        "expires": now + ACCESS_SECONDS, "refresh_expires": now + REFRESH_SECONDS,
    }  # fmt: skip


def secret(org: Org, kind: str, number: str) -> str:
    """A text that cannot be guessed, always the same for the same seed."""
    return hashlib.sha256(f"{org.seed}:{kind}:{number}".encode()).hexdigest()


def show_current(org: Org, call: Call) -> Reply:
    """GET /api/v2/oauth/tokens/current: the record of the token that asks, with its scopes."""
    reply = org.engine.generic(org, call)
    caller = call.state.get("token")
    if caller is not None and isinstance(reply.body, dict) and isinstance(reply.body.get("token"), dict):
        reply.body["token"]["scopes"] = caller["scope"].split()
    return reply


BEHAVIOURS = {"POST /oauth/tokens": grant, "GET /api/v2/oauth/tokens/current": show_current}
