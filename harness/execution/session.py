"""Session: all that one worker needs to test one org, opened when its first operation comes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any

from harness.cases import bind, marking, store
from harness.cases.bind import Reference
from harness.cases.case import Case
from harness.cases.marking import Form
from harness.cases.marks import Mark
from harness.checks import waivers
from harness.contract.contract import Contract
from harness.exchange import Exchange, Request, Response
from harness.execution.lists import Lists
from harness.finding import Finding
from harness.masking import Mask
from harness.openapi import loader
from harness.openapi.catalog import Operation, Parameter
from harness.openapi.document import SPECS
from harness.openapi.document_cache import DocumentCache
from harness.openapi.graph import graph_of, names_record
from harness.policy.judge import Verdict
from harness.resources import preconditions
from harness.resources.created import created_records
from harness.resources.pool import RecordPool
from harness.resources.preconditions import Precondition
from harness.target import Target
from harness.traffic.recording import Recording
from harness.transport.client import Client
from harness.transport.failures import NoAnswerError
from harness.transport.outage import OutageProbe
from harness.transport.refused import Refused
from harness.vendors import VENDORS

if TYPE_CHECKING:
    from harness.cases.schema import Schema
    from harness.checks.generated import Generated

# Creates that answer 4xx this often are given up: the org refuses what the document calls valid.
TRIES = 4


@dataclass
class Session:
    """One org in one worker process. `stopped` says why nothing more can be asked of it, once that is so.

    `mark` is the run's; `numbers` makes the mark of each request unlike those of the other workers.
    """

    target: Target
    documents: DocumentCache
    client: Client
    budget: int
    seed: int
    mark: str = ""
    stopped: str = ""
    refused: list[Verdict] = field(default_factory=list)
    recording: Recording | None = None
    may: Callable[[Operation], bool] = lambda operation: True
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _mask: Mask | None = None
    _views: dict[str, Generated] = field(default_factory=dict)
    _schemas: dict[str, Schema] = field(default_factory=dict)
    _made: dict[str, tuple[Case, ...]] = field(default_factory=dict)
    _forms: dict[tuple[str, str], Form] = field(default_factory=dict)

    @property
    def mask(self) -> Mask:
        """Takes this org's secrets out of whatever is kept, the access tokens that it was given included."""
        self._mask = (self._mask or Mask(self.target.credentials.secrets)).knowing(*self.client.secrets)
        return self._mask

    @cached_property
    def pulse(self) -> OutageProbe:
        """Tells an operation that gives no answer from an org that gives none."""
        return OutageProbe(self.client)

    @cached_property
    def records(self) -> RecordPool:
        """The ids of this org."""
        graph = graph_of(self.documents.catalog.of(self.target.vendor).operations)
        return RecordPool(graph, self._fetch, self._make, self._lists.walk)

    @cached_property
    def _lists(self) -> Lists:
        return Lists(self.target.base_url, self._try, self._fetch, lambda: self.records)

    @cached_property
    def contract(self) -> Contract:
        """What the documents promise."""
        return Contract(self.documents.document)

    @cached_property
    def before(self) -> Mapping[str, Precondition]:
        """What records go through before some operations can succeed, by operationId."""
        return preconditions.load(self.target.vendor)

    @cached_property
    def _fixed(self) -> Mapping[str, Mapping[str, Any]]:
        path = SPECS / self.target.vendor / "fill.yaml"
        return loader.read(path) or {} if path.is_file() else {}

    @cached_property
    def _waivers(self) -> tuple[waivers.Waiver, ...]:
        return waivers.load(self.target.vendor)

    def sort(self, findings: Iterable[Finding]) -> tuple[list[Finding], list[Finding]]:
        """Findings as (new, waived by a recorded waiver that has not expired)."""
        return waivers.apply(findings, self._waivers, date.today())

    def keep(self, exchange: Exchange, operation: str = "", purpose: str = "", told: Iterable[Finding] = ()) -> None:
        """Put an exchange on the run's recording, if there is one; `observe` finds in it what the run found."""
        if self.recording:
            self.recording.keep(exchange, operation, purpose, told)

    def close(self) -> None:
        """Close the connections, and write what of the recording is left."""
        self.client.close()
        if self.recording:
            self.recording.close()

    def values(self, operation: Operation, *, own: bool, fresh: bool = False) -> dict[str, str]:
        """Ids for the operation's path; with `own`, of records of this run, or else ids that no record can have.

        `fresh` is for an operation that uses up its record: a new one, in the state that the operation works on.
        """
        found = self.records.values(operation, own=own, fresh=fresh)
        if fresh and operation.operation_id in self.before and "{" in operation.path:
            name = operation.path.rpartition("{")[2].partition("}")[0]
            of = self.before[operation.operation_id].of
            found[name] = self._prepared(operation, self.records.own(of, fresh=True) if of else found.get(name, ""))
        if own:
            nobody = VENDORS[operation.vendor].impossible_ids
            for one in operation.parameters:
                if one.place == "path" and one.name not in found and names_record(one.name):
                    found[one.name] = nobody["integer" if "integer" in one.types or not one.types else "string"]
        return found

    def lacks(self, operation: Operation) -> bool:
        """Whether the path needs a record of this run, and none can be made."""
        nobody = set(VENDORS[operation.vendor].impossible_ids.values())
        return bool(nobody & set(self.values(operation, own=True).values()))

    def fill(self, operation: Operation, case: Case, values: Mapping[str, str], *, fresh: bool = False) -> Case:
        """The case with this org's ids in it; what a create makes gets a name of its own."""
        mark = Mark(self.mark, next(self.numbers)) if self.mark else None
        form = self._form(operation, case) if mark else marking.ANY
        reference = self._reference(operation, fresh)
        ready = bind.findable(case, self._filters(operation), reference) if operation.method == "POST" else case
        return bind.fill(ready, values, reference, self.fixed(operation), mark, form)

    def _filters(self, operation: Operation) -> list[Parameter]:
        """The ids that the list of a create's collection requires in its query."""
        listing = self.records.graph.at(operation.path).listing
        required = [one for one in listing.parameters if one.required and one.place == "query"] if listing else []
        return [one for one in required if names_record(one.name)]

    def _form(self, operation: Operation, case: Case) -> Form:
        """What the document says of the operation's request, kept for the next case."""
        key = operation.key, case.media_type.partition(";")[0]
        if key not in self._forms:
            self._forms[key] = marking.form_of(self.documents.document(operation).tree, case)
        return self._forms[key]

    def _reference(self, operation: Operation, fresh: bool) -> Reference:
        """Where the ids in query and body come from: any that exist for a read, else the run's own."""
        if operation.method == "GET":
            return lambda name: self.records.reference(name, operation)
        if not fresh or "{" in operation.path:
            return lambda name: self.records.own_reference(name, operation)
        of = self.before[operation.operation_id].of if operation.operation_id in self.before else ""
        acted = of or operation.path.rpartition("/")[0]

        def spent(name: str) -> str:
            if (self.records.collection(name) or acted) != acted:
                return self.records.own_reference(name, operation)
            return self._prepared(operation, self.records.own(acted, fresh=True))

        return spent

    def _prepared(self, operation: Operation, record: str) -> str:
        """A new record, sent through all that it has to go through before the operation."""
        before = self.before.get(operation.operation_id)
        for step in before.steps if before and record else ():
            self._try(step.of(record).request(self.target.base_url))
        return record

    def fixed(self, operation: Operation) -> Mapping[str, Any]:
        """Body values that a valid request of this operation needs, by JSON pointer."""
        return self._fixed.get(operation.operation_id, {})

    def cases(self, operation: Operation) -> tuple[Case, ...]:
        """The operation's cases, generated now or kept from an earlier run."""
        if operation.key not in self._made:
            self._made[operation.key] = store.kept(
                self.documents.cache,
                operation,
                self.documents.stamp(operation.vendor),
                self.budget,
                self.seed,
                lambda: self._generate(operation),
            )
        return self._made[operation.key]

    def generated(self, operation: Operation) -> Generated:
        """The generator's own checks for the operation's document."""
        from harness.checks.generated import Generated

        name = operation.document
        if name not in self._views:
            self._views[name] = Generated(self.documents.document(operation).tree, self._resend)
        return self._views[name]

    def _generate(self, operation: Operation) -> tuple[Case, ...]:
        # Imported here: with all cases kept from an earlier run, a worker never pays for the generator.
        from harness.cases import generate, schema

        name = operation.document
        if name not in self._schemas:
            self._schemas[name] = schema.open_schema(self.documents.document(operation).tree)
        found = schema.operation(self._schemas[name], operation.method, operation.path)
        return generate.generate(found, self.budget, self.seed)

    def _resend(self, request: Request) -> Response:
        """Requests that a check makes on its own: through the same guard, with the credentials that it chose."""
        base = self.target.base_url
        path = "/" + request.url.split("/", 3)[3] if request.url.count("/") > 2 else "/"
        exchange = self.client.send(replace(request, url=base + path), signed=False)
        self.keep(exchange, purpose="upkeep")
        return exchange.response

    def _fetch(self, operation: Operation, path: str) -> Response | None:
        """The first list answer with rows: asked plainly where no query is required, then as valid cases ask."""
        required = any(one.required and one.place == "query" for one in operation.parameters)
        queries = [] if required else [""]
        queries += [case.query for case in self.cases(operation) if not case.negative and case.query][: TRIES - 1]
        response = None
        for query in dict.fromkeys(queries):
            exchange = self._try(Request("GET", self.target.base_url + path + (f"?{query}" if query else "")))
            response = exchange.response if exchange else None
            if response and response.status == 200:
                return response
        return response

    def _make(self, operation: Operation, path: str) -> str:
        """Create one record from the first of the operation's valid cases that the org accepts; "" where it may not."""
        if not self.may(operation):
            return ""
        tried = 0
        for case in self.cases(operation):
            if case.negative or tried >= TRIES:
                continue
            tried += 1
            ready = replace(self.fill(operation, case, {}), path=path, values={})
            exchange = self._try(bind.request(ready, self.target.base_url))
            if exchange and 200 <= exchange.response.status < 300:
                body = exchange.response.json_or(None)
                return next((one.id for one in created_records(body, path, self.target.vendor)), "")
        return ""

    def _try(self, request: Request) -> Exchange | None:
        try:
            exchange = self.client.send(request)
        except (Refused, NoAnswerError):
            return None
        self.keep(exchange, purpose="upkeep")
        return exchange
