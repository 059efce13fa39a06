"""Who is asking: API tokens, OAuth tokens and their refresh, and what each role may do."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Any

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zendesk import errors

# People of the seed data and the API tokens that come with them. Nothing here is a secret.
TOKENS = {
    "admin@example.com": "sandbox-admin-token",
    "agent@example.com": "sandbox-agent-token",
    "customer@example.com": "sandbox-customer-token",
}
CLIENT = ("sandbox-client", "sandbox-client-secret")
BEARER = "sandbox-bearer-token"
ACCESS_SECONDS = 30 * 60
REFRESH_SECONDS = 30 * 24 * 3600

_OPEN = {
    ("GET", "/api/v2/users/me"), ("POST", "/api/v2/requests"),
    ("GET", "/attachments/token/{token}"),
}  # fmt: skip
# What an end user may do; everything else is for the team.
_CUSTOMER = (
    "/api/v2/requests", "/api/v2/users/me", "/api/v2/users/{user_id}/requests", "/api/v2/locales", "/api/v2/uploads",
    "/api/v2/end_users", "/api/v2/help_center", "/api/v2/community", "/api/v2/users/{user_id}/identities",
    "/api/v2/satisfaction_ratings", "/api/v2/users/{user_id}/password", "/attachments/token", "/api/v2/attachments",
    "/api/v2/tickets/{ticket_id}/satisfaction_rating", "/api/v2/users/{user_id}/organization_subscriptions",
    "/api/v2/organization_subscriptions", "/api/v2/ticket_forms",
)  # fmt: skip
# What only an admin may change; agents may look.
_ADMIN = (
    "/api/v2/account", "/api/v2/accounts", "/api/v2/automations", "/api/v2/brands", "/api/v2/brand_agents",
    "/api/v2/custom_roles", "/api/v2/custom_status", "/api/v2/custom_statuses", "/api/v2/deletion_schedules",
    "/api/v2/dynamic_content", "/api/v2/email_notifications", "/api/v2/group_memberships", "/api/v2/group_slas",
    "/api/v2/groups", "/api/v2/oauth/clients", "/api/v2/organization_fields", "/api/v2/organization_memberships",
    "/api/v2/queues", "/api/v2/recipient_addresses", "/api/v2/resource_collections", "/api/v2/routing/attributes",
    "/api/v2/sharing_agreements", "/api/v2/slas", "/api/v2/targets", "/api/v2/ticket_fields", "/api/v2/ticket_forms",
    "/api/v2/triggers", "/api/v2/trigger_categories", "/api/v2/user_fields", "/api/v2/webhooks", "/api/v2/workspaces",
    "/api/v2/audit_logs", "/api/v2/security_settings", "/api/v2/imports", "/api/v2/incremental",
    "/api/v2/deleted_users", "/api/v2/organizations", "/api/v2/task_list_templates",
)  # fmt: skip
_ADMIN_READS = ("/api/v2/audit_logs", "/api/v2/security_settings", "/api/v2/incremental", "/api/v2/oauth/clients")


def authenticate(org: Org, call: Call) -> Reply | None:
    """Find who is asking and put the user's record into the call; refuse who is nobody."""
    if call.operation is None or call.operation.path == "/oauth/tokens":
        return None
    if call.notes.get("auth_ignored"):
        call.actor = org.memo["people"]["admin@example.com"]
        return None
    header = call.headers.get("authorization", "")
    # The same few headers come again and again; their users are looked up once.
    known = org.memo["callers"].get(header) if header else None
    if known is not None and known.get("active"):
        call.actor = known
        return None
    refused = _bearer(org, call, header) if header[:7].lower() == "bearer " else _basic(org, call, header)
    free = (call.operation.method, call.operation.path) in _OPEN
    # A token that is wrong is refused everywhere; no credentials, or a password, make a caller nobody.
    return None if call.actor is None and free and not _is_token(header) else refused


