"""A Zendesk ticket for a hand-written test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.exchange import Response
from harness.vendors.vendor import TicketClient


def new_ticket(client: TicketClient, fields: Mapping[str, Any]) -> Response:
    """Its comment is private: a public one, or one that says nothing about it, mails the requester (seen on a live
    account, 2026-08).
    """
    comment = {"body": "Smoke, no flames yet.", "public": False}
    return client.post("/api/v2/tickets", {"ticket": {"comment": comment, **fields}})
