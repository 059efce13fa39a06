"""Tracker: writes down what a request may create, before it leaves, and what came of it."""

from __future__ import annotations

import time
from dataclasses import replace
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

import httpx

from harness.cases.marking import held_by
from harness.cases.marks import carries
from harness.errors import GateError, OrphanedError
from harness.formats.json_text import json_or
from harness.ledger import Ledger
from harness.openapi.catalog import Match, Operation, filled
from harness.policy import references
from harness.policy.judge import Verdict
from harness.policy.ownership import CREATES
from harness.policy.references import References
from harness.resources.cleanup import Cleanup, CleanupStep, rows_of
from harness.resources.created import made, proves_new
from harness.risk import words
from harness.risk.tier import Tier
from harness.settings import Target
from harness.transport.prior_listing import Lister, PriorListing, nothing
from harness.transport.refused import Refused, Sink

# Lists that show records of other kinds than their own name says.
_SHOWN = {"conversations": ("comments", "threads"), "latestThread": ("threads",)}
_CHANGES = frozenset({"PUT", "PATCH"})
# Ends of a request of which no byte was sent.
NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
    Refused,
    GateError,
    OrphanedError,
)

_CODES = frozenset(int(code) for code in HTTPStatus)
# The client error that a proxy gives of its own while the server behind it may be carrying the request out.
_OF_PROXIES = frozenset({HTTPStatus.REQUEST_TIMEOUT})


class Tracker(httpx.BaseTransport):
    """Stands right below the guard, so it only sees what was allowed.

    A create gets an `intend` before and a `made` after; a setting (a change that names no record) is read first and
    kept as the request that puts it back. `mark` is the text that this run puts into what it makes; what carries none
    is told from other records by a list of its collection before, which `ask` gives. `reader` judges and sends what the
    tracker itself has to read.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        target: Target,
        undo: Cleanup,
        names: References,
        ledger: Ledger,
        mark: str = "",
        sink: Sink = lambda verdict: None,
        ask: Lister = nothing,
        reader: httpx.BaseTransport | None = None,
    ) -> None:
        self.inner, self.target, self.undo, self.names = inner, target, undo, names
        self.ledger, self.mark, self.sink = ledger, mark, sink
        self.reader = reader or inner
        self.before = PriorListing(target.vendor, undo.catalog, ledger, ask)
        self.skew: float | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The inner layers' answer; raises `UnfinishedError` when the ledger cannot be written."""
        match = self._match(request)
        if match is None:
            response = self.inner.handle_request(request)
            self._adopt(request, response)
            return response
        operation = match.operation
        if operation.method in _CHANGES and not match.values:
            return self._send(request, self._keep(request, operation))
        if operation.method != "POST":
            return self.inner.handle_request(request)
        return self._create(request, match)

    def _match(self, request: httpx.Request) -> Match | None:
        """The operation of an allowed request above `read`; None where there is nothing to write down."""
        verdict = request.extensions.get("verdict")
        if not isinstance(verdict, Verdict) or verdict.tier == Tier.READ or verdict.rule != "allowed":
            return None
        return self.undo.catalog.match(self.target.vendor, request.method, self._path(request))

    def _path(self, request: httpx.Request) -> str:
        base = httpx.URL(self.target.base_url).path.rstrip("/")
        return request.url.path.removeprefix(base).removesuffix(".json")

    def _create(self, request: httpx.Request, match: Match) -> httpx.Response:
        vendor, operation = self.target.vendor, match.operation
        template = self.undo.collection(operation)
        steps = self.undo.steps(vendor, template, tuple(match.values.values()))
        kinds = {references.collection(self.names, operation), self.names.kind(template.rsplit("/", 1)[-1])} - {""}
        mark = self.mark if carries(_texts(request), self.mark) else ""
        search = self._search(request, filled(template, match.values), mark)
        entry = self.ledger.intend(
            vendor, operation.key, request.method, self._path(request), kinds, steps, mark, search
        )
        response = self._send(request, entry)
        self._clock(response)
        self._answered(entry, match, template, mark, response)
        return response

    def _send(self, request: httpx.Request, entry: str) -> httpx.Response:
        """The inner layers' answer; what was held back before it left has changed nothing."""
        try:
            return self.inner.handle_request(request)
        except NEVER_LEFT as error:
            self.ledger.void(entry, f"the request never left: {type(error).__name__}")
            raise

    def _search(self, request: httpx.Request, home: str, mark: str) -> dict[str, str]:
        """What helps to find the record if no answer comes; without a mark, what its collection holds before."""
        found = {"home": home, "query": self.before.query(home, _sent(request))}
        if mark:
            found["field"] = _field(request, mark)
        elif self._stands_alone(home):
            found["before"] = self.before.of(home, found["query"])
        if self.skew is not None:
            found["skew"] = f"{self.skew:.1f}"
        return {name: value for name, value in found.items() if value}

    def _stands_alone(self, home: str) -> bool:
        """Whether records of this collection can be taken back, and hang on nothing that this run made."""
        hangs = any(self.ledger.entry_of(self.target.vendor, part) for part in home.strip("/").split("/"))
        return not hangs and bool(self.undo.steps(self.target.vendor, home))

    def _clock(self, response: httpx.Response) -> None:
        told = _ahead(response)
        self.skew = self.skew if told is None else told

    def _answered(self, entry: str, match: Match, home: str, mark: str, response: httpx.Response) -> None:
        """What the answer says of the entry; where it proves neither a record nor that there is none, it stays open."""
        body = _json(response)
        # An action answers with the record that its path names: nothing new.
        shown = made(body, home) if response.is_success else ()
        records = [one for one in shown if one.id not in match.values.values()]
        date = response.headers.get("date", "")
        if new := [one.id for one in records if proves_new(one, date, mark)]:
            self.ledger.made(entry, *new)
            return
        made_nothing = _carried_out(response, body) and not records and not self._adds(match.operation, home, body)
        if made_nothing or _refuses(response, body):
            self.ledger.void(entry, f"HTTP {response.status_code}, no id")

    def _adds(self, operation: Operation, home: str, body: Any) -> bool:
        """Whether a success that names no record may have made one in `home`: a create, at once or by a job."""
        job = isinstance(body, dict) and "job_status" in body
        adds = not CREATES.isdisjoint(words.split(operation.operation_id))
        return "{" not in home and (bool(self.undo.steps(self.target.vendor, home)) or (job and adds))

    def _adopt(self, request: httpx.Request, response: httpx.Response) -> None:
        """What an answer shows inside a record of ours is ours as well: a new ticket's first comment."""
        if request.method != "GET" or not response.is_success:
            return
        match = self.undo.catalog.match(self.target.vendor, "GET", self._path(request))
        if match is None or not match.values:
            return
        parts = match.operation.path.strip("/").split("/")
        parent = self.ledger.entry_of(self.target.vendor, next(iter(match.values.values())))
        if parent is None or parts[-1].startswith("{"):
            return
        kinds = {self.names.kind(parts[-1]), *map(self.names.kind, _SHOWN.get(parts[-1], ()))}
        ids = [one.id for row in rows_of(_json(response)) for one in made(row, parts[-1])]
        self.ledger.adopt(self.target.vendor, kinds, ids, parent)

    def _keep(self, request: httpx.Request, operation: Operation) -> str:
        """Read a setting before it is changed; its entry. One that cannot be read could not be put back: left alone."""
        passed = ("authorization", "orgid", "accept", "host")
        headers = {name: value for name, value in request.headers.items() if name in passed}
        before = self._read(httpx.Request("GET", request.url.copy_with(query=None), headers=headers))
        body = _json(before) if before is not None and before.is_success else None
        if not isinstance(body, dict):
            verdict: Verdict = request.extensions["verdict"]
            said = "the guard refuses that" if before is None else f"HTTP {before.status_code}"
            why = f"its value cannot be read first ({said}), so it could not be put back"
            held = replace(verdict, allowed=False, rule="setting", evidence=(*verdict.evidence, why))
            self.sink(held)
            raise Refused(held)
        step = CleanupStep(operation.method, self._path(request), _changed(body, _sent(request)))
        return self.ledger.keep(self.target.vendor, operation.key, self._path(request), step)

    def _read(self, request: httpx.Request) -> httpx.Response | None:
        """The answer to a request of our own, None where it may not leave: it is judged like any other."""
        try:
            return self.reader.handle_request(request)
        except Refused:
            return None

    def close(self) -> None:
        """Close the layers below."""
        self.inner.close()


