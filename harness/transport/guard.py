"""The guard: the first layer of the chain. Nothing goes past it that the policy does not allow."""

from __future__ import annotations

import re

import httpx

from harness.exchange import Request
from harness.policy.context import PolicyContext
from harness.policy.judge import Verdict, judge, shown
from harness.risk.tier import Tier
from harness.transport.layer import TransportLayer
from harness.transport.refused import Refused, Sink
from harness.transport.seal import SEAL, freeze, seal

_SINGLE_HEADERS = (b"host", b"content-length", b"transfer-encoding")
_LINE_BREAK = re.compile(rb"[\r\n\0]")


class Guard(TransportLayer):
    """Asks the policy about each request, redirects and token calls included, and passes on what is allowed.

    A refusal reaches the sink first and is then raised as `Refused`. What goes on is a copy of the request that
    was judged, under a seal: the network gate lets out nothing else.
    """

    def __init__(self, inner: httpx.BaseTransport, context: PolicyContext, sink: Sink) -> None:
        super().__init__(inner)
        self.context, self.sink = context, sink

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The inner layers' answer; raises `Refused`."""
        frozen = freeze(request)
        verdict = self._verdict(frozen)
        if not verdict.allowed:
            self.sink(verdict)
            raise Refused(verdict)
        request.extensions["verdict"] = verdict
        frozen.extensions.update({"verdict": verdict, SEAL: seal(frozen)})
        return self.inner.handle_request(frozen)

    def _verdict(self, request: httpx.Request) -> Verdict:
        if problem := _malformed(request):
            return Verdict(False, Tier.DESTRUCTIVE, "host", (problem,), "", shown(request.method, str(request.url)))
        return judge(plain(request), self.context)


def plain(request: httpx.Request) -> Request:
    """The request as data, exactly as the bytes will stand on the wire: raw path, raw headers, whole body."""
    url = request.url
    origin = f"{url.scheme}://{url.netloc.decode('ascii', 'replace')}"
    headers = tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in request.headers.raw)
    return Request(request.method, origin + url.raw_path.decode("latin-1"), headers, request.read())


def _malformed(request: httpx.Request) -> str:
    """What makes a request mean two things on the wire: another target than its URL, two lengths, line breaks."""
    if "target" in request.extensions and request.extensions["target"] != request.url.raw_path:
        return "the request line names another target than the URL"
    if "sni_hostname" in request.extensions:
        return "TLS would name another host than the URL"
    if request.url.userinfo:
        return "the URL carries user and password"
    names = [name.lower() for name, _ in request.headers.raw]
    if any(names.count(name) > 1 for name in _SINGLE_HEADERS):
        return "a header that counts once stands twice"
    if b"content-length" in names and b"transfer-encoding" in names:
        return "two headers tell the body's length"
    if _LINE_BREAK.search(b" ".join(text for header in request.headers.raw for text in header)):
        return "a header holds a line break"
    return "" if request.method.isascii() and request.method.isalpha() else f"{request.method!r} is no method"
