"""What every Zendesk account is asked before it is tested."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.vendors.vendor import DoctorQuestions


def user(body: Mapping[str, Any]) -> str:
    """Without credentials, too, the answer is 200: then the user has no id (seen on a live account, 2026-09)."""
    value = body.get("user")
    if not isinstance(value, dict) or not value.get("id"):
        return ""
    return f"user {value['id']}, role {value.get('role')}"


# Document: ShowCurrentUser, and ListTickets, which every agent may read.
DOCTOR = DoctorQuestions(user, "/api/v2/users/me", "/api/v2/tickets?per_page=1")
