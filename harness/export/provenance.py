"""From the requests that led to a finding to the steps of a test: each id by the answer that it came from.

An id in a request is found again in an earlier answer: of a create, whose record the test then makes itself, or of a
read, in which the test finds one. What no answer shows stays as it is.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from harness.checks.response import NOTHING, decoded
from harness.exchange import Exchange, Request
from harness.export.standalone import MARK, Capture, EnvironmentVariable, Role, Step, Template, Variable, plain
from harness.formats.json_text import json_or
from harness.formats.singular import singular
from harness.openapi.catalog import Catalog, Operation
from harness.openapi.graph import names_record
from harness.resources.cleanup import Cleanup, CleanupStep
from harness.resources.created import created_records
from harness.vendors import VENDORS

# The client writes these itself, or the test's own client does.
_NOT_KEPT = frozenset({"host", "connection", "content-length", "accept-encoding", "user-agent", "authorization"})
# A cursor of pages is as long as this; shorter texts are found everywhere by chance.
_CURSOR_LENGTH = 12
_MADE_OF = re.compile(r"[A-Za-z][A-Za-z0-9]*")


@dataclass(frozen=True, slots=True)
class Trace:
    """Requests of one org in their order, masked, and the places of those that the finding is about (`sends`).

    `unsigned` are the places of those that went without credentials. `mark` is the text that only this run put into
    what it created. `lists` has the variables for whole lists of some answers, by place.
    """

    exchanges: Sequence[Exchange]
    sends: tuple[int, ...]
    base_url: str
    vendor: str
    mark: str = ""
    unsigned: frozenset[int] = frozenset()
    lists: Mapping[int, Capture] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of a test, what takes back what they make, and the ids that only whoever runs it can give."""

    sent: tuple[Step, ...]
    removals: tuple[Step, ...]
    inputs: tuple[EnvironmentVariable, ...] = ()


def steps_of(trace: Trace, catalog: Catalog, cleanup: Cleanup, org_header: str = "") -> Steps:
    """The steps that show the finding again, those that make or find their records before them."""
    return _StepBuilder(trace, catalog, cleanup, org_header).build()


@dataclass(frozen=True, slots=True)
class _Source:
    """Where an id comes from: the place of the answer, and the pointer's parts in it."""

    place: int
    parts: tuple[str, ...]


