"""A Zendesk account whose answers pass through faults."""

from __future__ import annotations

from zendesk_account import Account, engine

from harness.sandbox.call import Call
from harness.sandbox.faults import Faults, parse


class Broken(Account):
    """An account whose answers pass through faults."""

    def __init__(self, *rules) -> None:
        super().__init__()
        self.faults = Faults()
        self.faults.set([parse(rule) for rule in rules])

    def send(self, method, path, body=None, *, headers=None, **query):
        call = Call(method, f"/api/v2{path}", headers={**self.headers, **(headers or {})}, now=self.clock.now())
        call.query = tuple((name, str(value)) for name, value in query.items())
        call.mount = "/zendesk"
        if body is not None:
            call.body = body
        found = engine().router.find(method, call.path)
        if found is not None:
            call.operation, call.values = found
        return self.faults.play(engine(), self.org, call)
