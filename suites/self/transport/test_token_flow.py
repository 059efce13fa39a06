"""The token flow: one token for all that share a store, renewed before its end or once when it is refused."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace

import httpx
import pytest

from harness.errors import UnfinishedError
from harness.target import Credentials, Target
from harness.tokens.memory_store import MemoryStore
from harness.tokens.token import TokenRecord
from harness.tokens.token_store import TokenStore
from harness.transport.token_flow import LONG_QUIET, PAUSE, QUIET, TokenFlow
from harness.vendors.obstacle import Obstacle, OrgError
from harness.vendors.zendesk.auth import refresh
from harness.vendors.zoho.auth import LIFETIME, grant

TARGET = Target(
    "here", "zoho", "https://desk.example", Credentials("zoho", "", "refresh", "client", "client-secret"),
    token_url="https://accounts.example", org_id="4242",
)  # fmt: skip
ROTATING = Target(
    "there", "zendesk", "https://desk.example", Credentials("oauth_refresh", "", "refresh-0", "client"),
    token_url="https://accounts.example",
)  # fmt: skip
EXPIRED = {"errorCode": "INVALID_OAUTH", "error": "invalid_token"}
THROTTLE = {"error": "Access Denied", "error_description": "", "status": "failure"}


@dataclass
class Org:
    """An API and its token host: `valid` is the token that the API takes, each token call gives out the next one.

    `instead` are the next answers of the token host. Clients share `store` and the clock.
    """

    store: TokenStore = field(default_factory=MemoryStore)
    now: float = 1000.0
    given: int = 0
    asked: int = 0
    valid: str = ""
    lifetime: object = 3600
    target: Target = TARGET
    instead: list[httpx.Response] = field(default_factory=list)
    seen: list[httpx.Headers] = field(default_factory=list)

    def client(self) -> httpx.Client:
        """A process of its own, as far as tokens go."""
        grant_of = grant if self.target is TARGET else refresh
        flow = TokenFlow(grant_of(self.target), self.store, clock=lambda: self.now)
        return httpx.Client(
            transport=httpx.MockTransport(self.answer), auth=flow, base_url=TARGET.base_url, timeout=None
        )

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Both hosts."""
        if request.url.host == "accounts.example":
            self.asked += 1
            if self.instead:
                return self.instead.pop(0)
            self.given += 1
            self.valid = f"token-{self.given}"
            body = {"access_token": self.valid, "refresh_token": f"refresh-{self.given}", "expires_in": self.lifetime}
            return httpx.Response(200, json=body)
        self.seen.append(request.headers)
        is_valid = request.headers["authorization"].split()[1] == self.valid
        return httpx.Response(200 if is_valid else 401, json={"data": []} if is_valid else EXPIRED)


def flow_of(client: httpx.Client) -> TokenFlow:
    assert isinstance(client.auth, TokenFlow)
    return client.auth


def get(client: httpx.Client) -> int:
    return client.get("/api/v1/tickets").status_code


def test_one_token_serves_many_requests_of_many_clients() -> None:
    org = Org()
    assert [get(client) for client in (org.client(), org.client()) for _ in range(5)] == [200] * 10
    assert org.asked == 1


def test_a_token_is_renewed_a_minute_before_its_end() -> None:
    org = Org()
    client, other = org.client(), org.client()
    assert (get(client), get(other)) == (200, 200)
    org.now += LIFETIME - 61
    assert (get(client), org.asked) == (200, 1)
    org.now += 2
    assert (get(client), get(other), org.asked) == (200, 200, 2)
    assert "401" not in str(org.seen)


def test_a_token_of_minutes_is_renewed_a_tenth_before_its_end() -> None:
    org = Org(lifetime=100)
    client = org.client()
    get(client)
    org.now += 89
    get(client)
    assert org.asked == 1
    org.now += 2
    get(client)
    assert org.asked == 2


