"""Mock routes of Insomnia."""

from __future__ import annotations

import pytest
from writers import INSOMNIA_4

from harness.traffic.readers.attached_files import NOTHING_ATTACHED
from harness.traffic.readers.insomnia import items, read


def test_a_route_stands_below_its_server() -> None:
    found = items(INSOMNIA_4)
    assert found is not None
    (reading,) = [read(one, NOTHING_ATTACHED) for one in found]
    assert reading.exchange is not None
    assert reading.exchange.request.url == "https://acme.zendesk.com/api/v2/tickets/count.json"


def test_a_route_without_a_server_keeps_its_path() -> None:
    (found,) = items({"type": "mock.insomnia.rest/5.0", "routes": [{"name": "/a", "statusCode": 204}]}) or ()
    reading = read(found, NOTHING_ATTACHED)
    assert reading.exchange is not None
    assert (reading.exchange.request.method, reading.exchange.request.url) == ("GET", "/a")


@pytest.mark.parametrize(
    "data", [[], {}, {"type": "collection.insomnia.rest/5.0"}, {"_type": "export", "resources": [{"_type": "request"}]}]
)
def test_what_holds_no_answers_is_not_of_this_form(data: object) -> None:
    assert items(data) is None
