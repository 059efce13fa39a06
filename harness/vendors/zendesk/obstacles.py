"""How Zendesk's answers tell what is in the way: error names, the scopes that a refusal lists, and pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from harness.vendors.diagnosis import ObstacleSigns
from harness.vendors.obstacle import Obstacle

# Client report (tests of a data loader): 403, in `description`.
_MISSING = re.compile(r"Missing the following required scopes:\s*(.+)", re.I)
_NAME = re.compile(r"[\w.]+(?::\w+)?")


def code(body: Mapping[str, Any]) -> str:
    """The error's name, in each of the shapes that errors come in (recorded 2023-09; client reports)."""
    error = body.get("error")
    if isinstance(error, str):
        return error
    if isinstance(error, dict):
        return str(error.get("title") or "")
    errors = body.get("errors")
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        return str(errors[0].get("code") or errors[0].get("title") or "")
    return ""


def missing_scopes(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The scopes that a refusal lists, in its order."""
    found = _MISSING.search(str(body.get("description") or ""))
    return tuple(_NAME.findall(found[1])) if found else ()


SIGNS = ObstacleSigns(
    code,
    # Client reports: an API token that is none, and an OAuth token that is expired, revoked or none.
    obstacles={
        "Couldn't authenticate you": Obstacle.WRONG_SECRET,
        "invalid_token": Obstacle.EXPIRED,
        "insufficient_scope": Obstacle.MISSING_SCOPE,
        "APIRateLimitExceeded": Obstacle.THROTTLED,
        "TooManyRequests": Obstacle.THROTTLED,
    },
    missing_scopes=missing_scopes,
    # Pages that stand in place of an account: under any status, so their words decide.
    pages={
        "no help desk at": Obstacle.DEAD_ACCOUNT,
        "no help desk configured": Obstacle.DEAD_ACCOUNT,
        "help center closed": Obstacle.DEAD_ACCOUNT,
        "account has been suspended": Obstacle.DEAD_ACCOUNT,
        "account is suspended": Obstacle.DEAD_ACCOUNT,
    },
    # Recorded 2023-09: RecordNotFound is what unknown ids get, too, so that only every path together shows it.
    absent=Obstacle.DEAD_ACCOUNT,
    remedies={
        Obstacle.WRONG_SECRET: "Check user and secret, and that the token is active in the admin centre "
        "(Apps and integrations > APIs).",
        Obstacle.WRONG_CLIENT: "Check client_id (the client's unique identifier) and its secret in the admin centre.",
        Obstacle.REVOKED: "Authorize anew: a refresh token works once, and ends 30 days after it was given.",
        Obstacle.EXPIRED: "Get a new OAuth token, or configure the client so that it is refreshed: this one is "
        "expired, revoked or none.",
        Obstacle.MISSING_SCOPE: "Create the token anew with the scopes that `deskcheck plan --target NAME` shows; a "
        "scope name that Zendesk does not know is taken at consent, and refused everywhere.",
        Obstacle.NOT_PERMITTED: "Use credentials of an agent or admin: this user may not read tickets.",
        Obstacle.THROTTLED: "Wait a minute: the account's requests of this one are used up, by whomever.",
    },
)
"""Zendesk Support's."""
