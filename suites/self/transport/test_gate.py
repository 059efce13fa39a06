"""The request that leaves is the request that was judged: whatever a layer makes of it, and down to the bytes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpcore
import httpx
import pytest
from approve import Approve, sealed

from harness.transport.egress import EgressError, guarded
from harness.transport.gate import GateBackend, NetworkGate, network
from harness.transport.network import Network
from harness.transport.retry import Retry
from harness.transport.seal import SEAL, freeze, seal

GET = httpx.Request("GET", "http://org.example/api/v2/tickets?a=%20b", headers={"Accept": "*/*"})


class Server(HTTPServer):
    """Keeps what arrives."""

    seen: list[tuple[str, str, bytes]]
    answers: list[int]


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        assert isinstance(self.server, Server)
        size = int(self.headers.get("content-length", 0))
        body = self.rfile.read(size) if size else self._chunks() if "transfer-encoding" in self.headers else b""
        self.server.seen.append((self.command, self.path, body))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        self.send_header("content-length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def _chunks(self) -> bytes:
        found = b""
        while size := int(self.rfile.readline(), 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return found

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    one = Server(("127.0.0.1", 0), _Answer)
    one.seen, one.answers = [], []
    thread = threading.Thread(target=one.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield one
    one.shutdown()
    thread.join()
    one.server_close()


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    gate = NetworkGate(network(10.0))
    with httpx.Client(
        transport=Approve(Retry(gate, lambda seconds: None)), base_url=f"http://127.0.0.1:{server.server_port}"
    ) as one:
        yield one


def test_a_request_without_a_verdict_does_not_leave() -> None:
    with guarded() as monitor, pytest.raises(EgressError, match="never judged"):
        NetworkGate(network(10.0)).handle_request(GET)
    assert "never judged" in monitor.attempts[0].what


CHANGES: dict[str, Callable[[httpx.Request], object]] = {
    "method": lambda request: setattr(request, "method", "DELETE"),
    "path": lambda request: setattr(request, "url", httpx.URL("http://org.example/api/v2/tickets/1")),
    "query": lambda request: setattr(request, "url", httpx.URL("http://org.example/api/v2/tickets?a=c")),
    "host": lambda request: setattr(request, "url", httpx.URL("http://elsewhere.example/api/v2/tickets?a=%20b")),
    "port": lambda request: setattr(request, "url", httpx.URL("http://org.example:81/api/v2/tickets?a=%20b")),
    "scheme": lambda request: setattr(request, "url", httpx.URL("https://org.example/api/v2/tickets?a=%20b")),
    "new header": lambda request: request.headers.update({"x-http-method-override": "DELETE"}),
    "other header": lambda request: request.headers.update({"accept": "text/html"}),
    "no header": lambda request: request.headers.pop("accept"),
    "header spelling": lambda request: setattr(request, "headers", httpx.Headers([
        (name.upper(), value) for name, value in request.headers.raw])),
    "body": lambda request: setattr(request, "stream", httpx.ByteStream(b"x")),
    "seal": lambda request: request.extensions.update({SEAL: seal(freeze(httpx.Request("GET", "http://o.example")))}),
    "forged seal": lambda request: request.extensions.update({SEAL: "allowed"}),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_request_that_is_not_the_judged_one_does_not_leave(change: str) -> None:
    sent: list[httpx.Request] = []
    gate = NetworkGate(httpx.MockTransport(lambda request: sent.append(request) or httpx.Response(200)))
    request = sealed(GET)
    CHANGES[change](request)
    with pytest.raises(EgressError):
        gate.handle_request(request)
    assert sent == []


def test_what_would_divert_it_below_the_gate_is_left_behind() -> None:
    sent: list[httpx.Request] = []
    gate = NetworkGate(httpx.MockTransport(lambda request: sent.append(request) or httpx.Response(200)))
    request = sealed(GET)
    request.extensions |= {"target": b"/other", "sni_hostname": "other", "trace": print, "timeout": {"read": 5.0}}
    gate.handle_request(request)
    assert set(sent[0].extensions) == {SEAL, "timeout"}


BODIES = {
    "none": {},
    "content": {"content": b"abc"},
    "json": {"json": {"a": 1}},
    "form": {"data": {"a": "b c"}},
    "multipart": {"files": {"file": ("a.txt", b"text")}, "data": {"a": "b"}},
    "streaming": {"content": iter([b"abc", b"def"])},
    "empty stream": {"content": iter([])},
    "header in a spelling of its own": {"headers": [("X-Custom-ID", "1"), ("x-twice", "1"), ("X-Twice", "2")]},
}


@pytest.mark.parametrize("body", BODIES)
def test_every_kind_of_body_leaves_as_it_was_judged(body: str, client: httpx.Client, server: Server) -> None:
    client.post("/a", **BODIES[body])
    ((method, path, arrived),) = server.seen
    assert (method, path) == ("POST", "/a")
    assert arrived.startswith(b"--") if body == "multipart" else True
    assert arrived == b"abcdef" if body == "streaming" else True


def test_retries_are_held_to_the_same_verdict(client: httpx.Client, server: Server) -> None:
    server.answers = [429, 429, 200]
    assert client.post("/a", json={"a": 1}).status_code == 200
    assert len(server.seen) == 3
    assert len(set(server.seen)) == 1


@pytest.mark.parametrize("owner", [Network, httpcore.ConnectionPool, httpcore.HTTP11Connection])
def test_a_patched_client_cannot_write_anything_else(
    owner: type, client: httpx.Client, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = owner.handle_request

    def patched(self: object, request: httpx.Request | httpcore.Request) -> object:
        request.method = "DELETE" if owner is Network else b"DELETE"
        return before(self, request)

    monkeypatch.setattr(owner, "handle_request", patched)
    with pytest.raises(EgressError, match="on the wire"):
        client.get("/a")
    assert server.seen == []


def test_a_connection_is_of_no_use_outside_the_gate(server: Server) -> None:
    with pytest.raises(EgressError):
        GateBackend(httpcore.SyncBackend()).connect_tcp("127.0.0.1", server.server_port)
