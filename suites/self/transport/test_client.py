"""One client an org: the layers in their order, real sockets below, and nothing in the way that nobody asked for."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from approve import Approve

from harness import __version__
from harness.exchange import Exchange, Headers, Request
from harness.masking import Mask
from harness.target import Credentials, Target
from harness.tokens.keyring_store import KeyringStore
from harness.tokens.redis_store import RedisStore
from harness.tokens.store_place import StorePlace
from harness.transport import egress
from harness.transport.client import Client, chain, connect, token_store
from harness.transport.retry import Retry

TARGET = Target("here", "zendesk", "http://127.0.0.1", Credentials("basic", "me@example.com/token", "s3cret"))


class Layer(httpx.BaseTransport):
    """Notes when a request goes down through it and when the answer comes up."""

    def __init__(self, inner: httpx.BaseTransport, name: str, log: list[str]) -> None:
        self.inner, self.name, self.log = inner, name, log

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.log.append(f"{self.name} down")
        response = self.inner.handle_request(request)
        self.log.append(f"{self.name} up")
        return response


def network(*answers: httpx.Response) -> httpx.MockTransport:
    rest = list(answers)
    return httpx.MockTransport(lambda request: rest.pop(0) if len(rest) > 1 else rest[0])


@contextmanager
def serving(*answers: bytes) -> Iterator[str]:
    """A server that gives these bytes, one connection each, and hangs up; its base URL."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            for answer in answers:
                connection, _ = listener.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join(5)


@contextmanager
def dialled(base: str) -> Iterator[Client]:
    """A client on real sockets, with retries that do not wait."""
    client = connect(TARGET, [Approve, lambda inner: Retry(inner, lambda seconds: None)])
    try:
        yield client
    finally:
        client.close()


@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize(
    ("path", "own", "org_ids"),
    [
        ("/api/v1/tickets", (), ["4242"]),
        ("/api/v1/organizations/1?x=/api/v1/organizations", (), ["4242"]),
        ("/api/v1/tickets", (("orgid", "777"),), ["777"]),
        # The list shows whether the org is among them.
        ("/api/v1/organizations", (), []),
    ],
)
def test_every_request_says_whose_org_is_meant_signed_or_not(
    path: str, own: Headers, org_ids: list[str], *, signed: bool
) -> None:
    desk = replace(TARGET, vendor="zoho", credentials=Credentials("none"), org_id="4242")
    client = connect(desk, [Approve], network(httpx.Response(200)))
    sent = client.send(Request("GET", desk.base_url + path, own), signed=signed).request
    assert [value for name, value in sent.headers if name == "orgid"] == org_ids


def test_a_request_meets_the_layers_from_left_to_right() -> None:
    log: list[str] = []
    layers = [lambda inner, name=name: Layer(inner, name, log) for name in ("guard", "ledger", "retry")]
    chain(layers, network(httpx.Response(200))).handle_request(httpx.Request("GET", "http://org.example"))
    assert log == ["guard down", "ledger down", "retry down", "retry up", "ledger up", "guard up"]


def test_an_exchange_shows_what_was_sent() -> None:
    client = connect(TARGET, [Approve], network(httpx.Response(200, json={})))
    request = Request(
        "POST", "http://127.0.0.1/api/v2/tickets?a=%20", (("accept", "application/json"), ("x-a", "1")), b"{}"
    )
    sent = client.send(request).request
    assert (sent.method, sent.url, sent.body) == (request.method, request.url, request.body)
    assert sent.header("x-a") == "1"
    assert sent.header("user-agent") == f"deskcheck/{__version__}"
    assert sent.header("authorization").startswith("Basic ")
    assert [name for name, _ in sent.headers].count("accept") == 1
    assert client.exchanges.sent == 1


def test_unsigned_leaves_credentials_as_they_are() -> None:
    client = connect(TARGET, [Approve], network(httpx.Response(401)))
    assert client.send(Request("GET", "http://127.0.0.1/a"), signed=False).request.header("authorization") == ""
    forged = Request("GET", "http://127.0.0.1/a", (("authorization", "Bearer forged"),))
    assert client.send(forged, signed=False).request.header("authorization") == "Bearer forged"


