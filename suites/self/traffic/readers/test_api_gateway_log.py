"""Execution logs of API Gateway: messages put together."""

from __future__ import annotations

import pytest
from writers import CLOUDWATCH, CONSOLE, GATEWAY

from harness.traffic.readers.api_gateway_log import gathered, is_log, items, messages, read
from harness.traffic.readers.attached_files import NOTHING_ATTACHED


def test_two_requests_may_be_mixed() -> None:
    lines = messages(GATEWAY) + messages(GATEWAY.replace("abc-123", "def-456"))
    mixed = [*lines[::2], *lines[1::2]]
    readings = [read(one, NOTHING_ATTACHED) for one in gathered(mixed)]
    assert [reading.exchange is not None and reading.whole for reading in readings] == [True, True]


def test_the_consoles_tests_come_one_after_the_other() -> None:
    assert len(list(gathered(messages(CONSOLE + "\n" + CONSOLE)))) == 2


def test_parameters_are_put_into_the_path_and_the_query() -> None:
    log = GATEWAY.replace("query string: {}", "query string: {page=2, sort=a,b}")
    (raw,) = gathered(messages(log))
    reading = read(raw, NOTHING_ATTACHED)
    assert reading.exchange is not None
    assert reading.exchange.request.url == "https://acme.zendesk.com/api/v2/tickets/count.json?page=2&sort=a%2Cb"
    assert reading.exchange.request.headers == (("host", "acme.zendesk.com"), ("accept", "text/html, application/json"))


def test_a_log_is_known_by_its_messages() -> None:
    assert is_log(GATEWAY)
    assert is_log(CONSOLE)
    assert not is_log("(abc) words")
    assert not is_log("Method completed with status: 200")


def test_events_and_lines_of_cloudwatch() -> None:
    events = CLOUDWATCH["events"]
    assert len(items(CLOUDWATCH) or ()) == len(events)
    assert len(items({"logEvents": events, "logGroup": "g"}) or ()) == len(events)
    assert len(items(events[0]) or ()) == 1


@pytest.mark.parametrize("data", [[], {}, {"events": [{"id": 1}]}, {"message": "words"}, {"log": "words"}])
def test_other_data_is_no_log(data: object) -> None:
    assert items(data) is None
