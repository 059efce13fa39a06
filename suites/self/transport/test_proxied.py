"""A target behind a company's proxy, and one with a certificate of a company's authority: reached, and told apart."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator

import httpcore
import httpx
import pytest
from approve import Approve
from tls_org import Certificates, make_certificates, proxying, serving

from harness.exchange import Exchange, Request
from harness.target import Credentials, Proxy, Target, address_of
from harness.transport import gate, network, proxied
from harness.transport.client import connect
from harness.transport.egress import EgressError, Passage, guarded, passing
from harness.transport.failures import ProxyFailedError
from harness.transport.seal import freeze, wire

LOGIN = Proxy("127.0.0.1", 1, "me", "p@ss:word")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("ca"))


Send = Callable[..., Exchange]


@pytest.fixture
def send() -> Iterator[Send]:
    """`send(base_url, proxy, ca_file)` sends one request by the whole way to the network."""
    clients = []

    def once(
        base_url: str, proxy: Proxy | None = None, ca_file: str = "", method: str = "GET", body: bytes = b""
    ) -> Exchange:
        host, port = address_of(base_url)
        proxies = {f"{host}:{port}": proxy} if proxy else {}
        target = Target(
            "acme", "zendesk", base_url, Credentials("none"), proxies=proxies, ca_file=ca_file, timeout=10.0
        )
        clients.append(connect(target, [Approve]))
        # The proxy runs in this process, and must reach the org itself.
        with guarded([(host, port)] if proxy else []):
            return clients[-1].send(Request(method, f"{base_url}/api/v2/tickets?a=%20b", (), body))

    yield once
    for client in clients:
        client.close()


def test_tls_goes_through_a_tunnel_that_the_org_does_not_see(certificates: Certificates, send: Send) -> None:
    with serving(certificates) as (url, org), proxying("me:p@ss:word") as (port, proxy):
        exchange = send(url, Proxy("127.0.0.1", port, "me", "p@ss:word"), str(certificates.authority))
    assert exchange.response.status == 200
    assert proxy.lines == [f"CONNECT {url.removeprefix('https://')} HTTP/1.1"]
    assert org.lines == ["GET /api/v2/tickets?a=%20b HTTP/1.1"]
    assert "proxy-authorization" not in org.headers[0]


@pytest.mark.parametrize(("method", "body"), [("GET", b""), ("POST", b'{"a": 1}')])
def test_without_tls_the_proxy_gets_the_full_url(send: Send, method: str, body: bytes) -> None:
    with serving() as (url, org), proxying("me:secret") as (port, proxy):
        exchange = send(url, Proxy("127.0.0.1", port, "me", "secret"), method=method, body=body)
    assert exchange.response.status == 200
    assert proxy.lines == [f"{method} {url}/api/v2/tickets?a=%20b HTTP/1.1"]
    assert org.lines == [f"{method} /api/v2/tickets?a=%20b HTTP/1.1"]
    assert not [name for name, _ in exchange.request.headers if name.lower().startswith("proxy")], "kept nowhere"


def test_several_requests_share_a_tunnel(certificates: Certificates) -> None:
    with serving(certificates) as (url, org), proxying() as (port, proxy):
        proxies = {url.removeprefix("https://"): Proxy("127.0.0.1", port)}
        target = Target(
            "acme", "zendesk", url, Credentials("none"), proxies=proxies, ca_file=str(certificates.authority)
        )
        client = connect(target, [Approve])
        for number in range(3):
            client.send(Request("GET", f"{url}/{number}"))
        client.close()
    assert len(proxy.lines) == 1
    assert len(org.lines) == 3


@pytest.mark.parametrize("scheme", ["tls", "plain"])
@pytest.mark.parametrize(
    ("login", "refusal", "says"),
    [("other:login", "", "407"), ("", "502 Bad Gateway", "502 Bad Gateway"), ("", "403 Forbidden", "403 Forbidden")],
)
def test_a_proxy_that_refuses_is_named(
    certificates: Certificates, send: Send, scheme: str, login: str, refusal: str, says: str
) -> None:
    with serving(certificates if scheme == "tls" else None) as (url, org), proxying(login, refusal) as (port, _):
        proxy = Proxy("127.0.0.1", port, "me", "hunter2")
        if scheme == "plain" and refusal:
            # Nothing tells its answer from the org's.
            assert str(send(url, proxy).response.status) in refusal
            return
        with pytest.raises(ProxyFailedError, match=says) as caught:
            send(url, proxy, str(certificates.authority))
    assert caught.value.proxy == f"127.0.0.1:{port}"
    assert f"127.0.0.1:{port}" in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert org.lines == []


@pytest.mark.parametrize("certified", [True, False])
def test_a_proxy_that_nobody_is_at_is_named(certificates: Certificates, send: Send, certified: bool) -> None:
    words = r"the proxy 127\.0\.0\.1:9 cannot be reached"
    with serving(certificates if certified else None) as (url, org), pytest.raises(ProxyFailedError, match=words):
        send(url, Proxy("127.0.0.1", 9))
    assert org.lines == []


def test_a_proxy_whose_name_is_unknown_is_named(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise httpcore.ConnectError(f"{host}: Name or service not known")

    monkeypatch.setattr(network, "_addresses", unknown)
    with pytest.raises(ProxyFailedError, match=r"the proxy proxy\.invalid:3128 cannot be reached: proxy\.invalid"):
        send("https://acme.example", Proxy("proxy.invalid", 3128))


@pytest.mark.parametrize("is_proxied", [True, False])
def test_a_certificate_that_is_not_trusted_is_no_fault_of_the_proxy(
    certificates: Certificates, send: Send, is_proxied: bool
) -> None:
    with serving(certificates) as (url, org), proxying() as (port, _), pytest.raises(httpx.ConnectError) as caught:
        send(url, Proxy("127.0.0.1", port) if is_proxied else None)
    assert not isinstance(caught.value, ProxyFailedError)
    causes, error = [], caught.value.__cause__
    while error:
        causes.append(type(error))
        error = error.__cause__ or error.__context__
    assert ssl.SSLCertVerificationError in causes
    assert org.lines == []


def test_the_company_s_authority_is_trusted_besides_the_public_ones(certificates: Certificates, send: Send) -> None:
    with serving(certificates) as (url, _):
        assert send(url, ca_file=str(certificates.authority)).response.status == 200
    public, both = network._trusting(""), network._trusting(str(certificates.authority))
    assert len(both.get_ca_certs()) == len(public.get_ca_certs()) + 1


class Silent(httpcore.NetworkStream):
    """A connection that takes everything."""

    def __init__(self) -> None:
        self.written = b""

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.written += buffer

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return Silent()

    def close(self) -> None:
        """Nothing is open."""


class Backend(httpcore.NetworkBackend):
    """Gives silent connections."""

    def connect_tcp(self, host: str, port: int, *more: object, **named: object) -> httpcore.NetworkStream:
        return Silent()


GET = freeze(httpx.Request("GET", "https://acme.example/api/v2/tickets"))
TUNNEL = proxied.wire_bytes(GET, wire(GET), LOGIN).tunnel


@pytest.fixture
def stream() -> Iterator[httpcore.NetworkStream]:
    """A new connection of the gate to the proxy, for one judged request."""
    token = gate._expected.set(proxied.wire_bytes(GET, wire(GET), LOGIN))
    with passing(Passage("127.0.0.1", 1)):
        yield gate.GateBackend(Backend()).connect_tcp("127.0.0.1", 1)
    gate._expected.reset(token)


@pytest.mark.parametrize(
    "written",
    [
        TUNNEL.replace(b"acme.example", b"evil.example"),
        TUNNEL.replace(b"CONNECT", b"GET"),
        TUNNEL + b"GET / HTTP/1.1\r\n\r\n",
        b"GET /api/v2/tickets HTTP/1.1\r\n",
        TUNNEL[:20] + b"\r\nX-Other: 1",
    ],
)
def test_nothing_but_the_tunnel_to_the_judged_host_is_written_to_the_proxy(
    stream: httpcore.NetworkStream, written: bytes
) -> None:
    with pytest.raises(EgressError):
        stream.write(written)


def test_no_request_goes_to_the_proxy_itself(stream: httpcore.NetworkStream) -> None:
    with pytest.raises(EgressError, match="without a tunnel"):
        stream.start_tls(ssl.create_default_context())


def test_the_request_is_written_inside_of_the_tunnel(stream: httpcore.NetworkStream) -> None:
    stream.write(TUNNEL)
    inner = stream.start_tls(ssl.create_default_context())
    inner.write(proxied.wire_bytes(GET, wire(GET), LOGIN).request)
    with pytest.raises(EgressError):
        inner.write(b"GET /more HTTP/1.1\r\n")


def test_another_address_than_the_proxy_s_is_out_of_reach(stream: httpcore.NetworkStream) -> None:
    with pytest.raises(EgressError, match=r"a connection to acme\.example:443"):
        gate.GateBackend(Backend()).connect_tcp("acme.example", 443)


def test_a_header_of_the_request_s_own_is_not_sent_twice() -> None:
    own = freeze(httpx.Request("GET", "http://acme.example/", headers={"Proxy-Authorization": "Basic eA=="}))
    assert proxied.wire_bytes(own, wire(own), LOGIN).request.lower().count(b"proxy-authorization") == 1
