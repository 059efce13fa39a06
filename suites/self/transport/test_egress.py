"""While a run lasts, only the chain's own network transport connects; whoever else tries is named."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes.util
import http.client
import os
import socket
import subprocess
import sys
import threading
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import jsonschema_rs
import pytest
import requests
import urllib3
from approve import Approve, sealed

from harness.transport import egress
from harness.transport.egress import EgressError, guarded
from harness.transport.gate import NetworkGate, network
from harness.transport.monitor import EgressAttempt, read


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[tuple[str, int]]:
    server = HTTPServer(("127.0.0.1", 0), _Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield ("127.0.0.1", server.server_port)
    server.shutdown()
    thread.join()
    server.server_close()


def _url(address: tuple[str, int]) -> str:
    return f"http://{address[0]}:{address[1]}/"


def _raw(address: tuple[str, int]) -> None:
    with socket.socket() as one:
        one.connect(address)


def _raw_ex(address: tuple[str, int]) -> None:
    with socket.socket() as one:
        one.connect_ex(address)


def _datagram(address: tuple[str, int]) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as one:
        one.sendto(b"x", address)


def _created(address: tuple[str, int]) -> None:
    socket.create_connection(address).close()


def _plain_http(address: tuple[str, int]) -> None:
    connection = http.client.HTTPConnection(*address)
    try:
        connection.request("GET", "/")
    finally:
        connection.close()


def _asyncio(address: tuple[str, int]) -> None:
    async def open_it() -> None:
        _, writer = await asyncio.open_connection(*address)
        writer.close()

    asyncio.run(open_it())


async def _get(address: tuple[str, int]) -> None:
    try:
        async with httpx.AsyncClient(trust_env=False) as client:
            await client.get(_url(address))
    except ExceptionGroup as group:
        # anyio tries addresses side by side, so what went wrong comes in a group.
        raise group.exceptions[0] from None


WAYS: dict[str, Callable[[tuple[str, int]], object]] = {
    "socket.connect": _raw,
    "socket.connect_ex": _raw_ex,
    "socket.sendto": _datagram,
    "socket.create_connection": _created,
    "http.client": _plain_http,
    "urllib.request": lambda address: urllib.request.urlopen(_url(address)),
    "urllib3": lambda address: urllib3.PoolManager(retries=False).request("GET", _url(address)),
    "requests": lambda address: requests.get(_url(address), timeout=5),
    "httpx": lambda address: httpx.get(_url(address), trust_env=False),
    "httpx async": lambda address: asyncio.run(_get(address)),
    "asyncio": _asyncio,
}


@pytest.mark.parametrize("way", WAYS)
def test_every_other_way_out_is_refused_and_its_line_is_named(way: str, address: tuple[str, int]) -> None:
    with guarded() as monitor, pytest.raises(EgressError) as refused:
        WAYS[way](address)
    assert refused.value.exit_code == 3
    (attempt,) = {(one.what, one.caller) for one in monitor.attempts}
    assert attempt[0] == f"a connection to 127.0.0.1:{address[1]}"
    assert "test_egress.py:" in attempt[1]


def test_a_thread_does_not_inherit_the_passage(address: tuple[str, int]) -> None:
    seen: list[BaseException] = []

    def sneak() -> None:
        try:
            _raw(address)
        except EgressError as error:
            seen.append(error)

    class Sneaking(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            thread = threading.Thread(target=sneak)
            thread.start()
            thread.join()
            return httpx.Response(204)

    with guarded() as monitor, httpx.Client(transport=Approve(NetworkGate(Sneaking()))) as client:
        client.get(_url(address))
    assert len(seen) == len(monitor.attempts) == 1


def test_an_attempt_is_reported_even_when_its_caller_swallows_the_error(address: tuple[str, int]) -> None:
    with guarded() as monitor, contextlib.suppress(Exception):
        _raw(address)
    assert [one.what for one in monitor.attempts] == [f"a connection to 127.0.0.1:{address[1]}"]


def test_the_chain_and_the_named_control_address_pass(address: tuple[str, int]) -> None:
    with guarded() as monitor, httpx.Client(transport=Approve(NetworkGate(network(10.0)))) as client:
        assert client.get(_url(address)).status_code == 204
    with guarded(allowed=[address]):
        _raw(address)
    assert monitor.attempts == []


def test_afterwards_everything_is_as_before(address: tuple[str, int]) -> None:
    with guarded():
        pass
    _raw(address)


def test_the_passage_of_one_request_leads_to_its_own_address_only(address: tuple[str, int]) -> None:
    class Straying(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            _raw(address)
            return httpx.Response(204)

    with guarded() as monitor, pytest.raises(EgressError):
        NetworkGate(Straying()).handle_request(sealed(httpx.Request("GET", "http://127.0.0.1:9/")))
    assert [one.what for one in monitor.attempts] == [f"a connection to 127.0.0.1:{address[1]}"]


def test_attempts_are_on_disk_as_they_happen(address: tuple[str, int], tmp_path: Path) -> None:
    with guarded() as monitor, contextlib.suppress(Exception):
        monitor.write_to(tmp_path / "attempts")
        _raw(address)
    assert read(tmp_path / "attempts") == monitor.attempts != []
    (tmp_path / "attempts").write_text('["torn', encoding="utf-8")
    assert read(tmp_path / "attempts") == read(tmp_path / "nothing") == []


def test_what_is_tried_a_thousand_times_is_told_once(address: tuple[str, int]) -> None:
    with guarded() as monitor:
        for _ in range(1000):
            with contextlib.suppress(EgressError):
                _raw(address)
    assert len(monitor.attempts) == 1


def test_native_clients_find_a_proxy_that_refuses_and_tells(address: tuple[str, int]) -> None:
    with guarded(proxied=True) as monitor, pytest.raises(jsonschema_rs.ValidationError):
        jsonschema_rs.validator_for({"$ref": f"{_url(address)}schema.json"})
    (attempt,) = monitor.attempts
    assert f"127.0.0.1:{address[1]}" in attempt.what
    assert "test_egress.py:" in attempt.caller
    assert not os.environ.get("ALL_PROXY", "").startswith("http://127.0.0.1")


def test_a_library_may_use_native_code_that_leads_nowhere() -> None:
    """uuid, for one, asks a library of the system for the time."""
    with guarded() as monitor:
        found = ctypes.util.dllist() if hasattr(ctypes.util, "dllist") else uuid.uuid4()
    assert found
    assert monitor.attempts == []


def test_the_harness_may_start_its_sandbox() -> None:
    with guarded() as monitor:
        with egress.starting():
            assert subprocess.run([sys.executable, "-S", "-c", ""], check=False).returncode == 0
        with pytest.raises(EgressError):
            subprocess.run([sys.executable, "-S", "-c", ""], check=False)
    assert [type(one) for one in monitor.attempts] == [EgressAttempt]
