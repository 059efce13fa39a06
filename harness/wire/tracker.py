"""Tracker: writes down what a request may create, before it leaves, and what came of it."""

from __future__ import annotations

import json
from typing import Any

import httpx

from harness.catalog import Match, Operation
from harness.ledger import Ledger
from harness.policy import naming
from harness.policy.judge import Verdict
from harness.policy.naming import Naming
from harness.risk.tier import Tier
from harness.settings import Target
from harness.undo import Step, Undo, made_id

_CHANGES = frozenset({"PUT", "PATCH"})


class Tracker(httpx.BaseTransport):
    """Stands right below the guard, so it only sees what was allowed.

    A create gets an `intend` before and a `made` after; a setting (a change that names no record) is read first and
    kept as the request that puts it back. `mark` is the text that this run puts into what it makes.
    """

    def __init__(
        self, inner: httpx.BaseTransport, target: Target, undo: Undo, names: Naming, ledger: Ledger, mark: str = ""
    ) -> None:
        self.inner, self.target, self.undo, self.names, self.ledger, self.mark = (
            inner,
            target,
            undo,
            names,
            ledger,
            mark,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The inner layers' answer; raises `UnfinishedError` when the ledger cannot be written."""
        match = self._match(request)
        if match is None:
            return self.inner.handle_request(request)
        operation = match.operation
        if operation.method in _CHANGES and not match.values:
            self._keep(request, operation)
            return self.inner.handle_request(request)
        if operation.method != "POST":
            return self.inner.handle_request(request)
        return self._create(request, operation)

    def _match(self, request: httpx.Request) -> Match | None:
        """The operation of an allowed request above `read`; None where there is nothing to write down."""
        verdict = request.extensions.get("verdict")
        if not isinstance(verdict, Verdict) or verdict.tier == Tier.READ or verdict.rule != "allowed":
            return None
        return self.undo.catalog.match(self.target.vendor, request.method, self._path(request))

    def _path(self, request: httpx.Request) -> str:
        base = httpx.URL(self.target.base_url).path.rstrip("/")
        return request.url.path.removeprefix(base).removesuffix(".json")

    def _create(self, request: httpx.Request, operation: Operation) -> httpx.Response:
        vendor = self.target.vendor
        home = self.undo.collection(operation)
        steps = self.undo.steps(vendor, home) if "{" not in home else ()
        kinds = {naming.collection(self.names, operation), self.names.kind(home.rsplit("/", 1)[-1])} - {""}
        mark = self.mark if self.mark and self.mark.encode() in request.content else ""
        entry = self.ledger.intend(vendor, operation.key, request.method, self._path(request), kinds, steps, mark)
        response = self.inner.handle_request(request)
        body = _json(response)
        record = made_id(body, home) if response.is_success else ""
        if record:
            self.ledger.made(entry, record)
        elif response.status_code < 500:
            self.ledger.void(entry, f"HTTP {response.status_code}, no id")
        return response

    def _keep(self, request: httpx.Request, operation: Operation) -> None:
        """Read a setting before it is changed. What cannot be read is changed all the same: its name is in the permit."""
        headers = {
            name: value
            for name, value in request.headers.items()
            if name in ("authorization", "orgid", "accept", "host")
        }
        before = self.inner.handle_request(httpx.Request("GET", request.url.copy_with(query=None), headers=headers))
        body = _json(before)
        if before.is_success and isinstance(body, dict):
            step = Step(operation.method, self._path(request), _changed(body, _sent(request)))
            self.ledger.keep(self.target.vendor, operation.key, self._path(request), step)

    def close(self) -> None:
        """Close the layers below."""
        self.inner.close()


def _json(response: httpx.Response) -> Any:
    response.read()
    try:
        return response.json()
    except ValueError:
        return None


def _sent(request: httpx.Request) -> Any:
    try:
        return json.loads(request.content)
    except ValueError:
        return None


def _changed(before: Any, sent: Any) -> Any:
    """Of the old values, those that the request is about to change: put back no more than was touched."""
    if not isinstance(before, dict) or not isinstance(sent, dict):
        return before
    return {key: _changed(before[key], value) for key, value in sent.items() if key in before}
