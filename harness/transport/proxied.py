"""What a request looks like on the wire where it goes by the target's proxy: a tunnel for TLS, its full URL without."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from harness.target import Proxy
from harness.transport.monitor import Address
from harness.transport.seal import wire

Proxies = Mapping[str, Proxy]
"""The proxies of a target's addresses, by `host:port`; an address that is not there is reached directly."""


@dataclass(frozen=True, slots=True)
class WireBytes:
    """Exactly what may be written for one request: `tunnel` first on a new connection to a proxy, then `request`."""

    request: bytes
    tunnel: bytes = b""


def proxy_of(url: httpx.URL, proxies: Proxies) -> Proxy | None:
    """The proxy by which a URL is reached; None where it is reached directly."""
    if not proxies:
        return None
    host, port = address_of(url)
    return proxies.get(f"{host}:{port}")


def address_of(url: httpx.URL) -> Address:
    """Host and port that a URL leads to."""
    return url.host, url.port or (443 if url.scheme == "https" else 80)


def headers_of(proxy: Proxy) -> list[tuple[bytes, bytes]]:
    """What the proxy gets beside a request: the login that it asks for itself (RFC 9110, 11.7.2)."""
    if not (proxy.user or proxy.password):
        return []
    login = base64.b64encode(f"{proxy.user}:{proxy.password}".encode())
    return [(b"Proxy-Authorization", b"Basic " + login)]


def wire_bytes(frozen: httpx.Request, direct: bytes, proxy: Proxy | None) -> WireBytes:
    """What may be written for a judged request, as the HTTP library writes it; `direct` is that without a proxy."""
    if proxy is None:
        return WireBytes(direct)
    host, port = address_of(frozen.url)
    if frozen.url.scheme == "https":
        return WireBytes(direct, _tunnel(host, port, proxy))
    return WireBytes(wire(_forwarded(frozen, proxy), target=_full_target(frozen.url)))


def _tunnel(host: str, port: int, proxy: Proxy) -> bytes:
    """RFC 9110, 9.3.6."""
    authority = f"{host}:{port}".encode()
    lines = [b"CONNECT " + authority + b" HTTP/1.1", b"Host: " + authority, b"Accept: */*"]
    lines += [name + b": " + value for name, value in headers_of(proxy)]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _full_target(url: httpx.URL) -> bytes:
    """RFC 9112, 3.2.2; the port is written only where the URL has one."""
    port = b"" if url.port is None else b":%d" % url.port
    return url.raw_scheme + b"://" + url.raw_host + port + url.raw_path


def _forwarded(frozen: httpx.Request, proxy: Proxy) -> httpx.Request:
    """The request with the proxy's own headers in front, where it has none of that name."""
    own = [pair for pair in headers_of(proxy) if pair[0].decode() not in frozen.headers]
    headers = [*own, *frozen.headers.raw]
    assert isinstance(frozen.stream, httpx.SyncByteStream)
    forwarded = httpx.Request(frozen.method, frozen.url, headers=headers, stream=frozen.stream)
    forwarded.read()
    return forwarded
