"""Network: the sockets of a client; one deadline ends the whole exchange, however the other side spends the time."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

from harness.target import Proxy
from harness.transport.failures import ProxyFailedError
from harness.transport.proxied import Proxies, headers_of, proxy_of

Clock = Callable[[], float]
Watch = Callable[[httpcore.NetworkBackend], httpcore.NetworkBackend]

# Seconds for one address. A host may have several, and one that swallows packets must leave time for the next.
CONNECT_SECONDS = 5.0
# As httpx has it: servers close idle connections soon after.
IDLE_SECONDS = 5.0

_ERRORS: dict[type[Exception], type[httpx.TransportError]] = {
    httpcore.ConnectTimeout: httpx.ConnectTimeout,
    httpcore.ReadTimeout: httpx.ReadTimeout,
    httpcore.WriteTimeout: httpx.WriteTimeout,
    httpcore.PoolTimeout: httpx.PoolTimeout,
    httpcore.ConnectError: httpx.ConnectError,
    httpcore.ReadError: httpx.ReadError,
    httpcore.WriteError: httpx.WriteError,
    httpcore.UnsupportedProtocol: httpx.UnsupportedProtocol,
    httpcore.LocalProtocolError: httpx.LocalProtocolError,
    httpcore.RemoteProtocolError: httpx.RemoteProtocolError,
    httpcore.ProxyError: httpx.ProxyError,
}


class Network(httpx.BaseTransport):
    """HTTP/1.1 over pooled connections, `seconds` at most from the connection to the last byte of the body.

    A time limit for each read, as HTTP libraries have it, never ends an exchange whose server sends one byte now and
    then. Only the look-up of a name has the limits of the system's resolver instead, which cannot be shortened.
    `watch` stands around the sockets, to see where they lead and what is written on them. `proxies` lead to the
    addresses that they are for; `ca_file` is a PEM file of certificate authorities that are trusted besides the public
    ones.
    """

    def __init__(
        self,
        seconds: float,
        context: ssl.SSLContext | None = None,
        clock: Clock = time.monotonic,
        watch: Watch = lambda backend: backend,
        proxies: Proxies | None = None,
        ca_file: str = "",
    ) -> None:
        self.seconds, self.clock, self.proxies = seconds, clock, proxies or {}
        self._context = context or _trusting(ca_file)
        self._backend = watch(_Backend(clock))
        self._pools: dict[Proxy | None, httpcore.ConnectionPool] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, whose body is still to be read; the same deadline holds for that."""
        proxy = proxy_of(request.url, self.proxies)
        pool = self._pool_of(proxy)
        _close_desynchronized(pool)
        url, deadline = request.url, self.clock() + self.seconds
        # httpcore hands these to our streams as they are: there they are a moment, not a duration.
        limits = {"connect": deadline, "write": deadline, "read": deadline}
        progress = _Progress(proxy, is_tunnel=url.scheme == "https")
        assert isinstance(request.stream, httpx.SyncByteStream)
        core_request = httpcore.Request(
            method=request.method,
            url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions={"timeout": limits} | ({"trace": progress.note} if proxy else {}),
        )
        with _translated_errors(self.seconds, "waiting for the head of the answer", progress):
            response = pool.handle_request(core_request)
        assert isinstance(response.stream, Iterable)
        body = _Body(response.stream, self.seconds)
        if proxy and response.status == 407:
            body.close()
            raise ProxyFailedError("wants a login: 407 Proxy Authentication Required", proxy.address)
        return httpx.Response(response.status, headers=response.headers, stream=body)

    def close(self) -> None:
        """Close all connections."""
        for pool in self._pools.values():
            pool.close()

    def _pool_of(self, proxy: Proxy | None) -> httpcore.ConnectionPool:
        """The connections to a proxy, or those without one."""
        if proxy not in self._pools:
            self._pools[proxy] = self._open_pool(proxy)
        return self._pools[proxy]

    def _open_pool(self, proxy: Proxy | None) -> httpcore.ConnectionPool:
        shared: dict[str, Any] = {
            "ssl_context": self._context,
            "max_keepalive_connections": 2,
            "keepalive_expiry": IDLE_SECONDS,
            "network_backend": self._backend,
        }
        if proxy is None:
            return httpcore.ConnectionPool(**shared)
        url = httpcore.URL(scheme=b"http", host=proxy.host.encode(), port=proxy.port, target=b"/")
        return httpcore.HTTPProxy(url, proxy_headers=headers_of(proxy), **shared)


def _trusting(ca_file: str) -> ssl.SSLContext:
    """A context that trusts the public certificate authorities, and those of a file besides."""
    context = httpx.create_ssl_context(trust_env=False)
    if ca_file:
        context.load_verify_locations(cafile=ca_file)
    return context


def _close_desynchronized(pool: httpcore.ConnectionPool) -> None:
    """Close each idle connection on which more came than the one answer.

    The HTTP library holds such bytes back and reads them as the answer to the next request on that connection: a
    server or a proxy that answers twice would shift every later answer by one request.
    """
    for connection in pool.connections:
        # No public name leads to what the parser of an idle connection has left over.
        inner: Any = connection
        while inner is not None and not hasattr(inner, "_h11_state"):
            inner = getattr(inner, "_connection", None)
        if inner is not None and inner.is_idle() and inner._h11_state.trailing_data[0]:
            inner.close()


