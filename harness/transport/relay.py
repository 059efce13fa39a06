"""Relay: outside a run's network namespace, passes bytes between a Unix socket and one address of a target."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from harness.formats.json_text import read_json
from harness.transport.monitor import Address

VARIABLE = "DESKCHECK_RELAYS"
"""Holds, inside the namespace, the socket's path for each address that can be reached."""
_CHUNK_SIZE = 64 * 1024
_CONNECT_SECONDS = 5.0


def routes() -> Mapping[Address, str]:
    """The relays that this process has to use, by address; none outside a namespace."""
    return {(host, port): path for host, port, path in read_json(os.environ.get(VARIABLE, "[]"))}


@contextlib.contextmanager
def relaying(addresses: Iterable[Address]) -> Iterator[str]:
    """Serve one Unix socket an address, in a folder that only this user can enter; gives the variable's text.

    A relay connects to its own address alone, whatever is written to it. TLS passes through it untouched.
    """
    # Not below /run, which is hidden inside the namespace.
    parent = tempfile.gettempdir()
    if parent.startswith("/run"):
        parent = "/tmp"
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="deskcheck-", dir=parent))
        rows = []
        for number, (host, port) in enumerate(addresses):
            path = str(Path(folder) / str(number))
            listener = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
            listener.bind(path)
            listener.listen(64)
            threading.Thread(target=_serve, args=(listener, (host, port)), daemon=True).start()
            rows.append([host, port, path])
        yield json.dumps(rows)


def _serve(listener: socket.socket, address: Address) -> None:
    while True:
        try:
            near, _ = listener.accept()
        except OSError:  # closed: the run is over
            return
        threading.Thread(target=_join, args=(near, address), daemon=True).start()


def _join(near: socket.socket, address: Address) -> None:
    """Both directions of one connection, until both have ended. An unreachable address ends it at once."""
    with near, contextlib.suppress(OSError), socket.create_connection(address, _CONNECT_SECONDS) as far:
        far.settimeout(None)
        answers = threading.Thread(target=_pump, args=(far, near), daemon=True)
        answers.start()
        _pump(near, far)
        answers.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while chunk := source.recv(_CHUNK_SIZE):
            sink.sendall(chunk)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
