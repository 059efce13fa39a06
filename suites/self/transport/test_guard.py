"""The guard as a layer: what it lets through is sent, what it refuses is reported first and then raised."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from harness.policy.judge import Verdict
from harness.risk.tier import Tier
from harness.transport.guard import Guard
from harness.transport.refused import Refused

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "policy"))
from contexts import HOST, context

BASE = f"{HOST}/zendesk"


class Server:
    """Answers 200, keeps what arrived."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response] = lambda request: httpx.Response(200)) -> None:
        self.arrived: list[str] = []
        self.answer = answer

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.arrived.append(f"{request.method} {request.url}")
        return self.answer(request)


def client(server: Server, sink: list[Verdict], *tiers: Tier, follow: bool = False) -> httpx.Client:
    return httpx.Client(
        transport=Guard(httpx.MockTransport(server), context(*tiers), sink.append),
        follow_redirects=follow,
        trust_env=False,
    )


def test_what_is_allowed_arrives_with_its_verdict() -> None:
    server, sink = Server(), []
    with client(server, sink) as one:
        response = one.get(f"{BASE}/api/v2/tickets")
    assert server.arrived == [f"GET {BASE}/api/v2/tickets"]
    assert response.request.extensions["verdict"].tier is Tier.READ
    assert sink == []


def test_what_is_refused_is_in_the_sink_even_when_nobody_looks_at_the_error() -> None:
    server, sink = Server(), []
    with client(server, sink) as one, pytest.raises(Refused) as refused:
        one.delete(f"{BASE}/api/v2/tickets/1")
    assert server.arrived == []
    assert sink == [refused.value.verdict]
    assert isinstance(refused.value, httpx.TransportError)
    assert "destructive" in str(refused.value)


def test_every_hop_of_a_redirect_is_judged_anew() -> None:
    for location, rule in (("http://other.example/", "host"), (f"{BASE}/api/v2/views/1/export", "permit")):
        server, sink = Server(lambda request, to=location: httpx.Response(302, headers={"location": to})), []
        with client(server, sink, follow=True) as one, pytest.raises(Refused):
            one.get(f"{BASE}/api/v2/tickets")
        assert len(server.arrived) == 1
        assert [verdict.rule for verdict in sink] == [rule]


@pytest.mark.parametrize(
    "change",
    [
        {"extensions": {"target": b"/zendesk/api/v2/tickets/destroy_many"}},
        {"extensions": {"sni_hostname": "other.example"}},
        {"headers": [("host", "127.0.0.1:8099"), ("host", "other.example")]},
        {"headers": {"content-length": "0", "transfer-encoding": "chunked"}},
        {"headers": {"host": "other.example"}},
        {"headers": {"x": "y\r\nX-HTTP-Method-Override: DELETE"}},
    ],
)
def test_a_request_that_means_two_things_on_the_wire_is_refused(change: dict[str, object]) -> None:
    server, sink = Server(), []
    with client(server, sink, *Tier) as one, pytest.raises((Refused, httpx.LocalProtocolError)):
        one.send(one.build_request("GET", f"{BASE}/api/v2/tickets", **change))  # type: ignore[arg-type]
    assert server.arrived == []


def test_a_line_break_in_the_method_is_no_method() -> None:
    server, sink = Server(), []
    with client(server, sink, *Tier) as one, pytest.raises(Refused):
        one.request("GET /zendesk/api/v2/tickets HTTP/1.1\r\nX: y", f"{BASE}/api/v2/tickets")
    assert server.arrived == []


def test_a_streamed_body_is_read_before_it_is_judged() -> None:
    server, sink = Server(), []
    chunks = iter([b'{"ticket": {"subject": "x", ', b'"status": "closed"}}'])
    with client(server, sink, Tier.WRITE) as one, pytest.raises(Refused):
        one.post(f"{BASE}/api/v2/tickets", content=chunks, headers={"content-type": "application/json"})
    assert [verdict.rule for verdict in sink] == ["escalation"]


def test_user_and_password_in_the_url_are_refused() -> None:
    server, sink = Server(), []
    with client(server, sink) as one, pytest.raises(Refused):
        one.get("http://me:secret@127.0.0.1:8099/zendesk/api/v2/tickets")
    assert sink[0].rule == "host"
    assert "secret" not in str(sink[0])
