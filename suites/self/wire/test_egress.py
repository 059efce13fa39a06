"""While a run lasts, only the chain's own network transport connects; whoever else tries is named."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import socket
import threading
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest
import requests
import urllib3
from harness.wire.sidedoor import Door, SideDoorError, closed


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
    with closed() as watch, pytest.raises(SideDoorError) as refused:
        WAYS[way](address)
    assert refused.value.exit_code == 3
    (attempt,) = {(one.address, one.caller) for one in watch.attempts}
    assert attempt[0] == f"127.0.0.1:{address[1]}"
    assert "test_sidedoor.py:" in attempt[1]


def test_a_thread_does_not_inherit_the_open_door(address: tuple[str, int]) -> None:
    seen: list[BaseException] = []

    def sneak() -> None:
        try:
            _raw(address)
        except SideDoorError as error:
            seen.append(error)

    class Sneaking(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            thread = threading.Thread(target=sneak)
            thread.start()
            thread.join()
            return httpx.Response(204)

    with closed() as watch, httpx.Client(transport=Door(Sneaking())) as client:
        client.get(_url(address))
    assert len(seen) == len(watch.attempts) == 1


def test_an_attempt_is_reported_even_when_its_caller_swallows_the_error(address: tuple[str, int]) -> None:
    with closed() as watch, contextlib.suppress(Exception):
        _raw(address)
    assert [one.address for one in watch.attempts] == [f"127.0.0.1:{address[1]}"]


def test_the_chain_and_the_named_control_address_pass(address: tuple[str, int]) -> None:
    with closed() as watch, httpx.Client(transport=Door(httpx.HTTPTransport(trust_env=False))) as client:
        assert client.get(_url(address)).status_code == 204
    with closed(allowed=[address]):
        _raw(address)
    assert watch.attempts == []


def test_afterwards_everything_is_as_before(address: tuple[str, int]) -> None:
    with closed():
        pass
    _raw(address)
