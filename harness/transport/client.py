"""The only maker of clients: the chain as one list, folded by one loop, above one network."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from harness import __version__
from harness.exchange import Exchange, Request
from harness.target import Target
from harness.transport.decompress import ACCEPTED
from harness.transport.gate import NetworkGate
from harness.transport.gate import network as open_network
from harness.transport.recorder import Recorder
from harness.vendors import VENDORS

Transport = httpx.BaseTransport
Layer = Callable[[Transport], Transport]
"""Wraps the layers below it."""


def chain(layers: Sequence[Layer], network: httpx.BaseTransport) -> httpx.BaseTransport:
    """The transport that a request meets from left to right, and the network last."""
    transport = network
    for layer in reversed(layers):
        transport = layer(transport)
    return transport


@dataclass
class ExchangeLog:
    """Counts the attempts that reached the network, holds the last one, and passes each to `listeners`."""

    sent: int = 0
    last: Exchange | None = None
    listeners: list[Callable[[Exchange], None]] = field(default_factory=list)

    def add(self, exchange: Exchange) -> None:
        """The recorder's sink."""
        self.sent += 1
        self.last = exchange
        for listener in self.listeners:
            listener(exchange)


@dataclass(frozen=True)
class Client:
    """Sends requests to one org and gives exchanges back; every one passes the whole chain."""

    target: Target
    http: httpx.Client
    signer: httpx.Auth | None
    exchanges: ExchangeLog

    @property
    def secrets(self) -> tuple[str, ...]:
        """Access tokens that the signer got since this client was made, oldest first."""
        return getattr(self.signer, "secrets", ())

    def send(self, request: Request, *, signed: bool = True) -> Exchange:
        """The exchange of the last attempt. `signed=False` leaves credentials as they are in the request.

        Raises `Refused` where the guard says no, `httpx.HTTPError` where no answer came.
        """
        # Not `build_request`, which adds the cookies of earlier answers: a session would then replace the token.
        headers = self.http.headers.copy()
        headers.update(list(request.headers))
        extensions = self._make_repeatable(request, headers)
        http_request = httpx.Request(
            request.method, request.url, headers=headers, content=request.body or None, extensions=extensions
        )
        self.exchanges.last = None
        self.http.send(http_request, auth=self.signer if signed else None)
        assert self.exchanges.last is not None, "the recorder adds every answer"
        return self.exchanges.last

    def _make_repeatable(self, request: Request, headers: httpx.Headers) -> dict[str, Any]:
        """Give a request a key of its own where the vendor then carries it out only once; the marks for `retry`.

        The layers below see one key in all attempts. A key that the caller gave stays.
        """
        convention = VENDORS[self.target.vendor].idempotency
        if convention is None:
            return {}
        path = request.url.removeprefix(self.target.base_url).partition("?")[0]
        if not convention.applies(request.method, path):
            return {}
        key = headers.setdefault(convention.header, f"deskcheck-{uuid.uuid4()}")
        return {"repeatable": True} if 0 < len(key) <= convention.longest else {}

    def close(self) -> None:
        """Close the connections."""
        self.http.close()


def connect(target: Target, layers: Sequence[Layer], network: httpx.BaseTransport | None = None) -> Client:
    """A client for one org behind `layers` (guard first), the recorder and the network.

    The target says how long one exchange may take. `network` is replaced in tests by `httpx.MockTransport`. The gate
    sends only what a guard sealed.
    """
    exchanges = ExchangeLog()
    below = network or open_network(target.timeout)
    http = httpx.Client(
        transport=chain([*layers, lambda inner: Recorder(inner, exchanges.add), NetworkGate], below),
        headers={
            "user-agent": f"deskcheck/{__version__}",
            "accept": "application/json",
            "accept-encoding": ACCEPTED,
        },
        timeout=None,  # the network has one for the whole exchange, for requests of the layers as well
        follow_redirects=False,
        trust_env=False,
    )
    signer = VENDORS[target.vendor].auth_kind(target.credentials.kind).flow(target)
    return Client(target, http, signer, exchanges)