@dataclass
class _StepBuilder:
    """Works out, from the last request back to the first, which answers the ids come from."""

    trace: Trace
    catalog: Catalog
    cleanup: Cleanup
    org_header: str
    sources: dict[str, _Source] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, EnvironmentVariable] = field(default_factory=dict)

    def build(self) -> Steps:
        kept = self._kept()
        for text, source in sorted(self.sources.items(), key=lambda item: item[1].place):
            self.names[text] = self._new_name(source)
        self._ask_for_the_rest(kept)
        steps = tuple(self._step(place) for place in kept)
        made = [(place, step) for place, step in zip(kept, steps, strict=True) if self._record_made(place)]
        removals = [removal for place, step in reversed(made) for removal in self._removals(place, step)]
        sent = {(step.method, step.path) for step in steps}
        removals = [one for one in removals if (one.method, one.path) not in sent]
        return Steps(steps, tuple(removals), tuple(self.inputs.values()))

    def _ask_for_the_rest(self, kept: Iterable[int]) -> None:
        """Make an input of each id in a path that no answer shows, with the id of the run as its default."""
        impossible = VENDORS[self.trace.vendor].impossible_ids.values()
        for place in kept:
            request = self.trace.exchanges[place].request
            operation = self._operation(request)
            template = operation.path.split("/") if operation else []
            for index, text in self._parameters(request):
                parameter = template[index].strip("{}")
                if text in self.names or text in impossible or not names_record(parameter):
                    continue
                name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+", "_", parameter).upper()
                self.names[text] = name
                self.inputs[name] = EnvironmentVariable(name, "the id of a record that shows the finding", text)

    def _kept(self) -> list[int]:
        """The places of all requests that the test sends, in order."""
        kept = set(self.trace.sends)
        waiting = sorted(kept, reverse=True)
        while waiting:
            place = waiting.pop()
            for text in self._ids(place):
                source = self.sources.get(text) or self._source(text, place)
                if source is None:
                    continue
                self.sources[text] = source
                if source.place not in kept:
                    kept.add(source.place)
                    waiting.append(source.place)
        for place in kept:
            # What a kept request makes is taken back, by its id.
            if (made := self._record_made(place)) and made not in self.sources:
                self._add_source(made, place)
        return sorted(kept | self._preparing(kept))

    def _add_source(self, text: str, place: int) -> None:
        if parts := _find(decoded(self.trace.exchanges[place].response), text):
            self.sources[text] = _Source(place, parts)

    def _preparing(self, kept: set[int]) -> set[int]:
        """The places of changes that brought a record of this test into the state for the request."""
        first, made = min(self.trace.sends), {source.place for source in self.sources.values()}
        changes = set()
        for place in range(first):
            is_read = self.trace.exchanges[place].request.method in ("GET", "HEAD")
            if is_read or place in kept or place in made or self._record_made(place):
                continue
            ids = [text for text in self._ids(place) if text in self.sources]
            if ids and all(self._record_made(self.sources[text].place) for text in ids):
                changes.add(place)
        return changes

    def _source(self, text: str, before: int) -> _Source | None:
        """The answer that made the record with this id, else the first one that shows it."""
        for place in range(before):
            if self._record_made(place) == text:
                parts = _find(decoded(self.trace.exchanges[place].response), text)
                return _Source(place, parts) if parts else None
        for place in range(before):
            exchange = self.trace.exchanges[place]
            is_read = exchange.request.method == "GET" and exchange.response.is_success
            if is_read and (parts := _find(decoded(exchange.response), text)):
                return _Source(place, parts)
        return None

    def _record_made(self, place: int) -> str:
        """The id of the record that a request made; empty where it made none."""
        exchange = self.trace.exchanges[place]
        operation = self._operation(exchange.request)
        if operation is None or exchange.request.method != "POST" or not exchange.response.is_success:
            return ""
        records = created_records(decoded(exchange.response), self.cleanup.collection(operation), self.trace.vendor)
        return next((record.id for record in records), "")

    def _operation(self, request: Request) -> Operation | None:
        match = self.catalog.match(self.trace.vendor, request.method, self._path(request))
        return match.operation if match else None

    def _path(self, request: Request) -> str:
        return urlsplit(request.url.removeprefix(self.trace.base_url)).path

    def _ids(self, place: int) -> Iterator[str]:
        """The texts of a request that name records: in its path, its query and its body."""
        request = self.trace.exchanges[place].request
        yield from (text for _, text in self._parameters(request))
        yield from (value for name, value in request.query if _may_come_from_an_answer(name, value))
        yield from (str(value) for name, value in _leaves(json_or(request.body, None)) if names_record(name))

    def _parameters(self, request: Request) -> Iterator[tuple[int, str]]:
        """The segments of the path that stand for parameters of its template: place and text."""
        operation = self._operation(request)
        template = operation.path.split("/") if operation else []
        segments = self._path(request).split("/")
        if len(template) == len(segments):
            for index, (name, segment) in enumerate(zip(template, segments, strict=True)):
                if name.startswith("{") and name.endswith("}"):
                    yield index, unquote(segment)

    def _new_name(self, source: _Source) -> str:
        """A name for the record that an answer shows: the singular of its collection's word."""
        path = self._path(self.trace.exchanges[source.place].request).removesuffix(".json")
        words = [word for word in path.split("/") if _MADE_OF.match(word)]
        word = words[-1] if words else "record"
        name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+", "_", word).lower().strip("_")
        name = singular(name)
        if keyword.iskeyword(name) or name in ("client", "anonymous", "response", MARK, "row", "rows", "value", "item"):
            name += "_record"
        taken = set(self.names.values())
        return next(one for one in (name, *(f"{name}_{number}" for number in range(2, 1000))) if one not in taken)

    def _step(self, place: int) -> Step:
        exchange = self.trace.exchanges[place]
        request = exchange.request
        role = self._role(place)
        body = json_or(request.body, NOTHING) if request.body else NOTHING
        captures = [Capture(self.names[text], source.parts) for text, source in self.sources.items()
                    if source.place == place and text in self.names]  # fmt: skip
        if place in self.trace.lists:
            captures.append(self.trace.lists[place])
        return Step(
            role,
            self._title(place, role, captures),
            request.method,
            self._path_template(request),
            tuple((name, self._template(value)) for name, value in self._query(request)),
            tuple((name, value) for name, value in request.headers if self._is_own_header(name)),
            has_json=body is not NOTHING,
            json=None if body is NOTHING else self._tree(body),
            body=request.body if body is NOTHING else b"",
            is_signed=place not in self.trace.unsigned,
            captures=tuple(captures),
        )

    def _role(self, place: int) -> Role:
        if place in self.trace.sends:
            return Role.SEND
        if self._record_made(place):
            return Role.CREATE
        return Role.FIND if self.trace.exchanges[place].request.method == "GET" else Role.SEND

    def _title(self, place: int, role: Role, captures: Sequence[Capture]) -> str:
        """What a step does, in words; of one of the requests in question, the name of its operation."""
        name = captures[0].name.replace("_", " ") if captures else ""
        article = "an" if name[:1] in tuple("aeiou") else "a"
        if role is Role.CREATE:
            return f"Makes {article} {name} for this test, and removes it afterwards"
        if role is Role.FIND:
            return f"Finds {article} {name} that is there"
        request = self.trace.exchanges[place].request
        operation = self._operation(request)
        return operation.operation_id if operation else request.method

    def _is_own_header(self, name: str) -> bool:
        idempotency = VENDORS[self.trace.vendor].idempotency
        # With the key of a request that was sent the org would show its old answer again.
        old_key = idempotency.header.lower() if idempotency else ""
        return name not in _NOT_KEPT and name not in (self.org_header.lower(), old_key)

    def _path_template(self, request: Request) -> Template:
        segments: list[str] = self._path(request).split("/")
        named = {index: text for index, text in self._parameters(request) if text in self.names}
        pieces: list[str | Variable] = []
        for index, segment in enumerate(segments):
            slash = "/" if index else ""
            pieces += [slash, Variable(self.names[named[index]])] if index in named else [slash + segment]
        query = urlsplit(request.url).query
        if query and not self._query(request):
            pieces.append(f"?{query}")
        return _joined(pieces)

    @staticmethod
    def _query(request: Request) -> list[tuple[str, str]]:
        """The pairs of the query; none where they would not come out as they are, byte for byte in meaning."""
        text = urlsplit(request.url).query
        pairs = parse_qsl(text, keep_blank_values=True)
        again = "&".join(f"{quote(name)}={quote(value)}" for name, value in pairs)
        return pairs if unquote(again) == unquote(text.replace("+", "%20")) else []

    def _template(self, text: str) -> Template:
        if text in self.names:
            return Template((Variable(self.names[text]),))
        return self._marked(text)

    def _marked(self, text: str) -> Template:
        """A text with the run's mark replaced: the test has a new one each time."""
        if not self.trace.mark or self.trace.mark not in text:
            return plain(text)
        parts = re.split(rf"{re.escape(self.trace.mark)}(?:-\d+)?", text)
        pieces: list[str | Variable] = [parts[0]]
        for part in parts[1:]:
            pieces += [Variable(MARK), part]
        return _joined(pieces)

    def _tree(self, node: Any, name: str = "") -> Any:
        """A JSON tree with templates where it has ids or the mark."""
        if isinstance(node, dict):
            return {key: self._tree(child, key) for key, child in node.items()}
        if isinstance(node, list):
            return [self._tree(child, name) for child in node]
        if names_record(name) and str(node) in self.names:
            return Template((Variable(self.names[str(node)]),), is_text=isinstance(node, str))
        if isinstance(node, str):
            template = self._marked(node)
            return template if template.variables else node
        return node

    def _removals(self, place: int, step: Step) -> Iterator[Step]:
        """The documented steps that remove what a request made."""
        request = self.trace.exchanges[place].request
        operation, made = self._operation(request), self._record_made(place)
        if operation is None or made not in self.names:
            return
        parents = [self.names.get(text, text) for _, text in self._parameters(request)]
        for removal in self.cleanup.steps(self.trace.vendor, self.cleanup.collection(operation)):
            yield _removal(removal, self.names[made], parents, set(self.names.values()))


