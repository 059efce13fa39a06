"""Ways in which a request ends without an answer, and how often it had been sent by then."""

from __future__ import annotations

import httpx
import pytest

from harness.policy.judge import Verdict
from harness.risk.tier import Tier
from harness.transport.failures import UNSENDABLE, LostError, NoAnswerError, attempts
from harness.transport.refused import Refused

REQUEST = httpx.Request("GET", "https://acme.zendesk.example/api/v2/tickets")


@pytest.mark.parametrize(
    "error",
    [
        httpx.ReadTimeout("late"), httpx.ConnectError("away"), httpx.RemoteProtocolError("no HTTP"),
        LostError("lost three times"), Refused(Verdict(False, Tier.READ, "permit")),
    ],
)  # fmt: skip
def test_no_answer_has_one_name_however_it_came_about(error: Exception) -> None:
    assert isinstance(error, NoAnswerError)


def test_what_http_has_no_form_for_was_never_sent() -> None:
    with pytest.raises(UNSENDABLE):
        httpx.Request("GET", "http://acme.example/\x00")
    assert issubclass(httpx.LocalProtocolError, UNSENDABLE)
    assert not issubclass(httpx.RemoteProtocolError, UNSENDABLE)


@pytest.mark.parametrize(("extensions", "times"), [({"attempt": 3}, 3), ({}, 1)])
def test_the_retry_layer_says_how_often_it_tried(extensions: dict[str, int], times: int) -> None:
    request = httpx.Request("GET", REQUEST.url, extensions=extensions)
    assert attempts(httpx.ReadError("reset", request=request)) == times


def test_an_error_that_names_no_request_was_tried_once() -> None:
    assert attempts(httpx.ReadError("reset")) == 1
