"""What every Zoho Desk organisation is asked before it is tested."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.vendors.vendor import DoctorQuestions


def user(body: Mapping[str, Any]) -> str:
    """Each answer but a refusal shows that a token was given and taken; who the agent is, `/myinfo` alone says."""
    return f"agent {body['id']}" if body.get("id") else "an access token was given and taken"


# Document: getTickets, which every profile of an agent may read.
DOCTOR = DoctorQuestions(user, agent_path="/api/v1/tickets?limit=1")
