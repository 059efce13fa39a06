"""A ticket for a hand-written test: its fields are those that were asked for; what an org refuses is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from in_process import Lab, lab

from harness import settings
from harness.errors import UsageError
from harness.exchange import Response
from harness.execution import own_ticket as module
from harness.execution.api_client import ApiClient
from harness.execution.blame import UnmetError
from harness.execution.own_ticket import own_ticket
from harness.vendors import VENDORS
from harness.vendors.vendor import NewTicket, TicketClient


def _let_make(monkeypatch: pytest.MonkeyPatch, client: ApiClient, new_ticket: NewTicket | None) -> None:
    """Let tickets of the client's vendor be made otherwise."""
    name = client.target.vendor
    monkeypatch.setattr(module, "VENDORS", {name: replace(VENDORS[name], new_ticket=new_ticket)})


PATHS = {"zendesk": "/api/v2/tickets", "zoho": "/api/v1/tickets"}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Lab]:
    with lab(tmp_path, settings.cache_folder()) as place:
        yield place


@pytest.fixture(params=PATHS)
def client(request: pytest.FixtureRequest, place: Lab) -> Iterator[ApiClient]:
    with place.ledger() as ledger:
        yield ApiClient(place.org(request.param, ledger))


def test_a_ticket_is_new_and_has_the_fields_that_were_given(client: ApiClient) -> None:
    first, second = own_ticket(client, {}), own_ticket(client, {"subject": f"{client.mark} stuck", "priority": None})
    assert first["id"] != second["id"]
    assert first["subject"].startswith(client.mark)
    assert second["subject"].endswith("stuck")
    assert client.get(f"{PATHS[client.target.vendor]}/{second['id']}").is_success


def test_it_is_taken_back_with_all_that_it_needed(place: Lab, client: ApiClient) -> None:
    before = place.rows().keys()
    own_ticket(client, {})
    assert place.rows().keys() - before
    assert place.sweep() == []
    assert place.rows().keys() == before


ANSWERS: dict[str, Any] = {
    "answers 422": Response(422, (), b"{}"),
    "another subject": Response(201, (), b'{"ticket": {"subject": "other"}}'),
    "shows no ticket": Response(200, (), b"[]"),
    "cannot be had": IndexError("no department"),
}


@pytest.mark.parametrize("message", ANSWERS)
def test_what_the_org_does_not_make_is_held_against_it(
    client: ApiClient, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(_: TicketClient, __: Mapping[str, Any]) -> Response:
        if isinstance(ANSWERS[message], Response):
            return ANSWERS[message]
        raise ANSWERS[message]

    _let_make(monkeypatch, client, answer)
    with pytest.raises(UnmetError, match=message):
        own_ticket(client, {})


def test_of_a_vendor_without_one_the_remedy_is_named(client: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    _let_make(monkeypatch, client, None)
    with pytest.raises(UsageError, match="nobody has said") as wrong:
        own_ticket(client, {})
    assert "own(" in wrong.value.remedy
