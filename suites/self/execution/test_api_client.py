"""A hand-written test's client: it sends what is written, judges each answer, and sums up what came of the test."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from listed_org import Answering, answer_json, org_under_test

from harness.errors import UnfinishedError, UsageError
from harness.exchange import Request, Response
from harness.execution import reproduce
from harness.execution.api_client import ApiClient
from harness.execution.blame import Blame, UnmetError
from harness.results.outcome import State
from harness.transport.failures import LostError
from harness.vendors.obstacle import Obstacle, OrgError

ACCOUNT = "/api/v2/account"
LOST = httpx.ReadError("reset")
BUSY = Response(503, (), b"no upstream")


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reproduce, "PAUSE", 0.0)


def client_of(answer: Callable[[Request], Response | Exception]) -> ApiClient:
    """A client of an org that answers so; the question what it is, by which an outage is told, always."""

    def by_path(request: Request, signed: bool) -> Response | Exception:
        return answer_json({}) if request.path == ACCOUNT else answer(request)

    return ApiClient(org_under_test(Answering(by_path), mark="run-1"))  # type: ignore[arg-type]


def states(client: ApiClient, blame: Blame | None = None, past: tuple[ApiClient, ...] = ()) -> State:
    return client.outcome("test_it", "read", blame, past).state


def sent(client: ApiClient) -> list[str]:
    return client.org.client.transport.sent  # type: ignore[attr-defined]


def test_a_request_is_sent_as_written() -> None:
    requests: list[Request] = []
    client = client_of(lambda request: requests.append(request) or answer_json({}, 201))
    client.post("/api/v2/unknown", {"name": "x"}, query={"a": [1, 2]}, headers={"X-One": "1"})
    (request,) = requests
    assert (request.method, request.url, request.body) == ("POST", "/api/v2/unknown?a=1&a=2", b'{"name": "x"}')
    assert request.headers == (
        ("accept", "application/json"), ("x-one", "1"), ("content-type", "application/json"),
    )  # fmt: skip


def test_an_answer_is_held_to_the_contract_of_its_operation() -> None:
    client = client_of(lambda request: answer_json({"groups": "none"}))
    client.get("/api/v2/groups")
    assert {finding.check for finding in client.findings.values()} >= {"body"}
    assert states(client) is State.FINDINGS


def test_a_read_that_a_proxy_answered_once_is_sent_again_and_is_no_finding() -> None:
    answers = [BUSY, answer_json({"groups": []})]
    client = client_of(lambda request: answers.pop(0))
    assert client.get("/api/v2/groups").status == 200
    assert client.tally.lost == {"HTTP 503": 1}
    assert states(client) is State.PASSED


def test_a_change_is_sent_once_and_its_doubts_are_for_the_next_run_of_the_test() -> None:
    client = client_of(lambda request: BUSY)
    client.post("/api/v2/groups", {"group": {"name": "x"}})
    assert sent(client) == ["POST /api/v2/groups"]
    assert client.doubts


def test_what_is_in_doubt_in_each_run_of_a_test_is_the_orgs() -> None:
    first, second = client_of(lambda request: BUSY), client_of(lambda request: BUSY)
    for client in (first, second):
        client.post("/api/v2/groups", {"group": {"name": "x"}})
    assert states(second, past=(first,)) is State.FINDINGS


def test_what_is_in_doubt_in_one_run_of_several_is_the_networks() -> None:
    first, second = client_of(lambda request: answer_json({})), client_of(lambda request: BUSY)
    second.post("/api/v2/groups", {"group": {"name": "x"}})
    assert states(second, past=(first,)) is State.ERROR


def test_a_change_without_an_answer_raises_while_the_org_answers_others() -> None:
    client = client_of(lambda request: LOST)
    with pytest.raises(LostError):
        client.post("/api/v2/groups", {"group": {"name": "x"}})
    assert sent(client) == ["POST /api/v2/groups", f"GET {ACCOUNT}"]


def test_in_an_outage_nothing_more_is_sent() -> None:
    client = ApiClient(org_under_test(Answering(lambda request, signed: LOST)))
    with pytest.raises(UnfinishedError):
        client.post("/api/v2/groups", {})
    before = len(sent(client))
    with pytest.raises(UnfinishedError, match="not tried"):
        client.get("/api/v2/groups")
    assert len(sent(client)) == before


@pytest.mark.parametrize(("blame", "state"), [
    (Blame(), State.PASSED),
    (Blame(failure="assert 1 == 2"), State.FINDINGS),
    (Blame(refused="above the permit"), State.REFUSED),
    (Blame(skipped="nothing to test"), State.SKIPPED),
    (Blame(lost="ReadError"), State.ERROR),
    (Blame(broken="RuntimeError: boom"), State.ERROR),
])  # fmt: skip
def test_what_ended_a_test_is_its_outcome(blame: Blame, state: State) -> None:
    assert states(client_of(lambda request: answer_json({})), blame) is state


def test_an_outcome_counts_the_answers() -> None:
    client = client_of(lambda request: answer_json({"groups": []}))
    client.get("/api/v2/groups")
    client.get("/api/v2/groups")
    outcome = client.outcome("test_it", "read")
    assert (outcome.key, outcome.cases, outcome.requests, outcome.statuses) == ("zendesk:test_it", 2, 2, {"200": 2})
    assert outcome.succeeded


def test_two_bodies_posted_at_once_are_both_judged_and_counted() -> None:
    statuses = iter((201, 409))
    client = client_of(lambda request: answer_json({}, next(statuses)))
    answers = client.post_at_once("/api/v2/unknown", {"name": "x"}, {"name": "y"})
    assert sorted(answer.status for answer in answers) == [201, 409]
    assert client.tally.statuses == {"201": 1, "409": 1}
    assert len(sent(client)) == 2


def test_where_one_of_two_gets_no_answer_the_other_still_counts() -> None:
    answers = iter((answer_json({}, 201), LOST))
    client = client_of(lambda request: next(answers))
    with pytest.raises(LostError):
        client.post_at_once("/api/v2/unknown", {"name": "x"}, {"name": "y"})
    assert client.tally.statuses == {"201": 1}


UNSCOPED = answer_json({"error": "Forbidden", "description": "Missing the following required scopes: read"}, 403)


def test_an_answer_about_our_token_ends_the_test_and_is_no_finding() -> None:
    client = client_of(lambda request: UNSCOPED)
    with pytest.raises(OrgError) as caught:
        client.get("/api/v2/groups")
    assert caught.value.obstacle is Obstacle.MISSING_SCOPE
    assert client.findings == {}


def test_a_test_may_look_at_the_answer_to_other_credentials_than_ours() -> None:
    client = client_of(lambda request: UNSCOPED)
    assert client.get("/api/v2/groups", headers={"authorization": "Bearer x"}).status == 403
    assert client.get("/api/v2/groups", signed=False).status == 403


def test_a_failure_that_an_obstacle_of_the_whole_org_explains_is_no_finding() -> None:
    gone = answer_json({"error": "RecordNotFound"}, 404)
    org = org_under_test(Answering(lambda request, signed: gone), mark="run-1")  # type: ignore[arg-type]
    client = ApiClient(org)
    client.get("/api/v2/groups")
    outcome = client.outcome("test_it", "read", Blame(failure="it is not there"))
    assert (outcome.state, outcome.obstacle, outcome.findings) == (State.ERROR, "dead account", ())


def test_a_failure_of_an_org_that_takes_us_is_one() -> None:
    client = client_of(lambda request: answer_json({"error": "RecordNotFound"}, 404))
    client.get("/api/v2/groups")
    assert states(client, Blame(failure="it is not there")) is State.FINDINGS


def test_once_an_org_is_known_to_be_hindered_nothing_is_sent_and_the_word_is_kept() -> None:
    client = client_of(lambda request: answer_json({}))
    client.org.client.stop(OrgError(Obstacle.REVOKED, "revoked"))
    with pytest.raises(OrgError, match="not tried: revoked") as caught:
        client.get("/api/v2/groups")
    assert (caught.value.obstacle, sent(client)) == (Obstacle.REVOKED, [])


def test_a_finding_that_a_test_expects_is_none() -> None:
    client = client_of(lambda request: answer_json({"groups": "none"}))
    client.get("/api/v2/groups")
    client.expect_finding("body")
    assert states(client) is State.PASSED


def test_an_expected_finding_that_is_not_there_fails_the_test_and_an_unknown_check_is_a_mistake() -> None:
    client = client_of(lambda request: answer_json({"groups": []}))
    client.get("/api/v2/groups")
    with pytest.raises(UnmetError, match="the check status found nothing"):
        client.expect_finding("status")
    with pytest.raises(UsageError, match="there is no check 'boddy'") as wrong:
        client.expect_finding("boddy")
    assert "Did you mean body?" in wrong.value.remedy