def test_tokens_that_a_run_fetches_are_known_to_whoever_masks() -> None:
    given = iter(("first-token", "second-token"))

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "accounts":
            return httpx.Response(200, json={"access_token": next(given)})
        fresh = request.headers["authorization"].endswith("second-token")
        return httpx.Response(200 if fresh else 401, json={"errorCode": "INVALID_OAUTH", "you": "first-token"})

    credentials = Credentials("zoho", "", "refresh", "client", "client-secret")
    target = Target("here", "zoho", "http://127.0.0.1", credentials, token_url="http://accounts")
    client = connect(target, [Approve], httpx.MockTransport(answer))
    assert client.secrets == ()
    said = client.send(Request("GET", "http://127.0.0.1/a"))
    assert client.secrets == ("first-token", "second-token")
    assert b"first-token" not in Mask(credentials.secrets).knowing(*client.secrets)(said).response.body


def test_the_scopes_granted_are_those_of_the_token_answer() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "accounts":
            return httpx.Response(200, json={"access_token": "t", "scope": "Desk.basic.READ,Desk.tickets.ALL"})
        return httpx.Response(200, json={})

    credentials = Credentials("zoho", "", "refresh", "client", "client-secret")
    target = Target("here", "zoho", "http://127.0.0.1", credentials, token_url="http://accounts")
    client = connect(target, [Approve], httpx.MockTransport(answer))
    assert client.granted_scopes is None, "nothing was asked yet"
    client.send(Request("GET", "http://127.0.0.1/a"))
    assert client.granted_scopes == {"Desk.basic.READ", "Desk.tickets.ALL"}
    assert connect(TARGET, [Approve], network(httpx.Response(200))).granted_scopes is None


def test_a_token_store_is_reached_past_the_egress_guard_and_only_while_it_is_asked(tmp_path: Path) -> None:
    """A keyring of Linux is asked by a Unix socket; Redis in the same way by host and port."""
    path = str(tmp_path / "bus")
    with socket.socket(socket.AF_UNIX) as bus, socket.create_server(("127.0.0.1", 0)) as database:
        bus.bind(path)
        bus.listen()
        port = database.getsockname()[1]
        keyring = token_store(StorePlace("keyring", tmp_path, bus=path), 1.0)
        redis = token_store(StorePlace("redis", tmp_path, f"redis://127.0.0.1:{port}/0"), 1.0)
        assert isinstance(keyring, KeyringStore)
        assert isinstance(redis, RedisStore)
        for store, family, address in ((keyring, socket.AF_UNIX, path), (redis, socket.AF_INET, ("127.0.0.1", port))):
            with egress.guarded():
                with store.passage(), socket.socket(family) as way:
                    way.connect(address)
                with socket.socket(family) as way, pytest.raises(egress.EgressError):
                    way.connect(address)


def test_a_session_that_the_server_opens_is_not_carried_on() -> None:
    """With a session cookie Zendesk asks for a CSRF token, and an answer no longer tells about the API token."""
    client = connect(
        TARGET, [Approve], network(httpx.Response(200, headers={"set-cookie": "_zendesk_session=abc; Path=/"}))
    )
    client.send(Request("GET", "http://127.0.0.1/a"))
    assert client.send(Request("GET", "http://127.0.0.1/b")).request.header("cookie") == ""


def test_redirects_are_answers() -> None:
    client = connect(TARGET, [Approve], network(httpx.Response(302, headers={"location": "http://elsewhere.example/"})))
    assert client.send(Request("GET", "http://127.0.0.1/a")).response.status == 302
    assert client.exchanges.sent == 1


def test_each_attempt_is_told_to_the_listeners() -> None:
    answers = [httpx.Response(429, headers={"retry-after": "1"}), httpx.Response(200)]
    client = connect(TARGET, [Approve, lambda inner: Retry(inner, lambda seconds: None)], network(*answers))
    heard: list[Exchange] = []
    client.exchanges.listeners.append(heard.append)
    last = client.send(Request("GET", "http://127.0.0.1/a"))
    assert [(one.attempt, one.response.status) for one in heard] == [(1, 429), (2, 200)]
    assert last == heard[-1]
    assert client.exchanges.sent == 2


