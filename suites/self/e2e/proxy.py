"""A proxy on loopback: passes requests on to one server, and strikes a share of them with a fault of the network."""

from __future__ import annotations

import random
import socket
import struct
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from typing import Any

HOST = "127.0.0.1"
STALL = 10.0
"""Seconds of a stall before its connection is closed: above the `--timeout` of the runs that go through it."""
AWAY = 0.05
"""Seconds for which new connections are refused."""
FAULTS = {
    "refused": "the next connections are refused for a moment",
    "reset_before": "a reset before the request reaches the server",
    "reset_after": "a reset in place of the answer",
    "reset_inside": "a reset in the middle of the body",
    "stall": "silence, then the end of the connection, in place of the answer",
    "short": "half of the body under the whole body's length",
    "cut": "half of the body under its own length",
    "bad_gzip": "a body that is not gzip, though its header says so",
    "odd_status": "299 or 599 and no body, in place of the answer",
    "unavailable": "503 of the proxy's own; the server hears of nothing",
    "empty": "the end of the connection in place of the answer",
    "garbage": "bytes that are no HTTP, in place of the answer",
    "twice": "the answer twice",
    "closed": "the connection ends after an answer that promised to keep it",
}


@dataclass(frozen=True)
class Answer:
    """The server's answer, whole."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def bytes(self, body: bytes | None = None, length: int | None = None, *more: tuple[str, str]) -> bytes:
        """As it goes over the wire, with another body, length or more headers where they are given."""
        sent = self.body if body is None else body
        lines = [
            f"HTTP/1.1 {self.status} {self.reason}",
            *(f"{name}: {value}" for name, value in (*self.headers, *more)),
        ]
        if self.status not in (204, 304):
            lines.append(f"content-length: {len(sent) if length is None else length}")
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + sent


@dataclass
class Proxy:
    """`struck` counts the faults by name, `hits` tells of each: the fault, the request's first line.

    Only requests whose first line begins with `only` are struck, and the first `spared` requests are not.
    """

    server: str
    share: float
    seed: int
    faults: tuple[str, ...] = tuple(FAULTS)
    only: str = ""
    spared: int = 0
    struck: Counter[str] = field(default_factory=Counter)
    hits: list[tuple[str, str]] = field(default_factory=list)
    passed: int = 0
    _door: socket.socket | None = None
    _port: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _dice: random.Random = field(default_factory=random.Random)
    _ended: threading.Event = field(default_factory=threading.Event)

    def open(self) -> str:
        """Listen; the address in place of the server's."""
        self._dice.seed(self.seed)
        self._listen()
        threading.Thread(target=self._serve, daemon=True).start()
        return f"{HOST}:{self._port}"

    def close(self) -> None:
        """Take no more connections."""
        self._ended.set()
        self._shut()

    def _listen(self) -> None:
        door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((HOST, self._port))
        door.listen(128)
        self._door, self._port = door, door.getsockname()[1]

    def _shut(self) -> None:
        if self._door:
            # A thread that waits in accept is only woken by this.
            with suppress(OSError):
                self._door.shutdown(socket.SHUT_RDWR)
            self._door.close()

    def _serve(self) -> None:
        while not self._ended.is_set():
            try:
                assert self._door is not None
                peer, _ = self._door.accept()
            except OSError:
                # Shut for a moment, as the fault `refused` wants it, or for good.
                if not self._ended.wait(AWAY):
                    self._listen()
                continue
            threading.Thread(target=self._talk, args=(peer,), daemon=True).start()

    def _talk(self, peer: socket.socket) -> None:
        """One connection of a client, with one to the server behind it."""
        host, port = self.server.split(":")
        with suppress(OSError, HTTPException), peer, socket.create_connection((host, int(port))) as behind:
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            behind.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with peer.makefile("rb") as reader:
                while request := _request(reader):
                    fault = self._draw(request)
                    if not self._answer(fault, request, peer, behind):
                        return

    def _draw(self, request: bytes) -> str:
        """The fault that strikes this request, or none."""
        line = request.split(b"\r\n", 1)[0].decode("latin-1")
        with self._lock:
            hit = self._dice.random() < self.share and line.startswith(self.only) and self.passed >= self.spared
            fault = self._dice.choice(self.faults) if hit else ""
            if fault:
                self.struck[fault] += 1
                self.hits.append((fault, line))
            else:
                self.passed += 1
        return fault

    def _answer(self, fault: str, request: bytes, peer: socket.socket, behind: socket.socket) -> bool:
        """Send what the client gets; whether the connection goes on."""
        if fault == "reset_before":
            return _reset(peer)
        if fault == "unavailable":
            page = b"<html><body>upstream is busy</body></html>"
            peer.sendall(Answer(503, "Service Unavailable", (("content-type", "text/html"),), page).bytes())
            return True
        behind.sendall(request)
        answer = self._read(behind, request.split(b" ", 1)[0].decode("latin-1"))
        half = answer.body[: len(answer.body) // 2]
        match fault:
            case "reset_after":
                return _reset(peer)
            case "reset_inside":
                peer.sendall(answer.bytes(half, len(answer.body) or 10))
                return _reset(peer)
            case "stall":
                self._ended.wait(STALL)
                return False
            case "short":
                peer.sendall(answer.bytes(half, len(answer.body) + 10))
                return False
            case "cut":
                peer.sendall(answer.bytes(half))
            case "bad_gzip":
                peer.sendall(answer.bytes(b"\x1f\x8b\x08" + half, None, ("content-encoding", "gzip")))
            case "odd_status":
                status = self._dice.choice((299, 599))
                peer.sendall(Answer(status, "Odd", answer.headers, b"").bytes())
            case "empty":
                return False
            case "garbage":
                peer.sendall(bytes(self._dice.randrange(256) for _ in range(200)))
                return False
            case "twice":
                peer.sendall(answer.bytes() * 2)
            case "closed":
                peer.sendall(answer.bytes())
                return False
            case "refused":
                peer.sendall(answer.bytes())
                self._shut()
                return False
            case _:
                peer.sendall(answer.bytes())
        return True

    def _read(self, behind: socket.socket, method: str) -> Answer:
        """The server's answer; where it names its own address, the proxy's stands now."""
        with HTTPResponse(behind, method=method) as response:
            response.begin()
            body = response.read().replace(self.server.encode(), f"{HOST}:{self._port}".encode())
            left_out = ("content-length", "transfer-encoding", "connection")
            headers = tuple(pair for pair in response.getheaders() if pair[0].lower() not in left_out)
            return Answer(response.status, response.reason, headers, body)


def _request(reader: Any) -> bytes:
    """One request with its body, to the byte; nothing where the client has gone."""
    head = b""
    while line := reader.readline():
        head += line
        if line == b"\r\n":
            break
    else:
        return b""
    length = next(
        (int(one.split(b":")[1]) for one in head.lower().split(b"\r\n") if one.startswith(b"content-length:")), 0
    )
    body: bytes = reader.read(length)
    return head + body


def _reset(peer: socket.socket) -> bool:
    """End a connection by a reset."""
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


@contextmanager
def proxy(server: str, share: float, seed: int, faults: tuple[str, ...] = tuple(FAULTS)) -> Iterator[tuple[Proxy, str]]:
    """A proxy before `server` (host:port), and its own address."""
    one = Proxy(server, share, seed, faults)
    try:
        yield one, one.open()
    finally:
        one.close()
