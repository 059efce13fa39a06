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
from harness.target import Credentials, Target
from harness.transport.refused import Refused
from harness.vendors.obstacle import Obstacle, OrgError

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


ACCOUNT = "/api/v2/account"
REVOKED = answer_json({"error": "invalid_token"}, 401)
UNSCOPED = answer_json({"error": "Forbidden", "description": "Missing the following required scopes: read"}, 403)
THROTTLED = Response(429, (), b"Number of allowed API requests per minute exceeded")
PAGE = Response(403, (), b"<html>who are you?</html>")


def told(account: Response | Exception, *, embedded: bool = False) -> OrgClient:
    """A client of an org that says this of itself."""
    org = Answering(lambda request, signed: account)
    org.target = Target("acme", "zendesk", "", Credentials("bearer"), embedded=embedded)
    return OrgClient(org)  # type: ignore[arg-type]


@pytest.mark.parametrize(("answer", "obstacle"), [(UNSCOPED, Obstacle.MISSING_SCOPE), (THROTTLED, Obstacle.THROTTLED)])
def test_an_answer_about_our_token_or_quota_says_nothing_of_its_operation(answer: Response, obstacle: Obstacle) -> None:
    hindrance = told(answer_json({})).hindrance(answer, set())
    assert hindrance is not None
    assert hindrance.obstacle is obstacle


@pytest.mark.parametrize("answer", [REVOKED, PAGE, Response(302, (("location", "https://x.example/login"),))])
def test_what_may_hold_for_the_whole_org_is_asked_once_an_operation(answer: Response) -> None:
    client, asked = told(answer_json({})), set[Obstacle]()
    assert client.hindrance(answer, asked) is client.hindrance(answer, asked) is None
    assert client.transport.sent == [f"GET {ACCOUNT}"]  # type: ignore[attr-defined]
    client = told(answer)
    with pytest.raises(OrgError) as caught:
        client.hindrance(answer, set())
    assert client.stopped == caught.value.what
    assert client.obstacle == str(caught.value.obstacle)


@pytest.mark.parametrize("answer", [
    answer_json({"groups": []}), answer_json({"error": {"title": "Forbidden"}}, 403), Response(404), Response(500),
    Response(200, (), b"a,b"), answer_json({"error": "RecordInvalid"}, 422),
])  # fmt: skip
def test_all_else_is_judged(answer: Response) -> None:
    client = told(REVOKED)
    assert client.hindrance(answer, set()) is None
    assert client.transport.sent == []  # type: ignore[attr-defined]


def test_whatever_the_embedded_sandbox_answers_is_its_own_doing() -> None:
    client = told(REVOKED, embedded=True)
    assert client.hindrance(UNSCOPED, set()) is None
    assert not client.may_be_refusal(Response(404))


def test_a_test_finds_its_own_last_exchange_after_the_org_was_asked() -> None:
    client = told(answer_json({}))
    exchange = client.send(GET)
    client.check_org()
    assert client.transport.exchanges.last is exchange


def test_a_token_that_is_not_given_stops_all_that_would_be_sent_to_the_org() -> None:
    client = told(OrgError(Obstacle.REVOKED, "revoked"))
    with pytest.raises(OrgError):
        client.send(GET)
    assert (client.stopped, client.obstacle) == ("revoked", "revoked refresh token")


def test_one_lost_or_foreign_answer_does_not_end_a_run() -> None:
    answers = [LOST, Response(503, (), b"<p>no upstream</p>"), LOST, answer_json({})]
    org = Answering(lambda request, signed: answers.pop(0))
    org.target = Target("acme", "zendesk", "", Credentials("bearer"))
    client = OrgClient(org)  # type: ignore[arg-type]
    client.check_org()
    assert (client.stopped, answers) == ("", [])