def _removal(step: CleanupStep, record: str, parents: Sequence[str], variables: Iterable[str]) -> Step:
    """A cleanup step with variables in place of its record and of the records above it."""
    above = iter(parents)
    pieces: list[str | Variable] = []
    for index, segment in enumerate(step.path.split("/")):
        slash = "/" if index else ""
        name = record if segment == "{id}" else next(above, "") if segment.startswith("{") else ""
        pieces += [slash, Variable(name) if name in variables else name] if name else [slash + segment]
    headers = (("content-type", "application/json"),) if step.body is not None else ()
    return Step(
        Role.REMOVE,
        f"Removes the {record.replace('_', ' ')}",
        step.method,
        _joined(pieces),
        headers=headers,
        has_json=step.body is not None,
        json=_with_record(step.body, record),
        needs=record,
    )


def _with_record(body: Any, record: str) -> Any:
    if isinstance(body, dict):
        return {key: _with_record(value, record) for key, value in body.items()}
    if isinstance(body, list):
        return [_with_record(value, record) for value in body]
    if body == "{id}":
        return Template((Variable(record),))
    return body


def _joined(pieces: Iterable[str | Variable]) -> Template:
    """A template whose neighbouring texts are one."""
    joined: list[str | Variable] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        elif piece != "":
            joined.append(piece)
    return Template(tuple(joined))


def _may_come_from_an_answer(name: str, value: str) -> bool:
    return names_record(name) or len(value) >= _CURSOR_LENGTH


def _leaves(node: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every text and number of a JSON tree with the nearest key above it."""
    if isinstance(node, dict):
        for key, child in node.items():
            yield from _leaves(child, key)
    elif isinstance(node, list):
        for child in node:
            yield from _leaves(child, name)
    elif isinstance(node, str | int) and not isinstance(node, bool) and node != "":
        yield name, node


def _find(body: Any, text: str) -> tuple[str, ...]:
    """The place of an id in a body: the outermost, an `id` before other names; none where it is not there."""
    found: list[tuple[bool, int, tuple[str, ...]]] = []
    waiting: list[tuple[tuple[str, ...], Any]] = [((), body)]
    while waiting:
        parts, node = waiting.pop(0)
        if isinstance(node, dict):
            waiting += [((*parts, key), child) for key, child in node.items()]
        elif isinstance(node, list):
            waiting += [((*parts, str(index)), child) for index, child in enumerate(node)]
        elif parts and not isinstance(node, bool) and str(node) == text:
            found.append((parts[-1] != "id", len(parts), parts))
    return min(found)[2] if found else ()
