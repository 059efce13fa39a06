"""A server on loopback that is the embedded sandbox of both vendors, until it is told to lie."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from harness.sandbox.app import App
from harness.sandbox.state import SandboxState, build


@dataclass(frozen=True)
class Asked:
    """One request that came: its path without the vendor's mount, and which of the three hosts it was for."""

    host: str
    method: str
    path: str

    @property
    def is_token_call(self) -> bool:
        return self.host == "zoho-accounts"


@dataclass(frozen=True)
class Told:
    """What the server answers in place of the truth; with `cut` bytes only, and then the end of the connection.

    `silent` is no answer at all, for as long as the server lives.
    """

    status: int = 200
    body: bytes = b""
    media_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    cut: int | None = None
    silent: bool = False


Lie = Callable[[Asked], Told | None]
"""What to answer to a request; None for the truth. A lie may as well change single headers: see `LyingOrg.headers`."""


@dataclass
class LyingOrg:
    """`lie` is told in place of the truth, `headers` in place of those of the same names.

    `came` are the requests that arrived since the last look.
    """

    state: SandboxState
    lie: Lie = lambda asked: None
    headers: dict[str, str] = field(default_factory=dict)
    came: list[Asked] = field(default_factory=list)
    address: str = ""
    ended: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    server: ThreadingHTTPServer | None = None

    def honest(self) -> None:
        """Nothing but the truth from now on, and ten minutes later: no window of a quota knows what came before."""
        self.lie, self.headers = lambda asked: None, {}
        self.came.clear()
        self.state.clock.advance(700)

    def answer(self, method: str, target: str, headers: list[tuple[str, str]], body: bytes) -> Told:
        """The lie, or what the sandbox says."""
        path, _, query = target.partition("?")
        _, host, *rest = path.split("/")
        asked = Asked(host, method, "/" + "/".join(rest))
        with self.lock:
            self.came.append(asked)
            told = self.lie(asked) or self._truth(method, path, query, headers, body)
        changed = {name.lower() for name in self.headers}
        kept = tuple(pair for pair in told.headers if pair[0].lower() not in changed)
        return Told(told.status, told.body, told.media_type, (*kept, *self.headers.items()), told.cut, told.silent)

    def _truth(self, method: str, path: str, query: str, headers: list[tuple[str, str]], body: bytes) -> Told:
        parts: list[MutableMapping[str, Any]] = []

        async def receive() -> MutableMapping[str, Any]:
            return {"body": body}

        async def send(message: MutableMapping[str, Any]) -> None:
            parts.append(message)

        scope = {
            "type": "http",
            "method": method,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
        }
        _finish(App(self.state)(scope, receive, send))
        sent = {name.decode().lower(): value.decode() for name, value in parts[0]["headers"]}
        sent.pop("content-length", None)
        kind = sent.pop("content-type", "")
        return Told(parts[0]["status"], parts[1]["body"], kind, tuple(sent.items()))


def _finish(running: Awaitable[None]) -> None:
    """Run what waits for nothing to its end, without an event loop."""
    for _ in running.__await__():
        raise AssertionError("the sandbox waits for something")


def _handler(org: LyingOrg) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            told = org.answer(self.command, self.path, list(self.headers.items()), body)
            if told.silent:
                org.ended.wait()
                self.close_connection = True
                return
            lines = [f"HTTP/1.1 {told.status} said", f"content-length: {len(told.body)}"]
            headers = [*told.headers]
            if told.body:
                headers.append(("content-type", told.media_type))
            if not any(name.lower() == "date" for name, _ in headers):
                headers.append(("date", formatdate(usegmt=True)))
            lines += [f"{name}: {value}" for name, value in headers]
            sent = "\r\n".join([*lines, "", ""]).encode("latin-1") + told.body
            if told.cut is not None:
                sent = sent[: told.cut]
                self.close_connection = True
            self.wfile.write(sent)

        def log_message(self, *_: object) -> None:
            pass

    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
        setattr(Handler, f"do_{method}", Handler.answer)
    return Handler


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: clients that refuse a certificate hang up, as they should."""


@contextmanager
def lying_org(context: ssl.SSLContext | None = None) -> Iterator[LyingOrg]:
    """The server, by TLS where a context is given."""
    org = LyingOrg(build())
    server = _QuietServer(("127.0.0.1", 0), _handler(org))
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    scheme = "https" if context else "http"
    org.server, org.address = server, f"{scheme}://127.0.0.1:{server.server_address[1]}"
    org.state.serve_at(org.address)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield org
    finally:
        org.ended.set()
        server.shutdown()
        server.server_close()


def free_port() -> int:
    """A port on which nobody listens."""
    with suppress(OSError), socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])
    raise AssertionError("no port is free")
