"""A connection on which a server said more than it was asked is not used again."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from harness.wire.network import Network

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
    with twice_answered() as base, httpx.Client(transport=Network()) as client:
        assert [client.get(f"{base}/{name}").text for name in ("one", "two", "three")] == ["/one", "/two", "/three"]