def test_a_token_that_is_refused_is_renewed_once_and_the_request_sent_again() -> None:
    org = Org()
    client = org.client()
    get(client)
    org.valid = "revoked elsewhere"
    answer = client.post("/api/v1/tickets", json={"subject": "x"})
    assert (answer.status_code, org.asked, len(org.seen)) == (200, 2, 3)


def test_a_refused_token_that_another_has_renewed_is_not_renewed_again() -> None:
    org = Org()
    first, second = org.client(), org.client()
    get(first), get(second)
    org.valid = "revoked elsewhere"
    get(first)
    assert (get(second), org.asked) == (200, 2), "the second took the token that the first got"


def test_a_second_refusal_stands() -> None:
    """Ten tokens in ten minutes are all that is given out: asking again and again would lock the account."""
    org = Org()
    client = org.client()

    def refuse(request: httpx.Request) -> httpx.Response:
        return org.answer(request) if "accounts" in request.url.host else httpx.Response(401, json=EXPIRED)

    http = httpx.Client(transport=httpx.MockTransport(refuse), auth=client.auth)
    assert http.get("https://desk.example/api/v1/tickets").status_code == 401
    assert org.asked == 2


@pytest.mark.parametrize("spoilt", [httpx.Response(503, html="busy"), httpx.Response(200, content=b'{"acc')])
def test_a_token_that_got_lost_on_the_way_is_asked_for_again(spoilt: httpx.Response) -> None:
    org = Org(instead=[spoilt, spoilt])
    assert (get(org.client()), org.asked) == (200, 3)


def test_threads_of_one_client_renew_once() -> None:
    org = Org()
    client = org.client()
    get(client)
    org.valid = "revoked elsewhere"
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(get(client))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (statuses, org.asked) == ([200] * 8, 2)


# --- the throttle ---


def throttled(count: int = 1) -> list[httpx.Response]:
    return [httpx.Response(400, json=THROTTLE) for _ in range(count)]


def obstacle_of(client: httpx.Client) -> Obstacle:
    with pytest.raises(OrgError, match="no access token") as caught:
        get(client)
    assert "10 to 30 minutes" in caught.value.remedy
    return caught.value.obstacle


def test_nobody_asks_a_host_that_throttles_before_ten_minutes_are_over() -> None:
    org = Org(instead=throttled())
    assert obstacle_of(org.client()) is Obstacle.THROTTLED
    org.now += QUIET - 1
    assert obstacle_of(org.client()) is Obstacle.THROTTLED
    assert org.asked == 1
    org.now += 2
    assert (get(org.client()), org.asked) == (200, 2)


def test_a_host_that_throttles_still_is_left_alone_for_longer() -> None:
    org = Org(instead=throttled(2))
    obstacle_of(org.client())
    org.now += QUIET + 1
    obstacle_of(org.client())
    org.now += LONG_QUIET - 1
    obstacle_of(org.client())
    assert org.asked == 2
    org.now += 2
    assert (get(org.client()), org.asked) == (200, 3)


def test_a_429_of_a_token_host_is_a_throttle_and_is_not_repeated() -> None:
    org = Org(instead=[httpx.Response(429, headers={"retry-after": "1"})])
    assert obstacle_of(org.client()) is Obstacle.THROTTLED
    assert org.asked == 1


@pytest.mark.parametrize("answer", [httpx.Response(400, json=THROTTLE), httpx.Response(200, json={"error": "new"})])
def test_a_token_that_cannot_be_renewed_yet_is_used_to_its_end(answer: httpx.Response) -> None:
    org = Org()
    client = org.client()
    get(client)
    org.instead = [answer]
    org.now += LIFETIME - 30
    assert [get(client) for _ in range(3)] == [200] * 3
    assert org.asked == 2, "asked once, and not again with each request"
    org.now += PAUSE + 1
    assert get(client) == 200


