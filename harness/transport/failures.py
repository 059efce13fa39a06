"""How a request can end without an answer, in names that keep the HTTP library in this folder."""

from __future__ import annotations

import httpx

NoAnswerError = httpx.HTTPError
"""No usable answer came: refused, lost, late, or broken. A `Refused` is one of them, so catch that first."""


class LostError(httpx.HTTPError):
    """What a hand-written test gets for a request that got no answer, however often it was sent."""


class ProxyFailedError(httpx.ProxyError):
    """The target's proxy cannot be reached, wants a login, or does not reach the target; `proxy` is its `host:port`.

    What the target itself does wrong behind it, its TLS included, is told as it is without a proxy.
    """

    def __init__(self, what: str, proxy: str) -> None:
        super().__init__(f"the proxy {proxy} {what}")
        self.proxy = proxy


UNSENDABLE = (httpx.LocalProtocolError, httpx.InvalidURL, UnicodeError)
"""Generated requests that HTTP has no form for; they never reached the network."""


def name_request(error: httpx.RequestError, request: httpx.Request) -> None:
    """Say which request an error is about, where no layer below has said it: that one knows how often it was sent."""
    try:
        error.request  # noqa: B018 - reading it is the only way to ask
    except RuntimeError:
        error.request = request


def authorization_of(error: httpx.HTTPError) -> str:
    """The Authorization header of the request that got no answer, with its secret; empty where it had none."""
    try:
        return str(error.request.headers.get("authorization", ""))
    except RuntimeError:  # httpx has not said which request it was
        return ""


def attempts(error: httpx.HTTPError) -> int:
    """How often the request was sent before this was raised: the retry layer counts."""
    try:
        return int(error.request.extensions.get("attempt", 1))
    except RuntimeError:  # httpx has not said which request it was
        return 1
