"""Why no answer came: errors as the HTTP library raises them, each from the one that it was raised from."""

from __future__ import annotations

import socket
import ssl
from itertools import pairwise

import httpcore
import httpx
import pytest

from harness.transport.network_obstacle import diagnose_failure
from harness.vendors.obstacle import Obstacle

REQUEST = httpx.Request("GET", "https://me:secret@acme.example:8443/api")


def raised(*errors: BaseException) -> BaseException:
    """The last of the errors, raised from the one before it, and so on."""
    for cause, error in pairwise(errors):
        error.__cause__ = cause
    if isinstance(errors[-1], httpx.RequestError):
        errors[-1].request = REQUEST
    return errors[-1]


def certificate(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError("certificate verify failed")
    error.verify_code, error.verify_message = code, "in OpenSSL's words"
    return error


def tls(reason: str) -> ssl.SSLError:
    error = ssl.SSLError("no")
    error.reason = reason
    return error


CONNECT = httpx.ConnectError


@pytest.mark.parametrize(("error", "obstacle", "what"), [
    (raised(socket.gaierror(-2, "Name or service not known"), httpcore.ConnectError("x"), CONNECT("x")),
     Obstacle.DNS, "acme.example:8443 has no address: Name or service not known"),
    (raised(ConnectionRefusedError(111, "refused"), CONNECT("x")), Obstacle.CONNECTION, "nothing listens there"),
    (raised(OSError(113, "No route to host"), CONNECT("No route")), Obstacle.CONNECTION, "cannot be reached"),
    (raised(httpx.ConnectTimeout("late")), Obstacle.TIMEOUT, "in time"),
    (raised(httpx.ReadTimeout("late")), Obstacle.TIMEOUT, "in time"),
    (raised(ConnectionResetError(104, "reset"), httpx.ReadError("reset")), Obstacle.CONNECTION, "cuts the connection"),
    (raised(httpx.RemoteProtocolError("peer closed")), Obstacle.CONNECTION, "cuts the connection"),
    (raised(certificate(10), CONNECT("x")), Obstacle.TLS, "has expired"),
    (raised(certificate(9), CONNECT("x")), Obstacle.TLS, "not valid yet"),
    (raised(certificate(18), CONNECT("x")), Obstacle.TLS, "self-signed"),
    (raised(certificate(19), CONNECT("x")), Obstacle.TLS, "somebody's own"),
    (raised(certificate(20), CONNECT("x")), Obstacle.TLS, "does not know"),
    (raised(certificate(62), CONNECT("x")), Obstacle.TLS, "another host"),
    (raised(certificate(64), CONNECT("x")), Obstacle.TLS, "another address"),
    (raised(certificate(23), CONNECT("x")), Obstacle.TLS, "in OpenSSL's words"),
    (raised(tls("WRONG_VERSION_NUMBER"), CONNECT("x")), Obstacle.TLS, "speaks no TLS"),
    (raised(tls("TLSV1_ALERT_PROTOCOL_VERSION"), CONNECT("x")), Obstacle.TLS, "TLSV1_ALERT_PROTOCOL_VERSION"),
    (raised(httpx.ProxyError("407 Proxy Authentication Required")), Obstacle.PROXY, "answers 407"),
    (raised(httpcore.ProxyError("403 Forbidden"), CONNECT("x")), Obstacle.PROXY, "answers 403"),
    (raised(httpx.ProxyError("gone away")), Obstacle.PROXY, "gone away"),
    (raised(httpx.ProxyError("the proxy 127.0.0.1:300 cannot be reached: refused")), Obstacle.PROXY, "be reached"),
    (raised(httpx.ProxyError("the proxy p:1 does not lead there: it answers 502 Bad")), Obstacle.PROXY, "answers 502"),
    (raised(httpx.UnsupportedProtocol("ftp")), Obstacle.CONNECTION, "UnsupportedProtocol"),
])  # fmt: skip
def test_each_failure_has_its_obstacle(error: BaseException, obstacle: Obstacle, what: str) -> None:
    diagnosis = diagnose_failure(error)
    assert diagnosis.obstacle is obstacle
    assert what in diagnosis.what
    assert "acme.example:8443" in diagnosis.what or obstacle is Obstacle.PROXY or "secret" not in diagnosis.what
    assert "secret" not in diagnosis.what
    assert diagnosis.remedy


def test_each_certificate_has_a_remedy_of_its_own() -> None:
    remedies = {code: diagnose_failure(certificate(code)).remedy for code in (9, 10, 18, 20, 62)}
    assert len(set(remedies.values())) == len(remedies)


def test_errors_that_refer_to_each_other_come_to_an_end() -> None:
    first, second = CONNECT("a"), CONNECT("b")
    first.__cause__, second.__cause__ = second, first
    assert diagnose_failure(first).obstacle is Obstacle.CONNECTION
