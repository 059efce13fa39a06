"""A ticket of the run's own for a hand-written test: it mails nobody, and the run takes it back."""

from __future__ import annotations

from typing import Any

from harness.errors import UsageError
from harness.exchange import Response
from harness.execution.api_client import ApiClient
from harness.execution.blame import UnmetError
from harness.vendors import VENDORS


def own_ticket(client: ApiClient, fields: dict[str, Any]) -> dict[str, Any]:
    """A new ticket with these fields beside those that every ticket needs, as the org shows it in its answer.

    The run takes it back. Raises `UsageError` where nobody has said how a ticket of this vendor is made, `UnmetError`
    where the org makes none, or one with another subject.
    """
    ticket = {"subject": f"{client.mark} printer on fire", **fields}
    created = _ticket_in(_create(client, ticket))
    if created.get("subject") != ticket["subject"]:
        raise UnmetError("the ticket that was just made has another subject than it was given")
    return created


def _create(client: ApiClient, ticket: dict[str, Any]) -> Response:
    vendor = VENDORS[client.target.vendor]
    if vendor.new_ticket is None:
        remedy = "Make a record with the fixture `own`: own('/path/of/its/collection')."
        raise UsageError(f"nobody has said how a ticket of {vendor.product} is made", remedy=remedy)
    try:
        return vendor.new_ticket(client, ticket)
    except (LookupError, TypeError) as error:
        raise UnmetError(f"what a ticket needs cannot be had: {type(error).__name__}: {error}") from error


def _ticket_in(answer: Response) -> dict[str, Any]:
    """The ticket of an answer to its create, bare or wrapped."""
    if not answer.is_success:
        raise UnmetError(f"the org makes no ticket: its create answers {answer.status}")
    body = answer.json
    created = body.get("ticket", body) if isinstance(body, dict) else None
    if not isinstance(created, dict):
        raise UnmetError("the answer to the create of a ticket shows no ticket")
    return created
