"""A Zoho Desk portal to talk to in a test, without a server: the engine gets the calls as a server would give them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlencode

from harness.sandbox.call import ABSENT, Call, Reply
from harness.sandbox.engine import Engine
from harness.sandbox.org import Clock, Org
from harness.sandbox.zoho import SERVICE, oauth

NOON = 1767614400.0  # 2026-01-05 12:00 UTC
BASE = "http://127.0.0.1:1/zoho"


@cache
def engine() -> Engine:
    return Engine(SERVICE)


@dataclass
class Portal:
    """A fresh portal whose clock stands still until it is moved."""

    refresh: str = oauth.REFRESH_TOKEN
    clock: Clock = field(default_factory=lambda: Clock(source=lambda: NOON))

    def __post_init__(self) -> None:
        self.org: Org = engine().org(0, self.clock)
        self.token = oauth.grant(self.org, self.refresh, self.clock.now())

    def headers(self) -> dict[str, str]:
        return {"authorization": f"Zoho-oauthtoken {self.token}", "orgid": oauth.ORG_ID}

    def send(
        self,
        method: str,
        path: str,
        body: Any = ABSENT,
        *,
        headers: dict[str, str] | None = None,
        raw: bytes = b"",
        **query: Any,
    ) -> Reply:
        """One request to the API; a body goes as JSON, `raw` as it is; `headers` replaces those that sign it."""
        path = f"/api/v1{path}"
        match = engine().router.find(method, path)
        sent = dict(self.headers() if headers is None else headers)
        if body is not ABSENT:
            raw, sent["content-type"] = json.dumps(body).encode(), "application/json"
        pairs = tuple((name.rstrip("_"), str(value)) for name, value in query.items())
        call = Call(method, path, query=pairs, headers=sent, body=body, raw=raw, base=BASE, now=self.clock.now())
        call.mount = "/zoho"
        if match is not None:
            call.operation, call.values = match
        return engine().handle(self.org, call)

    def get(self, path: str, **query: Any) -> Reply:
        return self.send("GET", path, **query)

    def post(self, path: str, body: Any = ABSENT, **query: Any) -> Reply:
        return self.send("POST", path, body, **query)

    def upload(self, path: str, field: str = "file", **query: Any) -> Reply:
        """A small text file in one part of a form."""
        head = f'--x\r\nContent-Disposition: form-data; name="{field}"; filename="note.txt"\r\n\r\n'
        headers = {**self.headers(), "content-type": "multipart/form-data; boundary=x"}
        return self.send("POST", path, headers=headers, raw=head.encode() + b"hello\r\n--x--\r\n", **query)

    def patch(self, path: str, body: Any = ABSENT, **query: Any) -> Reply:
        return self.send("PATCH", path, body, **query)

    def accounts(self, path: str = "/oauth/v2/token", **form: str) -> Reply:
        """One form to the accounts host."""
        call = Call("POST", path, raw=urlencode(form).encode(), base=BASE, now=self.clock.now())
        call.mount = "/zoho-accounts"
        return engine().handle(self.org, call)

    def refreshed(self, **changes: str) -> Reply:
        """The token call as a client makes it, with some fields of its form changed."""
        form = {
            "grant_type": "refresh_token",
            "client_id": oauth.CLIENT_ID,
            "client_secret": oauth.CLIENT_SECRET,
            "refresh_token": self.refresh,
        }
        return self.accounts(**{**form, **changes})

    def ticket(self, **fields: Any) -> dict[str, Any]:
        """A new ticket."""
        department, contact = (next(iter(self.org.store[name].rows)) for name in ("departments", "contacts"))
        body = {"subject": "Torn page", "departmentId": department, "contactId": contact, "status": "Open", **fields}
        reply = self.post("/tickets", body)
        assert reply.status == 200, reply.body
        created: dict[str, Any] = reply.body
        return created

    def first(self, table: str) -> str:
        """The id of a table's first record."""
        return next(iter(self.org.store[table].rows))


def code(reply: Reply) -> str:
    """The error code of a refusal."""
    error_code: str = reply.body["errorCode"]
    return error_code
