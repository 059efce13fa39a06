"""Servers that keep a request open by every means they have: it ends at its deadline and says where it was."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count, pairwise

import httpx
import pytest
from approve import Approve

from harness.exchange import Request
from harness.target import Credentials, Target
from harness.transport import network
from harness.transport.client import connect
from harness.transport.failures import NoAnswerError
from harness.transport.network import Network
from harness.transport.retry import Retry

SHORT = 0.3
TICK = 0.02
"""Seconds between two bytes of a server that trickles: far below any time limit of a single read."""
OK = b"HTTP/1.1 200 OK\r\n"


class Visit:
    """One connection at the server. `over` is set when the test is done with it."""

    def __init__(self, connection: socket.socket, over: threading.Event) -> None:
        self.connection, self.over = connection, over

    def asked(self) -> bytes:
        """The request as far as its head."""
        return self.connection.recv(65536)

    def trickle(self, piece: bytes) -> None:
        """The same piece again and again, a little time apart."""
        while not self.over.wait(TICK):
            self.connection.sendall(piece)


Way = Callable[[Visit], object]


@contextmanager
def serving(way: Way) -> Iterator[tuple[str, list[int]]]:
    """A server that treats every connection in this way; its base URL, and a mark for each connection."""
    over, visits = threading.Event(), []

    def treat(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            way(Visit(connection, over))

    def serve(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                visits.append(1)
                threads.append(threading.Thread(target=treat, args=(connection,)))
                threads[-1].start()

    threads: list[threading.Thread] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threads.append(threading.Thread(target=serve, args=(listener,)))
        threads[0].start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", visits
        finally:
            over.set()
            listener.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join(10)


def trickled_head(visit: Visit) -> None:
    visit.asked()
    visit.connection.sendall(OK + b"x-long: ")
    visit.trickle(b"a")


def informed(status: bytes) -> Way:
    def way(visit: Visit) -> None:
        visit.asked()
        visit.trickle(b"HTTP/1.1 " + status + b"\r\n\r\n")

    return way


def flooded(visit: Visit) -> None:
    """Interim answers as fast as they go: there is always something to read."""
    visit.asked()
    while not visit.over.is_set():
        visit.connection.sendall(b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n" * 100)


def silent(visit: Visit) -> None:
    visit.asked()
    visit.over.wait()


def trickled_body(visit: Visit) -> None:
    visit.asked()
    visit.connection.sendall(OK + b"content-length: 100000\r\n\r\n")
    visit.trickle(b"a")


def trickled_chunks(visit: Visit) -> None:
    visit.asked()
    visit.connection.sendall(OK + b"transfer-encoding: chunked\r\n\r\n")
    visit.trickle(b"1\r\na\r\n")


def trickled_size(visit: Visit) -> None:
    """The extension of a chunk's size line never ends."""
    visit.asked()
    visit.connection.sendall(OK + b"transfer-encoding: chunked\r\n\r\n1;")
    visit.trickle(b"a")


def trickled_trailer(visit: Visit) -> None:
    visit.asked()
    visit.connection.sendall(OK + b"transfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\nx-long: ")
    visit.trickle(b"a")


def until_closed(visit: Visit) -> None:
    """A body whose end is the end of the connection, which does not come."""
    visit.asked()
    visit.connection.sendall(OK + b"connection: close\r\n\r\n")
    visit.trickle(b"a")


HEAD, BODY = "waiting for the head", "reading the body"
WAYS = [
    (trickled_head, HEAD), (informed(b"103 Early Hints"), HEAD), (informed(b"100 Continue"), HEAD), (flooded, HEAD),
    (silent, HEAD), (trickled_body, BODY), (trickled_chunks, BODY), (trickled_size, BODY), (trickled_trailer, BODY),
    (until_closed, BODY),
]  # fmt: skip


def target(base: str, timeout: float = SHORT) -> Target:
    return Target("here", "zendesk", base, Credentials("none"), timeout=timeout)


@pytest.mark.parametrize(("way", "phase"), WAYS)
def test_an_exchange_ends_at_its_deadline_and_says_where_it_was(way: Way, phase: str) -> None:
    with serving(way) as (base, _):
        client = connect(target(base), [Approve])
        with pytest.raises(NoAnswerError, match=f"not over after 0.3 s; it was still {phase}") as caught:
            client.send(Request("GET", f"{base}/api/v2/tickets"))
        client.close()
    assert isinstance(caught.value, httpx.TimeoutException)


def test_a_server_that_never_reads_does_not_hold_an_upload() -> None:
    body = b"x" * 40_000_000  # more than the buffers of both ends take
    with serving(lambda visit: visit.over.wait()) as (base, _):
        client = connect(target(base), [Approve])
        with pytest.raises(httpx.WriteTimeout, match="still sending the request"):
            client.send(Request("POST", f"{base}/api/v2/uploads", (), body))
        client.close()


def test_a_server_that_reads_a_little_now_and_then_does_not_hold_an_upload() -> None:
    def sip(visit: Visit) -> None:
        while not visit.over.wait(TICK):
            visit.connection.recv(20_000)

    with serving(sip) as (base, _):
        client = connect(target(base), [Approve])
        with pytest.raises(httpx.WriteTimeout, match="still sending the request"):
            client.send(Request("POST", f"{base}/api/v2/uploads", (), b"x" * 40_000_000))
        client.close()


