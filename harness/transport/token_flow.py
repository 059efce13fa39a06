"""Token flow: requests signed with an access token, which one process at a time gets and renews for all others."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator
from dataclasses import replace

import httpx

from harness.errors import UnfinishedError
from harness.exchange import Response
from harness.formats.json_text import json_or
from harness.tokens.token import Token, TokenRecord
from harness.tokens.token_store import TokenStore
from harness.vendors.obstacle import Obstacle, OrgError
from harness.vendors.token_grant import TokenGrant, TokenRequest

QUIET = 600.0
"""Seconds in which nobody asks a token host that throttles: ten quiet minutes are the least that clears it (client
reports)."""
LONG_QUIET = 1800.0
"""The same where those ten minutes did not clear it."""
PAUSE = 15.0
"""Seconds until a token that still works is tried to be renewed again, where that failed."""
_TRIES = 3
_FINAL = frozenset({Obstacle.WRONG_SECRET, Obstacle.WRONG_CLIENT, Obstacle.REVOKED})
"""Refusals of the credentials themselves: who asks again with the same gets the same, and is counted."""

Flow = Generator[httpx.Request, httpx.Response, None]
TokenGenerator = Generator[httpx.Request, httpx.Response, Token]


class TokenFlow(httpx.Auth):
    """An httpx auth flow: token calls go through the same guarded client as the requests that it signs.

    A token is renewed before its end (`Token.is_due`), and once where the API refuses it; the request is then sent
    again. Both happen under the store's lock, and whoever gets that reads first: where the stored token is another than
    the one that is due or was refused, somebody else has renewed it. A new token is in the store before it is used.
    """

    requires_response_body = True

    def __init__(self, grant: TokenGrant, store: TokenStore, clock: Callable[[], float] = time.time) -> None:
        self.grant, self.store, self.clock = grant, store, clock
        self.held: Token | None = None
        # Every token of the flow, for masking: an old token may still be echoed.
        self.secrets: tuple[str, ...] = ()
        # A new token that the store did not take: it is lost with this process.
        self._unsaved: TokenRecord | None = None
        # The last refusal of credentials, and the refresh token of the store that they were sent with.
        self._refusal: tuple[str, OrgError] | None = None

    @property
    def scopes(self) -> frozenset[str] | None:
        """The scopes granted to the token, None where they are not known (yet). Raises what the store raises."""
        token = self.held or self.store.read(self.grant.key).token
        return token.scopes if token else None

    def auth_flow(self, request: httpx.Request) -> Flow:
        """The request signed, with the token calls that it takes. Raises `OrgError` where no token is given,
        `UsageError` and `UnfinishedError` where the store fails."""
        token = self.held
        if token is None or token.is_due(self.clock()):
            token = yield from self._renew()
        response = yield self._sign(request, token)
        if self.grant.refuses(response.status_code, response.content):
            token = yield from self._renew(refused=token)
            yield self._sign(request, token)

    def _sign(self, request: httpx.Request, token: Token) -> httpx.Request:
        request.headers["Authorization"] = f"{self.grant.scheme} {token.access}"
        return request

    def _renew(self, refused: Token | None = None) -> TokenGenerator:
        """The token that counts from now on: the stored one, or a new one where that is due or was `refused`."""
        with self.store.lock(self.grant.key):
            record = self._stored(refused)
            now = self.clock()
            if record.token and not record.token.is_due(now):
                return self._use(record.token)
            self._check_refusal(record)
            usable = record.token if record.token and not record.token.is_over(now) else None
            if now < record.wait_until <= now + LONG_QUIET:
                if usable:
                    return self._use(usable)
                raise _still_throttled(self.grant, record.wait_until - now)
            try:
                token = yield from self._ask(record)
            except OrgError as error:
                self._remember_failure(error, record, usable)
                if usable:
                    return self._use(usable)
                raise
            return self._keep(token)

    def _stored(self, refused: Token | None) -> TokenRecord:
        """What the store has; a token that the API refused has come to its end, whatever its time says."""
        if self._unsaved:
            self.store.write(self.grant.key, self._unsaved)
            self._unsaved = None
        record = self.store.read(self.grant.key)
        token = record.token
        self._add_secrets(token)
        if token and refused and token.access == refused.access:
            return replace(record, token=replace(token, expires_at=0.0))
        return record

    def _ask(self, record: TokenRecord) -> TokenGenerator:
        """A new token; asked for again where the answer is no JSON, so not of the token host."""
        if self.grant.rotates:
            # Once the call is made the old pair is dead: a store that takes nothing must show before.
            self.store.write(self.grant.key, record)
        call = self.grant.ask(record.token)
        for _ in range(_TRIES):
            asked_at = self.clock()
            response = yield _token_call(call)
            if response.status_code == 429 or json_or(response.content, None) is not None:
                break
        headers = tuple((name.lower(), value) for name, value in response.headers.items())
        token = self.grant.read(Response(response.status_code, headers, response.content), asked_at)
        self._add_secrets(token)
        if not token.refresh and record.token and self.grant.rotates:
            return replace(token, refresh=record.token.refresh)
        return token

    def _keep(self, token: Token) -> Token:
        """Into the store, and only then into use."""
        record = TokenRecord(token)
        try:
            self.store.write(self.grant.key, record)
        except UnfinishedError:
            self._unsaved = record
            raise
        return self._use(token)

    def _remember_failure(self, error: OrgError, record: TokenRecord, usable: Token | None) -> None:
        """Let nobody ask again too soon: a host that throttles counts each question."""
        now = self.clock()
        if error.obstacle in _FINAL and not usable:
            self._refusal = (_refresh_of(record), error)
        if error.obstacle is Obstacle.THROTTLED:
            is_repeated = record.wait_until > 0 and now - record.wait_until < LONG_QUIET
            pause = LONG_QUIET if is_repeated else QUIET
        elif usable:
            pause = PAUSE
        else:
            return
        self.store.write(self.grant.key, replace(record, wait_until=now + pause))

    def _check_refusal(self, record: TokenRecord) -> None:
        """Raise the refusal that the same credentials got in this process already."""
        if self._refusal and self._refusal[0] == _refresh_of(record):
            error = self._refusal[1]
            raise OrgError(error.obstacle, error.what, where=error.where, remedy=error.remedy)

    def _use(self, token: Token) -> Token:
        self._add_secrets(token)
        self.held = token
        return token

    def _add_secrets(self, token: Token | None) -> None:
        new = token.secrets if token else ()
        self.secrets += tuple(secret for secret in new if secret not in self.secrets)


def _refresh_of(record: TokenRecord) -> str:
    return record.token.refresh if record.token else ""


def _token_call(call: TokenRequest) -> httpx.Request:
    headers = {"content-type": call.media_type, "accept": "application/json"}
    # Repeated like a read where the connection was lost; never where the host says that it was asked too often.
    extensions = {"repeatable": True, "throttle_stands": True}
    return httpx.Request("POST", call.url, content=call.body, headers=headers, extensions=extensions)


def _still_throttled(grant: TokenGrant, seconds: float) -> OrgError:
    """The error for a token that nobody may ask for yet."""
    return OrgError(
        Obstacle.THROTTLED,
        f"no access token for another {math.ceil(seconds / 60)} minutes: {grant.throttled.meaning}",
        where=grant.token_url,
        remedy=grant.throttled.remedy,
    )
