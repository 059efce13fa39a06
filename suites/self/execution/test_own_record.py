"""A record for a hand-written test: made, read as the org shows it; a wrong name is answered with the right ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from in_process import Lab, lab

from harness import settings
from harness.errors import UsageError
from harness.execution.api_client import ApiClient
from harness.execution.own_record import own_record
from harness.ledger import Ledger


@pytest.fixture
def client(tmp_path: Path) -> Iterator[ApiClient]:
    with lab(tmp_path, settings.cache_folder()) as place, _ledger(place) as ledger:
        yield ApiClient(place.org("zendesk", ledger))


def _ledger(place: Lab) -> Ledger:
    return place.ledger()


@pytest.mark.parametrize("name", ["/api/v2/groups", "CreateGroup", "zendesk:CreateGroup"])
def test_each_record_is_a_new_one_as_the_org_shows_it(client: ApiClient, name: str) -> None:
    first, second = own_record(client, name), own_record(client, name)
    assert first["id"] != second["id"]
    assert client.get(f"/api/v2/groups/{first['id']}").json["group"]["name"] == first["name"]


def test_what_is_no_collection_is_answered_with_some_that_are(client: ApiClient) -> None:
    with pytest.raises(UsageError, match="no records can be created and read at /api/v2/nothing") as wrong:
        own_record(client, "/api/v2/nothing")
    assert "/api/v2/" in wrong.value.remedy