@pytest.mark.parametrize("way", [
    lambda visit: visit.over.wait(),
    # The head of a TLS record of 16 KiB that trickles in.
    lambda visit: (visit.connection.sendall(b"\x16\x03\x03\x40\x00"), visit.trickle(b"a")),
])  # fmt: skip
def test_a_tls_handshake_that_stalls_ends_too(way: Way) -> None:
    with serving(way) as (base, _):
        base = base.replace("http:", "https:")
        client = connect(target(base), [Approve])
        with pytest.raises(httpx.ConnectTimeout, match="still in the TLS handshake"):
            client.send(Request("GET", f"{base}/api/v2/tickets"))
        client.close()


@pytest.mark.parametrize("way", [trickled_head, trickled_body, silent])
def test_a_read_that_ran_out_of_time_is_sent_once_more_and_a_change_never(way: Way) -> None:
    """So that one request takes two deadlines at most, however patient the server is."""
    for method, times in (("GET", 2), ("POST", 1)):
        with serving(way) as (base, visits):
            client = connect(target(base), [Approve, lambda inner: Retry(inner, lambda seconds: None, timeout=SHORT)])
            with pytest.raises(httpx.TimeoutException):
                client.send(Request(method, f"{base}/api/v2/users"))
            client.close()
        assert len(visits) == times


def test_the_deadline_is_one_for_connection_head_and_body() -> None:
    """By a clock that moves on by a second whenever it is asked, twenty reads are too many."""
    ticks = count()
    with serving(trickled_body) as (base, _):
        net = Network(20.0, clock=lambda: float(next(ticks)))
        with pytest.raises(httpx.ReadTimeout, match="not over after 20 s"):
            b"".join(net.handle_request(httpx.Request("GET", base)).stream)  # type: ignore[arg-type]
        net.close()
    assert next(ticks) in (21, 22)


def test_requests_of_one_connection_have_a_deadline_each() -> None:
    ticks = count()

    def way(visit: Visit) -> None:
        while visit.asked():
            visit.connection.sendall(OK + b"content-length: 2\r\n\r\n{}")

    with serving(way) as (base, visits):
        # The clock moves on by a second whenever it is asked: ten requests take more than twenty.
        net = Network(20.0, clock=lambda: float(next(ticks)))
        for _ in range(10):
            answer = net.handle_request(httpx.Request("GET", base))
            assert b"".join(answer.stream) == b"{}"  # type: ignore[arg-type]
            answer.close()
        net.close()
    assert next(ticks) > 20
    assert len(visits) == 1, "and the connection was kept"


def test_an_address_that_takes_nobody_leaves_time_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[tuple[str, float]] = []

    class Plain(network.httpcore.SyncBackend):
        def connect_tcp(self, host: str, port: int, timeout: float | None = None, *rest: object) -> object:  # type: ignore[override]
            assert timeout is not None
            tried.append((host, timeout))
            if len(tried) == 1:
                raise network.httpcore.ConnectTimeout("timed out")
            return super().connect_tcp("127.0.0.1", port, timeout)

    monkeypatch.setattr(network, "_addresses", lambda host, port: ["192.0.2.1", "192.0.2.2"])
    monkeypatch.setattr(network.httpcore, "SyncBackend", Plain)
    with serving(lambda visit: (visit.asked(), visit.connection.sendall(OK + b"content-length: 0\r\n\r\n"))) as (
        base,
        _,
    ):
        net = Network(60.0)
        assert net.handle_request(httpx.Request("GET", base)).status_code == 200
        net.close()
    assert tried == [("192.0.2.1", network.CONNECT_SECONDS), ("192.0.2.2", network.CONNECT_SECONDS)]


def test_a_certificate_that_nobody_signed_is_no_timeout() -> None:
    with serving(lambda visit: visit.connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as (base, _):
        client = connect(target(base), [Approve])
        with pytest.raises(httpx.ConnectError):
            client.send(Request("GET", base.replace("http:", "https:")))
        client.close()


def test_proxies_and_certificates_of_the_machine_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables that an OpenSSL or requests user sets would change whom we trust."""
    asked: list[object] = []
    made = httpx.create_ssl_context

    def context(**words: object) -> ssl.SSLContext:
        asked.append(words)
        return made(**words)  # type: ignore[arg-type]

    monkeypatch.setattr(network.httpx, "create_ssl_context", context)
    Network(1.0).close()
    assert asked == [{"trust_env": False}]


def test_waits_never_grow_when_asked_again() -> None:
    """What is left of a deadline only shrinks."""
    ticks = iter([1.0, 2.5, 4.0])
    lefts = [network._left(5.0, lambda: next(ticks), RuntimeError) for _ in range(3)]
    assert all(later < sooner for sooner, later in pairwise(lefts))


ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{}"


@contextmanager
def twice_answered() -> Iterator[str]:
    """The address of a server that answers each request with its path, and the first of each connection twice."""
    door = socket.create_server(("127.0.0.1", 0))

    def serve(peer: socket.socket) -> None:
        with peer:
            times = 2
            while head := peer.recv(65536):
                path = head.split(b" ")[1].decode()
                peer.sendall(ANSWER.format(len(path), path).encode() * times)
                times = 1

    def accept() -> None:
        while True:
            try:
                peer, _ = door.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(peer,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
    finally:
        # A thread that waits in accept is only woken by this.
        door.shutdown(socket.SHUT_RDWR)
        door.close()


def test_a_second_answer_is_not_taken_for_the_next() -> None:
    with twice_answered() as base, httpx.Client(transport=Network(10.0)) as client:
        assert [client.get(f"{base}/{name}").text for name in ("one", "two", "three")] == ["/one", "/two", "/three"]