@dataclass
class _Progress:
    """How far a request is that goes by a proxy: what fails until the target itself is reached is the proxy's doing."""

    proxy: Proxy | None
    is_tunnel: bool
    at_proxy: bool = False

    def note(self, event: str, _: object) -> None:
        """What the HTTP library reports of its own steps (httpcore's documentation: the trace extension)."""
        if event == "connection.connect_tcp.started":
            self.at_proxy = True
        elif event == ("proxy.start_tls.started" if self.is_tunnel else "connection.connect_tcp.complete"):
            self.at_proxy = False


class _Body(httpx.SyncByteStream):
    """The body of an answer, with errors in the names that the layers above know."""

    def __init__(self, stream: Iterable[bytes], seconds: float) -> None:
        self.stream, self.seconds = stream, seconds

    def __iter__(self) -> Iterator[bytes]:
        with _translated_errors(self.seconds, "reading the body of the answer"):
            yield from self.stream

    def close(self) -> None:
        if hasattr(self.stream, "close"):
            self.stream.close()


@contextmanager
def _translated_errors(seconds: float, reading: str, progress: _Progress | None = None) -> Iterator[None]:
    """Raise httpcore's errors as httpx's; one for a deadline says how long it was and what was going on.

    `reading` says what is read. An error before a proxy has led to the target is one of the proxy, and names it.
    """
    try:
        yield
    except tuple(_ERRORS) as error:
        message = str(error)
        if isinstance(error, httpcore.TimeoutException):
            phase = reading if isinstance(error, httpcore.ReadTimeout) else message
            message = f"the exchange was not over after {seconds:g} s; it was still {phase}"
        if progress and progress.proxy and progress.at_proxy:
            raise ProxyFailedError(_proxy_problem(error, message), progress.proxy.address) from error
        raise _ERRORS[type(error)](message) from error


def _proxy_problem(error: Exception, message: str) -> str:
    """What a proxy does wrong, as the rest of a sentence."""
    if isinstance(error, httpcore.ProxyError):
        return f"does not lead to the target: it answers {message}"
    if isinstance(error, httpcore.ConnectError | httpcore.ConnectTimeout):
        return f"cannot be reached: {message}"
    return f"broke off: {message}"


class _Backend(httpcore.NetworkBackend):
    """Opens connections; `timeout` is the moment, by `clock`, at which the exchange ends."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.plain = clock, httpcore.SyncBackend()

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        """A connection to the first address of the host that takes one."""
        last_error: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in _addresses(host, port):
            try:
                with _during("connecting"):
                    left = _left(timeout, self.clock, httpcore.ConnectTimeout)
                    stream = self.plain.connect_tcp(
                        address, port, min(left, CONNECT_SECONDS), local_address, socket_options
                    )
                return _TimedStream(stream, self.clock)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last_error = error
        raise last_error

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        """A connection to a socket of this machine."""
        with _during("connecting"):
            left = _left(timeout, self.clock, httpcore.ConnectTimeout)
            return _TimedStream(self.plain.connect_unix_socket(path, left, socket_options), self.clock)


def _addresses(host: str, port: int) -> list[str]:
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore.ConnectError(str(error)) from error
    return list(dict.fromkeys(str(address[0]) for *_, address in rows))


class _TimedStream(httpcore.NetworkStream):
    """One connection; every wait on it gets what is left until the moment `timeout`."""

    def __init__(self, plain: httpcore.NetworkStream, clock: Clock) -> None:
        self.plain, self.clock = plain, clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.plain.read(max_bytes, _left(timeout, self.clock, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # Not the plain stream's `write`: its loop would give the whole time anew for each piece that leaves.
        sock, rest = self.plain.get_extra_info("socket"), memoryview(buffer)
        with _during("sending the request"):
            while rest:
                left = _left(timeout, self.clock, httpcore.WriteTimeout)
                try:
                    sock.settimeout(left)
                    rest = rest[sock.send(rest) :]
                except TimeoutError as error:
                    raise httpcore.WriteTimeout from error
                except OSError as error:
                    raise httpcore.WriteError(str(error)) from error

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        with _during("in the TLS handshake"):
            left = _left(timeout, self.clock, httpcore.ConnectTimeout)
            return _TimedStream(self.plain.start_tls(ssl_context, server_hostname, left), self.clock)

    def close(self) -> None:
        self.plain.close()

    def get_extra_info(self, info: str) -> Any:
        return self.plain.get_extra_info(info)


def _left(deadline: float | None, clock: Clock, late: type[Exception]) -> float:
    """Seconds until the deadline. Raises `late` when there are none, also where more bytes lie ready."""
    assert deadline is not None, "every request of this transport has a deadline"
    left = deadline - clock()
    if left <= 0:
        raise late
    return left


@contextmanager
def _during(phase: str) -> Iterator[None]:
    """Say in the error for a deadline what was going on."""
    try:
        yield
    except httpcore.TimeoutException as error:
        raise type(error)(phase) from error
