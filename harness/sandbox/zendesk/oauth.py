"""OAuth: access tokens given to a client, refreshed, and expired."""

from __future__ import annotations

import hashlib
from typing import Any

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org

CLIENT = ("sandbox-client", "sandbox-client-secret")
BEARER = "sandbox-bearer-token"
ACCESS_SECONDS = 30 * 60
REFRESH_SECONDS = 30 * 24 * 3600


def grant(org: Org, call: Call) -> Reply:
    """POST /oauth/tokens: client credentials, and a refresh that invalidates the old pair."""
    body = call.body if isinstance(call.body, dict) else dict(call.query)
    kind = body.get("grant_type")
    if body.get("client_id") != CLIENT[0]:
        return _refusal(401, "invalid_client", "Client authentication failed due to unknown client")
    if kind == "refresh_token":
        old = org.memo["refreshes"].pop(str(body.get("refresh_token")), None)
        if old is None or old["refresh_expires"] < call.now:
            return _refusal(400, "invalid_grant", "The refresh token is invalid, expired or revoked")
        org.memo["bearers"].pop(old["access_token"], None)
        return _issued(org, call, old["user_id"], str(body.get("scope") or old["scope"]))
    if body.get("client_secret") != CLIENT[1]:
        return _refusal(401, "invalid_client", "Client authentication failed")
    if kind not in ("client_credentials", "authorization_code", "password"):
        return _refusal(400, "unsupported_grant_type", "The authorization grant type is not supported")
    return _issued(org, call, org.memo["people"]["admin@example.com"]["id"], str(body.get("scope") or "read write"))


def _refusal(status: int, error: str, description: str) -> Reply:
    return Reply(status, {"error": error, "error_description": description})


def _issued(org: Org, call: Call, user: int, scope: str) -> Reply:
    number = str(org.store.next("oauth"))
    access, refresh = secret(org, "access", number), secret(org, "refresh", number)
    token: dict[str, Any] = {
        "access_token": access, "refresh_token": refresh, "user_id": user, "scope": scope,
        "expires": call.now + ACCESS_SECONDS, "refresh_expires": call.now + REFRESH_SECONDS,
    }  # fmt: skip
    org.memo["bearers"][access] = org.memo["refreshes"][refresh] = token
    body = {"access_token": access, "refresh_token": refresh, "token_type": "bearer", "scope": scope,
            "expires_in": ACCESS_SECONDS, "refresh_token_expires_in": REFRESH_SECONDS}  # fmt: skip
    plan = org.engine.plan(call.operation) if call.operation else None
    return Reply(plan.status if plan else 200, body)


def secret(org: Org, kind: str, number: str) -> str:
    """A text that cannot be guessed, always the same for the same seed."""
    return hashlib.sha256(f"{org.seed}:{kind}:{number}".encode()).hexdigest()


def show_current(org: Org, call: Call) -> Reply:
    """GET oauth/tokens/current: the token that asks, with its scopes; an API token is shown one without a meaning."""
    plan = org.engine.plan_of(call)
    shown = org.engine.fit(plan, org.engine.blank(plan.table, plan))
    token = call.state.get("token")
    if isinstance(token, dict):
        shown["scopes"] = token["scope"].split()
    return Reply(200, {plan.key: shown})


BEHAVIOURS = {"POST /oauth/tokens": grant, "GET /api/v2/oauth/tokens/current": show_current}
