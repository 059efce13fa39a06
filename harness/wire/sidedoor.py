"""No side door: while a run lasts, every connection that this process opens past the chain is refused and reported."""

from __future__ import annotations

import contextlib
import socket
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import httpx

from harness.errors import GateError

Address = tuple[str, int]

_EVENTS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_INTERNET = (socket.AF_INET, socket.AF_INET6)
_OPEN: ContextVar[bool] = ContextVar("_OPEN", default=False)
_LIBRARIES = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})


class SideDoorError(GateError):
    """Something opened a connection past the chain. It is no OSError, so that no library takes it for an outage."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One refused connection: where to, and the line of code (`file:line`) that wanted it."""

    address: str
    caller: str


@dataclass
class Watch:
    """What one `closed` block lets through and what it has refused."""

    allowed: frozenset[Address] = frozenset()
    attempts: list[Attempt] = field(default_factory=list)


_watches: list[Watch] = []
_hooked = False


@contextlib.contextmanager
def closed(allowed: Iterable[Address] = ()) -> Iterator[Watch]:
    """Refuse internet sockets in this process, all threads, except through `Door` and to `allowed` (host, port).

    `allowed` is for control connections on loopback. Sockets of the machine itself (AF_UNIX) stay open: workers
    talk over them. The watch lists what was refused, also where the caller swallowed the error.
    """
    global _hooked
    if not _hooked:
        # An audit hook cannot be taken away again; without a watch it does nothing.
        sys.addaudithook(_hook)
        _hooked = True
    watch = Watch(frozenset(allowed))
    _watches.append(watch)
    try:
        yield watch
    finally:
        _watches.remove(watch)


class Door(httpx.BaseTransport):
    """The one transport that may connect: it stands right above the network, below every layer of the chain."""

    def __init__(self, network: httpx.BaseTransport) -> None:
        self.network = network

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The network's answer."""
        token = _OPEN.set(True)
        try:
            return self.network.handle_request(request)
        finally:
            _OPEN.reset(token)

    def close(self) -> None:
        """Close the network's connections."""
        self.network.close()


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if not _watches or event not in _EVENTS or _OPEN.get():
        return
    sock, address = arguments[0], arguments[1]
    if address is None or getattr(sock, "family", None) not in _INTERNET:
        return
    place = (str(address[0]), int(address[1])) if isinstance(address, tuple) and len(address) > 1 else (str(address), 0)
    if place in _watches[-1].allowed:
        return
    attempt = Attempt(f"{place[0]}:{place[1]}", _caller(sys._getframe(1)))
    for watch in _watches:
        watch.attempts.append(attempt)
    # Libraries clean up after an OSError only; a refused socket must not linger.
    sock.close()
    raise SideDoorError(
        f"a connection to {attempt.address} was opened past the guard",
        where=attempt.caller,
        remedy="Send it through the session's client: only there it is judged, recorded and masked.",
    )


def _caller(frame: FrameType | None) -> str:
    """The innermost line that belongs to no library; the outermost of all where there is none."""
    place = "unknown"
    while frame is not None:
        file = frame.f_code.co_filename
        place = f"{file}:{frame.f_lineno}"
        if not file.startswith("<") and not file.startswith(_LIBRARIES):
            return place
        frame = frame.f_back
    return place
