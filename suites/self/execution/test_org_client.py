"""What is sent to an org is recorded with what it was for; secrets are masked, and an outage is remembered."""

from __future__ import annotations

from types import SimpleNamespace

import httpx
import pytest
from listed_org import Answering, answer_json

from harness.errors import UnfinishedError
from harness.exchange import Request, Response
from harness.execution.org_client import OrgClient
from harness.masking import MASK
from harness.policy.judge import Verdict
from harness.risk.tier import Tier
from harness.transport.refused import Refused

GET = Request("GET", "/api/v2/groups")
LOST = httpx.ReadError("reset")
REFUSED = Refused(Verdict(False, Tier.READ, "permit", ("above it",)))


class Recording:
    """Keeps what it is told of exchanges."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, str]] = []

    def write(self, exchange, operation="", purpose="", case_findings=()) -> None:
        self.rows.append((exchange.request.url, operation, purpose))


def client_of(answer: Response | Exception) -> OrgClient:
    return OrgClient(Answering(lambda request, signed: answer), recording=Recording())  # type: ignore[arg-type]


def test_a_request_that_is_no_case_is_recorded_as_upkeep() -> None:
    client = client_of(Response(200))
    client.send_upkeep(GET)
    assert client.recording.rows == [(GET.url, "", "upkeep")]


def test_whoever_sends_a_case_says_which() -> None:
    client = client_of(Response(200))
    client.record(client.send(GET), "zendesk:ListGroups", "negative")
    assert client.recording.rows == [(GET.url, "zendesk:ListGroups", "negative")]


@pytest.mark.parametrize("error", [LOST, REFUSED])
def test_upkeep_that_is_refused_or_lost_is_no_error_where_it_is_only_tried(error: Exception) -> None:
    client = client_of(error)
    assert client.try_upkeep(GET) is None
    with pytest.raises(type(error)):
        client.send_upkeep(GET)
    assert client.recording.rows == []


def test_an_org_that_answers_nothing_is_remembered_as_stopped() -> None:
    client = client_of(LOST)
    with pytest.raises(UnfinishedError):
        client.check_outage("zendesk:ListGroups", "reset")
    assert "answers no request any more: reset" in client.stopped


def test_an_org_that_answers_another_request_goes_on() -> None:
    client = client_of(answer_json({}))
    client.check_outage("zendesk:ListGroups", "reset")
    assert client.stopped == ""


def test_tokens_that_the_org_gave_later_are_masked_as_well() -> None:
    client = client_of(Response(200))
    assert client.mask.text("token 1234567890abcdef") == "token 1234567890abcdef"
    client.transport = SimpleNamespace(secrets=("1234567890abcdef",))  # type: ignore[assignment]
    assert client.mask.text("token 1234567890abcdef") == f"token {MASK}"
