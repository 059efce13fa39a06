"""The only maker of clients: the chain as one list, folded by one loop, above one network."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx

from harness import __version__
from harness.exchange import Exchange, Headers, Request
from harness.target import Target
from harness.tokens.store_place import StorePlace, open_store
from harness.tokens.token_store import TokenStore, patience_for
from harness.transport import egress, failures, relay
from harness.transport.decompress import ACCEPTED
from harness.transport.gate import NetworkGate
from harness.transport.gate import network as open_network
from harness.transport.recorder import Recorder
from harness.transport.token_flow import TokenFlow
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
    """Sends requests to one org and gives exchanges back; every one passes the whole chain.

    `headers` are those that a request has unless it brings its own. No client of the HTTP library stands above the
    chain: it would add cookies of earlier answers (a session would then replace the token), and takes as long as the
    guard.
    """

    target: Target
    chain: httpx.BaseTransport
    headers: Headers
    signer: httpx.Auth | None
    exchanges: ExchangeLog

    @property
    def secrets(self) -> tuple[str, ...]:
        """Access tokens that the signer got since this client was made, oldest first."""
        return getattr(self.signer, "secrets", ())

    @property
    def granted_scopes(self) -> frozenset[str] | None:
        """The scopes of the access token, as its token host granted them; None where they are not known.

        Raises `UsageError` and `UnfinishedError` where the token store fails.
        """
        scopes: frozenset[str] | None = getattr(self.signer, "scopes", None)
        return scopes

    def send(self, request: Request, *, signed: bool = True) -> Exchange:
        """The exchange of the last attempt. `signed=False` leaves credentials as they are in the request.

        Raises `Refused` where the guard says no, `httpx.HTTPError` where no answer came.
        """
        own = {name.lower() for name, _ in request.headers}
        usual = (*self.headers, *self._org_header(request))
        headers = [*(pair for pair in usual if pair[0] not in own), *request.headers]
        extensions = self._make_repeatable(request, headers)
        http_request = httpx.Request(
            request.method, request.url, headers=headers, content=request.body or None, extensions=extensions
        )
        self.exchanges.last = None
        if signed and self.signer:
            self._send_signed(http_request, self.signer)
        else:
            self._send_once(http_request)
        assert self.exchanges.last is not None, "the recorder adds every answer"
        return self.exchanges.last

    def close(self) -> None:
        """Close the connections."""
        self.chain.close()

    def _send_signed(self, request: httpx.Request, signer: httpx.Auth) -> None:
        """Send a request with credentials, and whatever else the signer has to send for them."""
        flow = signer.sync_auth_flow(request)
        try:
            next_request = next(flow)
            while True:
                next_request = flow.send(self._send_once(next_request))
        except StopIteration:
            return
        finally:
            flow.close()

    def _send_once(self, request: httpx.Request) -> httpx.Response:
        """The chain's answer, and whatever error with the request that it is about."""
        try:
            response = self.chain.handle_request(request)
        except httpx.RequestError as error:
            failures.name_request(error, request)
            raise
        response.request = request
        return response

    def _org_header(self, request: Request) -> Headers:
        """The header that names the org, signed or not; the question which orgs there are needs none."""
        vendor, org_id = VENDORS[self.target.vendor], self.target.org_id
        if not vendor.org_header or not org_id:
            return ()
        path = request.url.removeprefix(self.target.base_url).partition("?")[0]
        asks_for_orgs = vendor.proof is not None and path == vendor.proof.path
        return () if asks_for_orgs else ((vendor.org_header.lower(), org_id),)

    def _make_repeatable(self, request: Request, headers: list[tuple[str, str]]) -> dict[str, Any]:
        """Give a request a key of its own where the vendor then carries it out only once; the mark for `retry`.

        The layers below see one key in all attempts. A key that the caller gave stays.
        """
        convention = VENDORS[self.target.vendor].idempotency
        if convention is None:
            return {}
        path = request.url.removeprefix(self.target.base_url).partition("?")[0]
        if not convention.applies(request.method, path):
            return {}
        keys = [value for name, value in headers if name.lower() == convention.header]
        if not keys:
            keys = [f"deskcheck-{uuid.uuid4()}"]
            headers.append((convention.header, keys[0]))
        return {"repeatable": True} if len(keys) == 1 and 0 < len(keys[0]) <= convention.longest else {}


def connect(target: Target, layers: Sequence[Layer], network: httpx.BaseTransport | None = None) -> Client:
    """A client for one org behind `layers` (guard first), the recorder and the network.

    The target says how long one exchange may take, by which proxies its hosts are reached and which certificate
    authorities it trusts. `network` is replaced in tests by `httpx.MockTransport`. The gate
    sends only what a guard sealed.
    """
    exchanges = ExchangeLog()
    below = network or open_network(target.timeout, target.proxies, target.ca_file)
    gate = partial(NetworkGate, proxies=target.proxies)
    headers = (
        ("connection", "keep-alive"),
        ("user-agent", f"deskcheck/{__version__}"),
        ("accept", "application/json"),
        ("accept-encoding", ACCEPTED),
    )
    transport = chain([*layers, lambda inner: Recorder(inner, exchanges.add), gate], below)
    return Client(target, transport, headers, _signer(target), exchanges)


def _signer(target: Target) -> httpx.Auth | None:
    """The auth flow of the target's kind; one that gets access tokens keeps them where the target says."""
    kind = VENDORS[target.vendor].auth_kind(target.credentials.kind)
    if kind.grant is None:
        return kind.flow(target)
    return TokenFlow(kind.grant(target), token_store(target.tokens, patience_for(target.timeout)))


def token_store(place: StorePlace, patience: float) -> TokenStore:
    """The store at a place, reached through the egress guard and, inside a network namespace, by its relay."""
    if place.bus:
        return open_store(place, patience, partial(egress.passing, egress.Passage("", 0, place.bus)))
    if place.address is None:
        return open_store(place, patience)
    socket = relay.routes().get(place.address, "")
    return open_store(place, patience, partial(egress.passing, egress.Passage(*place.address, socket)), socket)