def _is_token(header: str) -> bool:
    kind, _, value = header.partition(" ")
    try:
        user = base64.b64decode(value, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        user = ""
    return kind.lower() == "bearer" or user.endswith("/token")


def _basic(org: Org, call: Call, header: str) -> Reply | None:
    """`EMAIL/token:TOKEN`. Passwords are no longer taken."""
    try:
        kind, _, value = header.partition(" ")
        user, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return errors.unauthenticated()
    email, slash, word = user.partition("/")
    person = org.memo["people"].get(email.lower())
    if kind.lower() != "basic" or not slash or word != "token" or person is None or TOKENS.get(email.lower()) != secret:
        return errors.unauthenticated()
    call.actor = org.memo["callers"][header] = person
    return None


def _bearer(org: Org, call: Call, header: str) -> Reply | None:
    token = org.memo["bearers"].get(header[7:].strip())
    if token is None or token["expires"] < call.now:
        return errors.bad_token()
    needed = "read" if call.method in ("GET", "HEAD") else "write"
    scopes = set(token["scope"].split())
    if needed not in scopes and not any(scope.endswith(f":{needed}") for scope in scopes):
        return errors.scope_missing(needed)
    call.actor = org.store["users"].get(token["user_id"])
    call.notes["token"] = token
    return None if call.actor is not None else errors.bad_token()


def permit(_: Org, call: Call) -> Reply | None:
    """What the caller's role may not do is forbidden."""
    operation, actor = call.operation, call.actor
    if operation is None or actor is None or actor["role"] == "admin" or operation.path == "/oauth/tokens":
        return None
    changes = operation.method not in ("GET", "HEAD")
    if actor["role"] == "end-user":
        listing = operation.path == "/api/v2/ticket_content_pins" and not changes
        return None if listing or operation.path.startswith(_CUSTOMER) else errors.forbidden()
    guarded = operation.path.startswith(_ADMIN) and not operation.path.endswith(("/tags", "/autocomplete"))
    if guarded and (changes or operation.path.startswith(_ADMIN_READS)):
        return errors.forbidden()
    return None


def anonymous() -> Record:
    """What `users/me` shows to nobody: 200 and a user without an id (probed live 2026-09)."""
    return {
        "id": None, "name": "Anonymous user", "email": "invalid@example.com", "role": "end-user", "locale": "en-US",
        "locale_id": 1, "time_zone": "America/New_York", "tags": [], "user_fields": {},
    }  # fmt: skip


def me(org: Org, call: Call) -> Reply | None:
    """GET users/me."""
    if call.actor is None:
        return Reply(200, {"user": anonymous()})
    return Reply(
        200, {"user": {**call.actor, "authenticity_token": _secret(org, "authenticity", str(call.actor["id"]))}}
    )


# -- OAuth -----------------------------------------------------------------------------------------------------------


def grant(org: Org, call: Call) -> Reply:
    """POST /oauth/tokens: client credentials, and refresh that takes the old pair away."""
    body = call.body if isinstance(call.body, dict) else dict(call.query)
    kind = body.get("grant_type")
    if body.get("client_id") != CLIENT[0]:
        return _refused(401, "invalid_client", "Client authentication failed due to unknown client")
    if kind == "refresh_token":
        old = org.memo["refreshes"].pop(str(body.get("refresh_token")), None)
        if old is None or old["refresh_expires"] < call.now:
            return _refused(400, "invalid_grant", "The refresh token is invalid, expired or revoked")
        org.memo["bearers"].pop(old["access_token"], None)
        return _issued(org, call, old["user_id"], str(body.get("scope") or old["scope"]))
    if body.get("client_secret") != CLIENT[1]:
        return _refused(401, "invalid_client", "Client authentication failed")
    if kind not in ("client_credentials", "authorization_code", "password"):
        return _refused(400, "unsupported_grant_type", "The authorization grant type is not supported")
    return _issued(org, call, org.memo["people"]["admin@example.com"]["id"], str(body.get("scope") or "read write"))


def _refused(status: int, error: str, words: str) -> Reply:
    return Reply(status, {"error": error, "error_description": words})


def _issued(org: Org, call: Call, user: int, scope: str) -> Reply:
    number = str(org.store.next("oauth"))
    access, refresh = _secret(org, "access", number), _secret(org, "refresh", number)
    token: dict[str, Any] = {
        "access_token": access, "refresh_token": refresh, "user_id": user, "scope": scope,
        "expires": call.now + ACCESS_SECONDS, "refresh_expires": call.now + REFRESH_SECONDS,
    }  # fmt: skip
    org.memo["bearers"][access] = org.memo["refreshes"][refresh] = token
    body = {"access_token": access, "refresh_token": refresh, "token_type": "bearer", "scope": scope,
            "expires_in": ACCESS_SECONDS, "refresh_token_expires_in": REFRESH_SECONDS}  # fmt: skip
    plan = org.engine.plan(call.operation) if call.operation else None
    return Reply(plan.status if plan else 200, body)


def _secret(org: Org, kind: str, number: str) -> str:
    return hashlib.sha256(f"{org.seed}:{kind}:{number}".encode()).hexdigest()


def open_doors(org: Org) -> None:
    """Set up the memory of a fresh org: people by mail address, known callers, tokens."""
    people = {row["email"]: row for row in org.store["users"] if row["email"] in TOKENS}
    admin = people["admin@example.com"]
    forever = {"access_token": BEARER, "user_id": admin["id"], "scope": "read write", "expires": float("inf")}
    org.memo.update(people=people, callers={}, bearers={BEARER: forever}, refreshes={})
