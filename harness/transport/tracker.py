"""Writes into the ledger what a request may create, before it leaves, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

import httpx

from harness.cases.marking import marked_field
from harness.cases.marks import carries
from harness.errors import GateError, OrphanedError
from harness.formats.http_date import clock_skew
from harness.formats.json_text import json_or
from harness.ledger import Ledger
from harness.openapi.catalog import Match, Operation, filled
from harness.policy.judge import Verdict
from harness.policy.ownership import CREATES
from harness.policy.references import References, kind_of_records
from harness.resources.cleanup import REQUESTS_TO_RESTORE, Cleanup, CleanupStep, requests_to_remove
from harness.resources.created import created_records, proves_new
from harness.resources.rows import rows_of
from harness.risk import words
from harness.risk.tier import Tier
from harness.target import Target
from harness.transport.layer import TransportLayer
from harness.transport.prior_listing import Lister, PriorListing, list_nothing
from harness.transport.refused import Refused, Sink
from harness.transport.request_ceiling import RequestCeiling
from harness.transport.retry import MAY_HAVE_ARRIVED
from harness.vendors import VENDORS
from harness.vendors.obstacle import OrgError

# Lists that show records of other kinds than their own name says (Zoho Desk API: List all conversations of a ticket;
# not in the pinned document, but in others that --document may name).
_KINDS_SHOWN = {"conversations": ("comments", "threads"), "latestThread": ("threads",)}
_CHANGES = frozenset({"PUT", "PATCH"})
# Errors of a request of which no byte was sent.
NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
    Refused,
    GateError,
    OrphanedError,
    OrgError,  # of the quota: nothing was sent, or it was refused by a 429
)

_HTTP_STATUSES = frozenset(int(code) for code in HTTPStatus)
# The client error that a proxy gives of its own while the server behind it may be carrying the request out.
_PROXY_STATUSES = frozenset({HTTPStatus.REQUEST_TIMEOUT})


class Tracker(TransportLayer):
    """Stands right below the guard, so it only gets what was allowed.

    A create is written down before it leaves, and so are the ids in its answer. A setting (a change that names no
    record) is read first and written down as the request that restores it. `mark` is the text that this run puts into
    what it creates; a record without it is recognised by the list of its collection before, which `lister` gives.
    `reader` wraps the layers below by one that judges what the tracker itself has to read. What teardown will need for
    a record is taken from the `ceiling` before the record is created.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        target: Target,
        cleanup: Cleanup,
        references: References,
        ledger: Ledger,
        mark: str = "",
        sink: Sink = lambda verdict: None,
        lister: Lister = list_nothing,
        reader: Callable[[httpx.BaseTransport], httpx.BaseTransport] = lambda inner: inner,
        ceiling: RequestCeiling | None = None,
    ) -> None:
        super().__init__(inner)
        self.target, self.cleanup, self.references = target, cleanup, references
        self.ledger, self.mark, self.sink = ledger, mark, sink
        self.reader = reader(inner)
        self.ceiling = ceiling or RequestCeiling()
        self.prior_listing = PriorListing(target.vendor, cleanup.catalog, ledger, lister)
        self.skew: float | None = None
        self._base = httpx.URL(target.base_url).path.rstrip("/")

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The inner layers' answer; raises `UnfinishedError` when the ledger cannot be written."""
        match = self._match(request)
        if match is None:
            response = self.inner.handle_request(request)
            self._record_parts(request, response)
            return response
        is_setting = match.operation.method in _CHANGES and not match.values
        if is_setting:
            self.ceiling.take(REQUESTS_TO_RESTORE)
            return self._send(request, self._begin_change(request, match.operation), REQUESTS_TO_RESTORE)
        if match.operation.method == "POST":
            return self._create(request, match)
        return self.inner.handle_request(request)

    def _match(self, request: httpx.Request) -> Match | None:
        """The operation of an allowed request above `read`; None where there is nothing to write down."""
        verdict = request.extensions.get("verdict")
        if not isinstance(verdict, Verdict) or verdict.tier == Tier.READ or verdict.rule != "allowed":
            return None
        catalog, path = self.cleanup.catalog, self._path(request)
        suffix = VENDORS[self.target.vendor].ignored_suffix
        # A document may have the ending that means nothing to the vendor.
        candidates = (catalog.match(self.target.vendor, request.method, form) for form in (path, path + suffix))
        return next((match for match in candidates if match), None)

    def _path(self, request: httpx.Request) -> str:
        return request.url.path.removeprefix(self._base).removesuffix(VENDORS[self.target.vendor].ignored_suffix)

    def _create(self, request: httpx.Request, match: Match) -> httpx.Response:
        vendor, operation = self.target.vendor, match.operation
        collection = self.cleanup.collection(operation)
        steps = self.cleanup.steps(vendor, collection, tuple(match.values.values()))
        own_kind = self.references.kind(collection.rsplit("/", 1)[-1])
        kinds = {kind_of_records(self.references, operation), own_kind} - {""}
        mark = self.mark if carries(_texts(request), self.mark) else ""
        search = self._search(request, filled(collection, match.values), mark)
        for_teardown = requests_to_remove(steps)
        self.ceiling.take(for_teardown)
        entry = self.ledger.begin_create(
            self.target.name, operation.key, request.method, self._path(request), kinds, steps, mark, search
        )
        response = self._send(request, entry, for_teardown)
        skew = clock_skew(response.headers.get("date", ""))
        self.skew = self.skew if skew is None else skew
        if request.extensions.get(MAY_HAVE_ARRIVED) and not response.is_success:
            return response  # what the last attempt did not do, an earlier one may have done
        created = self._record_outcome(entry, match, collection, mark, response)
        if created is not None:
            self.ceiling.add(for_teardown * (1 - created))
        return response

    def _send(self, request: httpx.Request, entry: str, for_teardown: int) -> httpx.Response:
        """The inner layers' answer; a request that never left, in no attempt, has changed nothing."""
        try:
            return self.inner.handle_request(request)
        except NEVER_LEFT as error:
            if request.extensions.get(MAY_HAVE_ARRIVED):
                raise
            self.ledger.nothing_created(entry, f"the request never left: {type(error).__name__}")
            self.ceiling.add(for_teardown)
            raise

    def _search(self, request: httpx.Request, path: str, mark: str) -> dict[str, str]:
        """What helps to find the record if no answer comes; without a mark, what its collection held before.

        `path` is that of the collection. The keys are those of the ledger file.
        """
        query = self.prior_listing.query(path, _json_of(request))
        search = {"home": path, "query": query}
        if mark:
            search["field"] = _field(request, mark)
        elif self._is_independent(path):
            search["before"] = self.prior_listing.of(path, query)
        if self.skew is not None:
            search["skew"] = f"{self.skew:.1f}"
        return {name: value for name, value in search.items() if value}

    def _is_independent(self, path: str) -> bool:
        """Whether records of the collection at `path` can be removed, and belong to no record that this run created."""
        is_part = any(self.ledger.entry_of(self.target.name, part) for part in path.strip("/").split("/"))
        return not is_part and bool(self.cleanup.steps(self.target.vendor, path))

    def _record_outcome(
        self, entry: str, match: Match, collection: str, mark: str, response: httpx.Response
    ) -> int | None:
        """Write down what the answer proves: how many new records; None where it proves nothing, and the entry stays
        open."""
        body = _json(response)
        shown = created_records(body, collection, self.target.vendor) if response.is_success else ()
        # An action answers with the record that its path names: nothing new.
        records = [record for record in shown if record.id not in match.values.values()]
        date = response.headers.get("date", "")
        new = [record.id for record in records if proves_new(record, date, mark)]
        if new:
            self.ledger.created(entry, *new)
            return len(new)
        names_nothing = _is_carried_out(response, body) and not records
        if _is_refused(response, body) or (names_nothing and not self._may_add(match.operation, collection, body)):
            self.ledger.nothing_created(entry, f"HTTP {response.status_code}, no id")
            return 0
        return None

    def _may_add(self, operation: Operation, collection: str, body: Any) -> bool:
        """Whether a success that names no record may have created one: a create does, at once or by a job."""
        if "{" in collection:
            return False
        if self.cleanup.steps(self.target.vendor, collection):
            return True
        is_named_create = not CREATES.isdisjoint(words.split(operation.operation_id))
        return is_named_create and VENDORS[self.target.vendor].names_job(body)

    def _may_show_parts(self, request: httpx.Request) -> bool:
        """Whether the operation, as the guard knows it, reads what lies inside of a record; matching takes longer."""
        verdict = request.extensions.get("verdict")
        operation = self.cleanup.catalog.by_key.get(verdict.operation) if isinstance(verdict, Verdict) else None
        if operation is None:
            return True
        above, _, last = operation.path.rpartition("/")
        return "{" in above and not last.startswith("{")

    def _record_parts(self, request: httpx.Request, response: httpx.Response) -> None:
        """Write down what an answer shows inside a record of ours as ours: the first comment of a new ticket."""
        if request.method != "GET" or not response.is_success or not self._may_show_parts(request):
            return
        match = self.cleanup.catalog.match(self.target.vendor, "GET", self._path(request))
        if match is None or not match.values:
            return
        last = match.operation.path.rpartition("/")[2]
        parent = self.ledger.entry_of(self.target.name, next(iter(match.values.values())))
        if parent is None or last.startswith("{"):
            return
        kinds = {self.references.kind(word) for word in (last, *_KINDS_SHOWN.get(last, ()))}
        vendor = self.target.vendor
        ids = [record.id for row in rows_of(_json(response)) for record in created_records(row, last, vendor)]
        self.ledger.created_within(vendor, kinds, ids, parent)

    def _begin_change(self, request: httpx.Request, operation: Operation) -> str:
        """Read a setting before it is changed; its entry. Raises `Refused` where it cannot be read."""
        names = ("authorization", "accept", "host", VENDORS[self.target.vendor].org_header.lower())
        headers = {name: value for name, value in request.headers.items() if name in names}
        response = self._read(httpx.Request("GET", request.url.copy_with(query=None), headers=headers))
        body = _json(response) if response is not None and response.is_success else None
        if not isinstance(body, dict):
            reason = "the guard refuses that" if response is None else f"HTTP {response.status_code}"
            raise self._refusal(request, reason)
        step = CleanupStep(operation.method, self._path(request), _old_values(body, _json_of(request)))
        return self.ledger.begin_change(self.target.name, operation.key, self._path(request), step)

    def _refusal(self, request: httpx.Request, reason: str) -> Refused:
        """The refusal of a change that could not be undone; it is counted like those of the guard."""
        verdict: Verdict = request.extensions["verdict"]
        why = f"its value cannot be read first ({reason}), so it could not be put back"
        refusal = replace(verdict, allowed=False, rule="setting", evidence=(*verdict.evidence, why))
        self.sink(refusal)
        return Refused(refusal)

    def _read(self, request: httpx.Request) -> httpx.Response | None:
        """The answer to a request of our own, None where it may not leave: it is judged like any other."""
        try:
            return self.reader.handle_request(request)
        except Refused:
            return None


