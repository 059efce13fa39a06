"""OAuth scopes of Zendesk: `read` and `write`, or those of one resource, `tickets:read`."""

from __future__ import annotations

import re
from typing import Any

from harness.openapi.catalog import Operation
from harness.vendors.vendor import ScopeConvention

# Words of a path and the resource whose scopes open it (vendor page: OAuth scopes).
_RESOURCES = {
    "tickets": "tickets", "users": "users", "audit_logs": "auditlogs", "organizations": "organizations",
    "help_center": "hc", "apps": "apps", "triggers": "triggers", "automations": "automations", "targets": "targets",
    "webhooks": "webhooks", "macros": "macros", "requests": "requests", "satisfaction_ratings": "satisfaction_ratings",
    "dynamic_content": "dynamic_content", "any_channel": "any_channel", "channels": "any_channel",
    "web_widget": "web_widget", "zis": "zis",
}  # fmt: skip
_BROAD = frozenset({"read", "write", "impersonate"})


def needed(operation: Operation) -> tuple[str, ...]:
    """`read` for what only reads, else `write`; or that of a resource in the path (`X:write` is for DELETE, too).

    Every resource that the path names counts: what may be enough must not be refused.
    """
    kind = "read" if operation.method in ("GET", "HEAD") else "write"
    words = re.findall(r"\w+", operation.path)
    resources = dict.fromkeys(_RESOURCES[word] for word in words if word in _RESOURCES)
    return (kind, *(f"{resource}:{kind}" for resource in resources))


def covers(held: str, wanted: str) -> bool:
    """Whether a granted scope is the needed one, or the broad one of its kind."""
    return held == wanted or held == wanted.rpartition(":")[2]


def unknown(scope: str) -> bool:
    """Whether Zendesk knows no scope of that name: a token with one is given, and gets 403 everywhere (live, 2026)."""
    resource, _, kind = scope.rpartition(":")
    return scope not in _BROAD and (kind not in _BROAD or resource not in _RESOURCES.values())


def read_current(body: Any) -> frozenset[str] | None:
    """The scopes of the token that asks (document: ShowCurrentOAuthToken); None where the answer names none."""
    token = body.get("token") if isinstance(body, dict) else None
    scopes = token.get("scopes") if isinstance(token, dict) else None
    if not isinstance(scopes, list) or not scopes:
        return None
    return frozenset(str(scope) for scope in scopes)


SCOPES = ScopeConvention(
    needed, covers, " ", frozenset({"bearer", "oauth", "oauth_refresh"}), unknown,
    "/api/v2/oauth/tokens/current", read_current,
)  # fmt: skip
"""An API token has none: it may do whatever its user may."""
