"""What every Zoho Desk organisation is asked before it is tested."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.target import Target
from harness.vendors.diagnosis import Diagnosis
from harness.vendors.obstacle import Obstacle
from harness.vendors.vendor import DoctorQuestions
from harness.vendors.zoho.obstacles import SIGNS


def user(body: Mapping[str, Any]) -> str:
    """Each answer but a refusal shows that a token was given and taken; who the agent is, `/myinfo` alone says."""
    return f"agent {body['id']}" if body.get("id") else "an access token was given and taken"


def organisation(body: Any, target: Target) -> str | Diagnosis:
    """All orgs are on one host; the configured id must be one that the token is for. An empty body lists none."""
    rows = [] if body is None else body.get("data") if isinstance(body, dict) else None
    if not isinstance(rows, list):
        return SIGNS.diagnosis(Obstacle.NOT_THE_API, "the org answers with something that is no list of organisations")
    names = {str(row.get("id")): str(row.get("companyName", "")) for row in rows if isinstance(row, dict)}
    org_id = target.org_id
    if org_id in names:
        return f"{org_id} is {names[org_id]}"
    if not names:
        return SIGNS.diagnosis(Obstacle.NO_ORG, "the token is for no organisation at all")
    known = ", ".join(f'"{known_id}" ({name})' for known_id, name in names.items())
    what = f"org_id {org_id!r} is none of the token's" if org_id else "org_id is not set"
    return Diagnosis(Obstacle.WRONG_ORG, what, f"Set org_id in deskcheck.toml to one of: {known}.")


# Document: getTickets, which every profile of an agent may read.
DOCTOR = DoctorQuestions(user, agent_path="/api/v1/tickets?limit=1", organisation=organisation)