def _json(response: httpx.Response) -> Any:
    return json_or(response.read(), None)


def _refuses(response: httpx.Response, body: Any) -> bool:
    """Whether the vendor's own server says that it did not do it: a client error with JSON, or with nothing."""
    vendors = isinstance(body, dict | list) or not response.content
    return response.is_client_error and response.status_code in _CODES - _OF_PROXIES and vendors


def _carried_out(response: httpx.Response, body: Any) -> bool:
    """Whether a success is the vendor's own and whole, so that what it does not name is not there."""
    whole = body is not None or (response.status_code == HTTPStatus.NO_CONTENT and not response.content)
    return response.is_success and response.status_code in _CODES and whole


def _sent(request: httpx.Request) -> Any:
    return json_or(request.content, None)


def _texts(request: httpx.Request) -> str:
    """All that a request says in query and body."""
    return request.url.query.decode("latin-1") + "\n" + request.content.decode("latin-1")


def _field(request: httpx.Request, mark: str) -> str:
    """The field whose text carries the mark: of a JSON body, the query, a form; `filename` of a file that is sent."""
    urlencoded = "urlencoded" in request.headers.get("content-type", "")
    form = dict(parse_qsl(request.content.decode("latin-1"))) if urlencoded else {}
    for texts in (_sent(request), dict(request.url.params), form):
        if found := held_by(texts, lambda text: carries(text, mark)):
            return found
    return "filename" if b'filename="' in request.content else ""


def _ahead(response: httpx.Response) -> float | None:
    """Seconds by which the server's clock is ahead of ours; None where it does not tell its time."""
    try:
        return parsedate_to_datetime(response.headers["date"]).timestamp() - time.time()
    except (KeyError, TypeError, ValueError):
        return None


def _changed(before: Any, sent: Any) -> Any:
    """Of the old values, those that the request is about to change: put back no more than was touched."""
    if not isinstance(before, dict) or not isinstance(sent, dict):
        return before
    return {key: _changed(before[key], value) for key, value in sent.items() if key in before}