@pytest.mark.parametrize("code", ["invalid_code", "invalid_client", "invalid_client_secret"])
def test_credentials_that_were_refused_are_not_sent_again_by_the_same_process(code: str) -> None:
    org = Org(instead=[httpx.Response(200, json={"error": code})])
    client = org.client()
    said = []
    for _ in range(3):
        with pytest.raises(OrgError) as refused:
            get(client)
        said.append(str(refused.value))
    assert org.asked == 1
    assert len(set(said)) == 1
    assert get(org.client()) == 200, "another process asks for itself"
    assert get(client) == 200, "and what it got serves all"


def test_a_wait_that_no_throttle_asks_for_is_not_kept() -> None:
    """A clock that was set back, or a store that somebody wrote."""
    org = Org()
    client = org.client()
    org.store.write(flow_of(client).grant.key, TokenRecord(wait_until=org.now + 10**9))
    assert get(client) == 200


# --- a pair that rotates ---


def test_each_refresh_token_is_used_once() -> None:
    org = Org(target=ROTATING)
    sent: list[bytes] = []
    client = org.client()

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "accounts.example":
            sent.append(request.read())
        return org.answer(request)

    http = httpx.Client(transport=httpx.MockTransport(answer), auth=client.auth, base_url=TARGET.base_url)
    for _ in range(3):
        assert get(http) == 200
        org.now += LIFETIME
    assert [f'"refresh-{number}"'.encode() in body for number, body in enumerate(sent)] == [True] * 3


class Failing(MemoryStore):
    """A store that takes so many writes and then no more, until it is mended."""

    def __init__(self, writes: int) -> None:
        super().__init__()
        self.left = writes

    def write(self, key: str, record: TokenRecord) -> None:
        self.left -= 1
        if self.left < 0:
            raise UnfinishedError("the disk is full")
        super().write(key, record)


def test_a_store_that_takes_nothing_shows_before_the_old_pair_is_ended() -> None:
    org = Org(Failing(0), target=ROTATING)
    with pytest.raises(UnfinishedError, match="full"):
        get(org.client())
    assert org.asked == 0


def test_a_pair_that_could_not_be_kept_is_not_used_and_not_lost() -> None:
    store = Failing(1)
    org = Org(store, target=ROTATING)
    client = org.client()
    with pytest.raises(UnfinishedError, match="full"):
        get(client)
    assert (org.asked, org.seen) == (1, []), "nothing was sent with it"
    assert set(flow_of(client).secrets) == {"token-1", "refresh-1"}, "and it is masked all the same"
    store.left = 10
    assert (get(client), org.asked) == (200, 1)
    assert store.read(flow_of(client).grant.key).token == flow_of(client).held


def test_a_lock_is_free_again_whatever_ends_the_call() -> None:
    org = Org()
    client = org.client()

    def lose(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody there")

    with pytest.raises(httpx.ConnectError):
        httpx.Client(transport=httpx.MockTransport(lose), auth=client.auth).get("https://desk.example/")
    assert get(client) == 200


# --- what others may know ---


def test_every_token_is_known_to_whoever_masks() -> None:
    org = Org(target=ROTATING)
    client, late = org.client(), org.client()
    get(client)
    org.now += LIFETIME
    get(client)
    assert flow_of(client).secrets == ("token-1", "refresh-1", "token-2", "refresh-2")
    get(late)
    assert flow_of(late).secrets == ("token-2", "refresh-2"), "those from the store, too"
    assert "token-" not in repr(flow_of(client).held)


def test_scopes_are_those_of_the_stored_token() -> None:
    org = Org()
    client, late = org.client(), org.client()
    assert flow_of(client).scopes is None
    get(client)
    key, record = flow_of(client).grant.key, org.store.read(flow_of(client).grant.key)
    assert record.token is not None
    org.store.write(key, replace(record, token=replace(record.token, scopes=frozenset({"read"}))))
    assert flow_of(late).scopes == {"read"}