def _json(response: httpx.Response) -> Any:
    return json_or(response.read(), None)


def _is_refused(response: httpx.Response, body: Any) -> bool:
    """Whether the vendor's own server says that it did not do it: a client error with JSON, or with nothing."""
    if not response.is_client_error or response.status_code not in _HTTP_STATUSES - _PROXY_STATUSES:
        return False
    return isinstance(body, dict | list) or not response.content


def _is_carried_out(response: httpx.Response, body: Any) -> bool:
    """Whether a success is the vendor's own and complete, so that a record it does not name was not created."""
    is_complete = body is not None or (response.status_code == HTTPStatus.NO_CONTENT and not response.content)
    return response.is_success and response.status_code in _HTTP_STATUSES and is_complete


def _json_of(request: httpx.Request) -> Any:
    return json_or(request.content, None)


def _texts(request: httpx.Request) -> str:
    """The query and the body of a request."""
    return request.url.query.decode("latin-1") + "\n" + request.content.decode("latin-1")


def _field(request: httpx.Request, mark: str) -> str:
    """The field whose text carries the mark: of a JSON body, the query, a form; `filename` of a file that is sent."""
    urlencoded = "urlencoded" in request.headers.get("content-type", "")
    form = dict(parse_qsl(request.content.decode("latin-1"))) if urlencoded else {}
    for texts in (_json_of(request), dict(request.url.params), form):
        if field := marked_field(texts, lambda text: carries(text, mark)):
            return field
    return "filename" if b'filename="' in request.content else ""


def _old_values(before: Any, sent: Any) -> Any:
    """Of the old values, those that the request is about to change: no others are to be restored."""
    if not isinstance(before, dict) or not isinstance(sent, dict):
        return before
    return {key: _old_values(before[key], value) for key, value in sent.items() if key in before}
