"""Authentication and permission: the caller, by API token or OAuth token, and what each role may do."""

from __future__ import annotations

import base64
import binascii

from harness.openapi.catalog import Operation
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.zendesk import errors
from harness.sandbox.zendesk.oauth import BEARER, CLIENT, REFRESH, covers
from harness.sandbox.zendesk.oauth import token as token_of

# People of the seed data and the API tokens that come with them. Nothing here is a secret.
TOKENS = {
    "admin@example.com": "sandbox-admin-token",
    "agent@example.com": "sandbox-agent-token",
    "customer@example.com": "sandbox-customer-token",
}

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
    """Put the caller's user record into the call; refuse a caller without valid credentials."""
    if call.operation is None or call.operation.path == "/oauth/tokens":
        return None
    if call.state.get("auth_ignored"):
        call.actor = org.memo["people"]["admin@example.com"]
        return None
    header = call.headers.get("authorization", "")
    # The same few headers come again and again; their users are looked up once.
    user = org.memo["callers"].get(header) if header else None
    if user is not None and user.get("active"):
        call.actor = user
        return None
    refusal = _bearer(org, call, header) if header[:7].lower() == "bearer " else _basic(org, call, header)
    is_open = (call.operation.method, call.operation.path) in _OPEN
    # A wrong token is refused everywhere; without credentials, or with a password, the caller is anonymous.
    return None if call.actor is None and is_open and not _is_token(header) else refusal


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
    if not covers(token["scope"], needed, call.operation.path if call.operation else call.path):
        return errors.scope_missing(needed)
    call.actor = org.store["users"].get(token["user_id"])
    call.state["token"] = token
    return None if call.actor is not None else errors.bad_token()


def permit(_: Org, call: Call) -> Reply | None:
    """What the caller's role may not do is forbidden."""
    operation, actor = call.operation, call.actor
    if operation is None or actor is None or operation.path == "/oauth/tokens":
        return None
    may = _MAY.get(actor["role"])
    return None if may is None or may(operation) else errors.forbidden()


def _changes(operation: Operation) -> bool:
    return operation.method not in ("GET", "HEAD")


def _customer_may(operation: Operation) -> bool:
    if operation.path == "/api/v2/ticket_content_pins":
        return not _changes(operation)
    return operation.path.startswith(_CUSTOMER)


def _agent_may(operation: Operation) -> bool:
    if not operation.path.startswith(_ADMIN) or operation.path.endswith(("/tags", "/autocomplete")):
        return True
    return not _changes(operation) and not operation.path.startswith(_ADMIN_READS)


# An admin may do everything, and has no line here.
_MAY = {"end-user": _customer_may, "agent": _agent_may}


def set_up(org: Org) -> None:
    """Set up the memory of a fresh org: people by mail address, callers by header, tokens."""
    people = {row["email"]: row for row in org.store["users"] if row["email"] in TOKENS}
    admin = people["admin@example.com"]
    forever = {"access_token": BEARER, "user_id": admin["id"], "scope": "read write", "expires": float("inf")}
    first = token_of("", admin["id"], "read write", CLIENT[0], org.clock.now())
    org.memo.update(people=people, callers={}, bearers={BEARER: forever}, refreshes={REFRESH: first})
