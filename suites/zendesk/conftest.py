"""What several Zendesk tests need: a ticket of their own that mails nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.execution.api_client import ApiClient


@pytest.fixture
def ticket(client: ApiClient) -> Callable[..., dict[str, Any]]:
    """`ticket(priority="low")` makes one ticket and gives it as the org shows it; the run takes it back.

    Its comment is private: a public one, or one that says nothing about it, mails the requester (seen on a live
    account, 2026-08).
    """

    def make(**fields: Any) -> dict[str, Any]:
        subject = fields.pop("subject", f"{client.mark} printer on fire")
        comment = {"body": "Smoke, no flames yet.", "public": False}
        answer = client.post("/api/v2/tickets", {"ticket": {"subject": subject, "comment": comment, **fields}})
        assert answer.status == 201, answer.body
        created = answer.json["ticket"]
        assert created["subject"] == subject
        return created

    return make
