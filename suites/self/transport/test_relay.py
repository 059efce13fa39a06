"""A relay passes bytes to one address and back, and no further."""

from __future__ import annotations

import json
import socket
import stat
import threading
from pathlib import Path

import httpx
import pytest
from approve import sealed

from harness.transport import relay
from harness.transport.gate import NetworkGate, network


def _answering(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")


def test_a_request_reaches_its_host_by_the_relay() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_answering, args=(listener,), daemon=True).start()
        with relay.relaying([("127.0.0.1", listener.getsockname()[1])]) as text:
            ((_, _, path),) = json.loads(text)
            # The name is known to the relay alone: inside a namespace nobody could look it up.
            gate = NetworkGate(network(10.0), {("acme.example", 80): path})
            assert gate.handle_request(sealed(httpx.Request("GET", "http://acme.example/"))).status_code == 204
            assert stat.S_IMODE(Path(path).parent.stat().st_mode) == 0o700
            gate.close()
    assert not Path(path).exists()


def test_a_target_out_of_reach_looks_like_a_lost_connection() -> None:
    with relay.relaying([("127.0.0.1", 9)]) as text:
        ((_, _, path),) = json.loads(text)
        gate = NetworkGate(network(10.0), {("acme.example", 80): path})
        with pytest.raises(httpx.TransportError):
            gate.handle_request(sealed(httpx.Request("GET", "http://acme.example/")))


def test_routes_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(relay.VARIABLE, raising=False)
    assert relay.routes() == {}
    monkeypatch.setenv(relay.VARIABLE, '[["acme.example", 443, "/tmp/x/0"]]')
    assert relay.routes() == {("acme.example", 443): "/tmp/x/0"}
