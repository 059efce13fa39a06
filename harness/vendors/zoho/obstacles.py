"""How Zoho's answers tell what is in the way: the error codes of Zoho Desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.vendors.diagnosis import ObstacleSigns
from harness.vendors.obstacle import Obstacle


def code(body: Mapping[str, Any]) -> str:
    """`errorCode` of the one envelope that Zoho Desk has (document: common errors)."""
    value = body.get("errorCode")
    return value if isinstance(value, str) else ""


SIGNS = ObstacleSigns(
    code,
    # Document: common errors. UNAUTHORIZED comes as 401 and as 403, so its status decides.
    obstacles={
        "INVALID_OAUTH": Obstacle.EXPIRED,
        "SCOPE_MISMATCH": Obstacle.MISSING_SCOPE,
        "OAUTH_ORG_MISMATCH": Obstacle.WRONG_ORG,
        "FORBIDDEN": Obstacle.NOT_PERMITTED,
        "LICENSE_ACCESS_LIMITED": Obstacle.NOT_PERMITTED,
        "THRESHOLD_EXCEEDED": Obstacle.QUOTA,
        "TOO_MANY_REQUESTS": Obstacle.THROTTLED,
    },
    # Client report: 401 with a page of the accounts host where the token is of another data centre.
    login_page=Obstacle.DATA_CENTRE,
    remedies={
        Obstacle.WRONG_SECRET: "Copy the client secret anew from the API console (api-console.zoho.com).",
        Obstacle.WRONG_CLIENT: "Check client_id: the API console of the org's own data centre shows it.",
        Obstacle.REVOKED: "Give consent anew with access_type=offline and store the refresh token that comes: a user "
        "has 20 of one client, and the 21st ends the oldest.",
        Obstacle.EXPIRED: "A token that was just given is not taken: remove the stored one with `deskcheck logout`, "
        "then give consent anew.",
        Obstacle.DATA_CENTRE: "Let base_url and token_url end alike (.com, .eu, .in, ...): a token works in the data "
        "centre alone that gave it.",
        Obstacle.MISSING_SCOPE: "Give consent anew with the scopes of `deskcheck plan --target NAME`: a refresh "
        "token never gains one.",
        Obstacle.NO_ORG: "Give consent as an agent of a Zoho Desk org: this user belongs to none.",
        Obstacle.THROTTLED: "Wait 10 to 30 minutes: at most 10 tokens in 10 minutes are given out for one refresh "
        "token, and each further try prolongs it.",
        Obstacle.QUOTA: "The API credits of the day are used up: wait for midnight of the data centre.",
        Obstacle.NOT_PERMITTED: "Give the agent of this token a profile that may read the modules that are tested.",
    },
)
"""Zoho Desk's."""
