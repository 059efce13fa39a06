"""Network gate: the last layer above the network; lets out exactly the request that was judged, to the byte."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Mapping
from contextvars import ContextVar

import httpcore
import httpx

from harness.transport import egress, relay
from harness.transport.monitor import Address
from harness.transport.network import Network
from harness.transport.overlap import others_may_pass
from harness.transport.proxied import Proxies, WireBytes, address_of, proxy_of, wire_bytes
from harness.transport.seal import freeze, seal_problem, stripped, wire

_expected: ContextVar[WireBytes | None] = ContextVar("_expected", default=None)


class NetworkGate(httpx.BaseTransport):
    """The one transport that may connect: it stands right above the network, below every layer of the chain."""

    def __init__(
        self,
        network: httpx.BaseTransport,
        relays: Mapping[Address, str] | None = None,
        proxies: Proxies | None = None,
    ) -> None:
        self.network, self.proxies = network, proxies or {}
        self.relays = relay.routes() if relays is None else relays

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The network's answer; raises `EgressError` for a request that is not the one that was judged."""
        frozen = freeze(request)
        bytes_on_wire = wire(frozen)
        if problem := seal_problem(frozen, bytes_on_wire):
            egress.refuse(problem)
        proxy = proxy_of(frozen.url, self.proxies)
        host, port = (proxy.host, proxy.port) if proxy else address_of(frozen.url)
        token = _expected.set(wire_bytes(frozen, bytes_on_wire, proxy))
        try:
            passage = egress.Passage(host, port, self.relays.get((host, port), ""))
            with others_may_pass(), egress.passing(passage):
                return self.network.handle_request(stripped(frozen))
        finally:
            _expected.reset(token)

    def close(self) -> None:
        """Close the network's connections."""
        self.network.close()


class GateBackend(httpcore.NetworkBackend):
    """Below the HTTP library: connects only where the passage leads, and watches what is written.

    That is the judged request's own host, or the proxy of it; a relay stands for either.
    """

    def __init__(self, inner: httpcore.NetworkBackend) -> None:
        self.inner = inner

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to where the passage leads, by its relay where there is one."""
        passage, expected = egress.current(), _expected.get()
        if passage is None or (host, port) != (passage.host, passage.port):
            egress.refuse(f"a connection to {host}:{port}")
        tunnel = expected.tunnel if expected else b""
        if passage.relay:
            return _GatedStream(self.inner.connect_unix_socket(passage.relay, timeout), tunnel)
        return _GatedStream(self.inner.connect_tcp(host, port, timeout, local_address, socket_options), tunnel)


class _GatedStream(httpcore.NetworkStream):
    """A connection on which nothing is written but the bytes of the judged request.

    One to a proxy begins with a `tunnel` to the judged request's host: on it nothing but the call for that is written,
    and the request on the TLS connection within.
    """

    def __init__(self, inner: httpcore.NetworkStream, tunnel: bytes = b"") -> None:
        self.inner, self.tunnel = inner, tunnel
        self._expected: bytes | None = None
        self._sent = 0

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.inner.read(max_bytes, timeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        judged = _expected.get()
        expected = self.tunnel or (judged.request if judged else None)
        if expected is not self._expected:
            self._expected, self._sent = expected, 0
        if buffer and (expected is None or not expected.startswith(buffer, self._sent)):
            self.inner.close()
            egress.refuse(f"{bytes(buffer[:40])!r} on the wire, which is not the judged request,")
        self._sent += len(buffer)
        self.inner.write(buffer, timeout)

    def close(self) -> None:
        self.inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        if self._sent < len(self.tunnel):
            self.inner.close()
            egress.refuse("TLS with a proxy, without a tunnel to the judged request's host,")
        return _GatedStream(self.inner.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> object:
        return self.inner.get_extra_info(info)


def network(seconds: float, proxies: Proxies | None = None, ca_file: str = "") -> Network:
    """The network under the gate's own backend; an exchange takes at most `seconds`."""
    return Network(seconds, watch=GateBackend, proxies=proxies, ca_file=ca_file)