def test_proxies_and_netrc_of_the_machine_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    answer = b"HTTP/1.1 204 No Content\r\n\r\n"
    with serving(answer) as base, dialled(base) as client:
        assert client.send(Request("GET", f"{base}/a")).response.status == 204


@pytest.mark.parametrize(
    "garbage",
    [b"", b"not HTTP at all\r\n\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\ncut off",
     b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
     b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"],
)  # fmt: skip
def test_an_answer_that_is_none_is_an_error_of_the_wire(garbage: bytes) -> None:
    """A read is tried three times, a change once."""
    with serving(garbage, garbage, garbage) as base, dialled(base) as client, pytest.raises(httpx.TransportError):
        client.send(Request("GET", f"{base}/a"))
    with serving(garbage) as base, dialled(base) as client, pytest.raises(httpx.TransportError):
        client.send(Request("POST", f"{base}/a", (), b"{}"))


def test_what_follows_the_announced_body_is_not_part_of_it() -> None:
    lie = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}and more"
    with serving(lie) as base, dialled(base) as client:
        assert client.send(Request("GET", f"{base}/a")).response.body == b"{}"


TICKET = Request("POST", "http://127.0.0.1/api/v2/tickets", (("content-type", "application/json"),), b"{}")


class Losing:
    """A server whose answers to the first requests are lost on the way; remembers what it was sent."""

    def __init__(self, lost: int) -> None:
        self.lost, self.seen = lost, []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        if len(self.seen) <= self.lost:
            raise httpx.ReadTimeout("lost")
        return httpx.Response(201, json={}, headers={"x-idempotency-lookup": "hit"})


def retrying(server: Losing) -> Client:
    layers = [Approve, lambda inner: Retry(inner, lambda seconds: None)]
    return connect(TARGET, layers, httpx.MockTransport(server))


def keys(requests: list[httpx.Request]) -> list[str]:
    return [request.headers.get("idempotency-key", "") for request in requests]


def test_a_create_that_the_vendor_knows_again_is_repeated_with_the_same_key() -> None:
    server = Losing(2)
    exchange = retrying(server).send(TICKET)
    assert exchange.response.status == 201
    assert len(server.seen) == 3
    assert len(set(keys(server.seen))) == 1
    assert exchange.request.header("idempotency-key") == keys(server.seen)[0]


def test_each_create_has_a_key_of_its_own() -> None:
    server = Losing(0)
    client = retrying(server)
    client.send(TICKET)
    client.send(TICKET)
    first, second = keys(server.seen)
    assert first != second
    assert 0 < len(first) <= 255


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/api/v2/users"), ("POST", "/api/v2/tickets/1/tags"), ("PUT", "/api/v2/tickets/1"),
     ("DELETE", "/api/v2/tickets/1"), ("POST", "/api/v2/imports/tickets"), ("POST", "/api/v2/tickets/create_many")],
)  # fmt: skip
def test_no_other_change_has_a_key_nor_is_repeated(method: str, path: str) -> None:
    server = Losing(1)
    with pytest.raises(httpx.ReadTimeout):
        retrying(server).send(Request(method, f"http://127.0.0.1{path}", (), b"{}"))
    assert keys(server.seen) == [""]


def test_a_key_of_the_callers_own_stays() -> None:
    server = Losing(1)
    retrying(server).send(Request("POST", TICKET.url, (("Idempotency-Key", "mine"),), b"{}"))
    assert keys(server.seen) == ["mine", "mine"]


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_that_the_vendor_does_not_take_makes_nothing_repeatable(key: str) -> None:
    server = Losing(1)
    with pytest.raises(httpx.ReadTimeout):
        retrying(server).send(Request("POST", TICKET.url, (("idempotency-key", key),), b"{}"))
    assert len(server.seen) == 1
