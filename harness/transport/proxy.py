"""A proxy that refuses: native HTTP clients, which no audit event shows, are led to it by the environment."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Callable, Iterator

NAMES = tuple(f"{scheme}_proxy" for scheme in ("http", "https", "all", "ftp", "ws", "wss"))
_NONE = ("no_proxy", "NO_PROXY")
ANSWER = b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_LONGEST_LINE = 8192


@contextlib.contextmanager
def refusing(report: Callable[[str], None]) -> Iterator[str]:
    """Listen on loopback, name it as the proxy for everything, and report each address that is requested from it.

    Requests to loopback go through it as well: the embedded sandbox must be as unreachable as any other org.
    """
    # The socket is made before the guard refuses sockets in this process.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        threading.Thread(target=_serve, args=(listener, report), daemon=True, name="refusing-proxy").start()
        with _environment(address):
            yield address


def _serve(listener: socket.socket, report: Callable[[str], None]) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:  # closed: the run is over
            return
        with connection, contextlib.suppress(OSError):
            connection.settimeout(5)
            report(requested_address(connection.recv(_LONGEST_LINE)))
            connection.sendall(ANSWER)


def requested_address(head: bytes) -> str:
    """The address in a request line for a proxy: `CONNECT host:443 HTTP/1.1` or `GET http://host/path HTTP/1.1`."""
    words = head.split(b"\r\n", 1)[0].split(b" ")
    return words[1].decode("ascii", "replace") if len(words) > 1 else "an address that was not named"


@contextlib.contextmanager
def _environment(address: str) -> Iterator[None]:
    """The proxy's address in all its spellings, for this process and for those that it starts."""
    names = [*NAMES, *(name.upper() for name in NAMES)]
    before = {name: os.environ.get(name) for name in (*names, *_NONE)}
    os.environ.update(dict.fromkeys(names, address) | dict.fromkeys(_NONE, ""))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
