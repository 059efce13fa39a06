"""An org behind TLS whose certificate a private authority signed, and a proxy, both on loopback and both real."""

from __future__ import annotations

import base64
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = {name}
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical,CA:FALSE
subjectAltName = IP:127.0.0.1,DNS:localhost
authorityKeyIdentifier = keyid
"""


@dataclass(frozen=True, slots=True)
class Certificates:
    """Paths of PEM files: a private authority, and a server's certificate and key that it signed."""

    authority: Path
    server: Path
    key: Path


def make_certificates(folder: Path) -> Certificates:
    """A new private authority and a certificate for 127.0.0.1, valid for a day."""
    made = Certificates(folder / "ca.pem", folder / "server.pem", folder / "server.key")
    for name in ("authority", "server"):
        (folder / f"{name}.cnf").write_text(_CONFIG.format(name=name))
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1")
    _openssl(folder, "req", "-x509", *curve, "-config", "authority.cnf", "-extensions", "authority",
             "-keyout", "ca.key", "-out", "ca.pem")  # fmt: skip
    _openssl(folder, "req", "-x509", *curve, "-config", "server.cnf", "-extensions", "server", "-CA", "ca.pem",
             "-CAkey", "ca.key", "-keyout", "server.key", "-out", "server.pem")  # fmt: skip
    return made


def _openssl(folder: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


@dataclass
class Log:
    """What arrived at a server: request lines, and the headers of each in small letters."""

    lines: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def serving(certificates: Certificates | None = None) -> Iterator[tuple[str, Log]]:
    """An org that answers every request alike, behind TLS where it has a certificate: its base URL and its log."""
    log = Log()

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            log.lines.append(self.requestline)
            log.headers.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(200)
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that does not trust the server breaks off."""

    server = Quiet(("127.0.0.1", 0), Answer)
    if certificates:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates.server, certificates.key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"{'https' if certificates else 'http'}://127.0.0.1:{server.server_port}", log
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def proxying(login: str = "", refusal: str = "") -> Iterator[tuple[int, Log]]:
    """A proxy that tunnels and forwards: its port and its log. It may want a `login`, or refuse with a status line."""
    log = Log()
    wanted = base64.b64encode(login.encode()).decode()

    def treat(near: socket.socket) -> None:
        with near, suppress(OSError):
            head = _head(near)
            line, *rows = head.decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (row.partition(":") for row in rows)}
            log.lines.append(line)
            log.headers.append(headers)
            if refusal or (login and headers.get("proxy-authorization") != f"Basic {wanted}"):
                status = refusal or "407 Proxy Authentication Required"
                near.sendall(f"HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n".encode())
            elif line.startswith("CONNECT "):
                with _reached(line.split()[1]) as far:
                    near.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    _join(near, far)
            else:
                method, url, version = line.split()
                _, _, rest = url.partition("://")
                authority, _, path = rest.partition("/")
                kept = [row for row in rows if row and not row.lower().startswith("proxy-")]
                with _reached(authority) as far:
                    far.sendall(
                        "\r\n".join([f"{method} /{path} {version}", *kept, "connection: close", "", ""]).encode()
                    )
                    _join(near, far)

    def serve(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                threading.Thread(target=treat, args=(near,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,), daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1], log
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _reached(authority: str) -> socket.socket:
    host, _, port = authority.rpartition(":")
    return socket.create_connection((host, int(port)))


def _head(near: socket.socket) -> bytes:
    """A request as far as the blank line; its body, if it has one, stays unread."""
    head = b""
    while not head.endswith(b"\r\n\r\n") and (byte := near.recv(1)):
        head += byte
    return head.removesuffix(b"\r\n\r\n")


def _join(near: socket.socket, far: socket.socket) -> None:
    """Both directions, until both have ended."""
    back = threading.Thread(target=_pump, args=(far, near), daemon=True)
    back.start()
    _pump(near, far)
    back.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65536):
            sink.sendall(piece)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
