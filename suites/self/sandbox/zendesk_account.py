"""A Zendesk account to talk to in a test, without a server: the engine gets the calls as a server would give them."""

from __future__ import annotations

import base64
import json
import pickle
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import msgspec

from harness.sandbox.call import ABSENT, Call, Reply
from harness.sandbox.engine import Engine
from harness.sandbox.org import Clock, Org
from harness.sandbox.zendesk import SERVICE, auth

NOON = 1_767_700_800.0  # 2026-01-06 12:00 UTC, a day after the account was opened
BASE = "http://127.0.0.1:1/zendesk"


@cache
def engine() -> Engine:
    return Engine(SERVICE)


@cache
def seeded() -> bytes:
    """The seed, made once and copied for each account."""
    org = engine().org(0, Clock(source=lambda: NOON), BASE)
    return pickle.dumps((org.store, org.memo, org.random))


def signed(email: str = "admin@example.com", token: str = "") -> dict[str, str]:
    """The header of an API token."""
    pair = f"{email}/token:{token or auth.TOKENS[email]}"
    return {"authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


@dataclass
class Account:
    """A fresh account whose clock stands still until it is moved."""

    headers: dict[str, str] = field(default_factory=signed)
    clock: Clock = field(default_factory=lambda: Clock(source=lambda: NOON))
    replay: bool = False

    def __post_init__(self) -> None:
        store, memo, rng = pickle.loads(seeded())
        self.org = Org(engine(), 0, self.clock, BASE, store, memo, rng)

    def send(
        self, method: str, path: str, body: Any = ABSENT, *, headers: dict[str, str] | None = None, **query: Any
    ) -> Reply:
        """One request; `headers` are added to those that sign it, `query` names may hold brackets.

        A body of bytes goes as it is, anything else as JSON.
        """
        path = f"/api/v2{path}" if not path.startswith(("/oauth", "/api", "/attachments")) else path
        raw = b"" if body is ABSENT else body if isinstance(body, bytes) else json.dumps(body).encode()
        body = ABSENT if isinstance(body, bytes) else body
        pairs = tuple((name, str(value)) for name, value in query.items())
        sent = {**self.headers, **(headers or {})}
        call = Call(method, path, query=pairs, headers=sent, body=body, raw=raw, base=BASE, now=self.clock.now())
        call.mount = "/zendesk"
        if self.replay:
            call.state["replay"] = True
        match = engine().router.find(method, path)
        if match is not None:
            call.operation, call.values = match
        reply = engine().handle(self.org, call)
        if isinstance(reply.body, bytes) and not path.startswith("/attachments"):
            reply.body = msgspec.json.decode(reply.body)
        return reply

    def get(self, path: str, **query: Any) -> Reply:
        return self.send("GET", path, **query)

    def post(self, path: str, body: Any = ABSENT, **more: Any) -> Reply:
        return self.send("POST", path, body, **more)

    def put(self, path: str, body: Any = ABSENT, **more: Any) -> Reply:
        return self.send("PUT", path, body, **more)

    def delete(self, path: str, **query: Any) -> Reply:
        return self.send("DELETE", path, **query)

    def ticket(self, **fields: Any) -> dict[str, Any]:
        """A new ticket."""
        body = {"ticket": {"subject": "A test", "comment": {"body": "Please help."}, **fields}}
        created: dict[str, Any] = self.post("/tickets", body).body["ticket"]
        return created

    def user(self, **fields: Any) -> dict[str, Any]:
        """A new customer."""
        created: dict[str, Any] = self.post("/users", {"user": {"name": "Test Person", **fields}}).body["user"]
        return created
