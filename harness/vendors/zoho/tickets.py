"""A Zoho Desk ticket for a hand-written test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.exchange import Response
from harness.vendors.vendor import TicketClient


def new_ticket(client: TicketClient, fields: Mapping[str, Any]) -> Response:
    """It is of a contact of its own that has no address, so that no mail is sent; and of the first department."""
    department = client.get("/api/v1/departments").json["data"][0]["id"]
    contact = client.post("/api/v1/contacts", {"lastName": f"{client.mark} Nobody"}).json["id"]
    needed = {
        "departmentId": department,
        "contactId": contact,
        "status": "Open",
        "description": "It was bright yesterday.",
    }
    return client.post("/api/v1/tickets", {**needed, **fields})
