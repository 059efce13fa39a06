"""Network obstacle: why no answer came, read from the errors that led to one another; pure."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator

import httpx

from harness.vendors.diagnosis import REMEDIES, Diagnosis
from harness.vendors.obstacle import Obstacle

# OpenSSL's X509_V_ERR codes (openssl-verification-options): what is said of the certificate, and what to do.
_CERTIFICATES: dict[int, tuple[str, str]] = {
    9: ("is not valid yet", "Set this machine's clock (NTP); if it is right, the server's certificate is wrong."),
    10: ("has expired", "Let the host's owner renew it; check this machine's clock first."),
    18: ("is self-signed", "Name the certificate's authority with ca_file; never turn verification off."),
    19: (
        "is signed by an authority of somebody's own",
        "Name that authority's certificate with ca_file (a company's proxy that reads TLS has one).",
    ),
    62: ("is for another host", "Set base_url or token_url to a name that the certificate is for."),
    64: ("is for another address", "Set base_url or token_url to a name that the certificate is for."),
}
_UNKNOWN = (
    "is signed by an authority that this machine does not know",
    "Name that authority's certificate with ca_file, or SSL_CERT_FILE (a company's proxy that reads TLS has one).",
)
_UNKNOWN_CODES = frozenset({2, 20, 21, 27})
_NO_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "UNKNOWN_PROTOCOL")
# A proxy's own status, not a part of its address.
_STATUS = re.compile(r"(?:^|answers )([1-5]\d\d)\b")
_CUT = (ConnectionResetError, BrokenPipeError, ConnectionAbortedError)


def diagnose_failure(error: BaseException) -> Diagnosis:
    """The obstacle behind an error of the HTTP library.

    The host that is named is the one that was called: the org's or its token host's.
    """
    chain = list(_chain(error))
    host = _host(chain)
    if diagnosis := _proxy_failure(chain, host):
        return diagnosis
    for link in chain:
        if isinstance(link, ssl.SSLCertVerificationError):
            return _certificate(link, host)
        if isinstance(link, ssl.SSLError):
            return _tls(link, host)
        if isinstance(link, socket.gaierror):
            return _plain(Obstacle.DNS, f"{host} has no address: {link.strerror or link}")
    if any(isinstance(link, httpx.TimeoutException | TimeoutError) for link in chain):
        return _plain(Obstacle.TIMEOUT, f"no answer from {host} in time: {error}")
    if any(isinstance(link, ConnectionRefusedError) for link in chain) or "refused" in str(error).lower():
        return _plain(Obstacle.CONNECTION, f"no answer: {host} cannot be reached, nothing listens there")
    if any(isinstance(link, httpx.ConnectError) for link in chain):
        return _plain(Obstacle.CONNECTION, f"no answer: {host} cannot be reached: {error}")
    if any(isinstance(link, (*_CUT, httpx.ReadError, httpx.RemoteProtocolError)) for link in chain):
        return _plain(Obstacle.CONNECTION, f"no answer: {host} cuts the connection before it is whole: {error}")
    return _plain(Obstacle.CONNECTION, f"no answer from {host}: {type(error).__name__}: {error}")


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and those that it was raised from, the outermost first; each once, whatever refers to what."""
    known: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in known:
        known.add(id(link))
        yield link
        link = link.__cause__ or link.__context__


def _host(chain: list[BaseException]) -> str:
    """The host that was called, with its port where the URL has one."""
    for link in chain:
        if isinstance(link, httpx.HTTPError):
            try:
                return link.request.url.netloc.decode("ascii", "replace").rpartition("@")[2]
            except RuntimeError:  # the library has not said which request it was
                continue
    return "the host"


def _proxy_failure(chain: list[BaseException], host: str) -> Diagnosis | None:
    """What a proxy refuses, or what keeps us from the proxy itself."""
    failure = next((link for link in chain if isinstance(link, httpx.ProxyError) or _is_proxy_error(link)), None)
    if failure is None:
        return None
    status = _STATUS.search(str(failure))
    if "407 " in str(failure):
        remedy = "Write user and password into the proxy's address: it wants a login."
        return Diagnosis(Obstacle.PROXY, f"the proxy answers 407 to a connection to {host}", remedy)
    if status:
        return _plain(Obstacle.PROXY, f"the proxy answers {status[1]} to a connection to {host}")
    return _plain(Obstacle.PROXY, f"no connection to {host} through the proxy: {failure}")


def _is_proxy_error(link: BaseException) -> bool:
    """Whether it is the connection library's own error of that name, which needs no import here."""
    return type(link).__name__ == "ProxyError"


def _certificate(error: ssl.SSLCertVerificationError, host: str) -> Diagnosis:
    what, remedy = _CERTIFICATES.get(error.verify_code, _UNKNOWN)
    if error.verify_code not in _CERTIFICATES and error.verify_code not in _UNKNOWN_CODES:
        what = f"is not taken: {error.verify_message}"
        remedy = REMEDIES[Obstacle.TLS]
    return Diagnosis(Obstacle.TLS, f"the certificate of {host} {what}", remedy)


def _tls(error: ssl.SSLError, host: str) -> Diagnosis:
    if error.reason in _NO_TLS:
        remedy = "Check the scheme and the port of the URL: what answers there speaks plain HTTP, or something else."
        return Diagnosis(Obstacle.TLS, f"{host} speaks no TLS", remedy)
    return _plain(Obstacle.TLS, f"no TLS connection to {host}: {error.reason or error}")


def _plain(obstacle: Obstacle, what: str) -> Diagnosis:
    return Diagnosis(obstacle, what, REMEDIES[obstacle])
