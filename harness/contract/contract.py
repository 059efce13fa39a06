"""Contract: what the documents promise of each operation, compiled when first asked for and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote

from jsonschema_rs import Draft202012Validator, Registry, ValidationError

from harness.contract.composition import share
from harness.contract.dialect import Side, translate
from harness.contract.properties import Shape, flat
from harness.contract.violation import Violation, violations
from harness.errors import DocumentError
from harness.formats.pointer import Parts, parts_of_reference, pointer_of
from harness.openapi import walk
from harness.openapi.catalog import Operation
from harness.openapi.document import Document


class Schema:
    """One schema of one document, from one side: a validator, and the shape of what it knows."""

    def __init__(self, tree: dict[str, Any], registry: Registry, uri: str, at: Parts) -> None:
        try:
            self._validator = Draft202012Validator(
                {"$ref": f"{uri}#{quote(pointer_of(at), safe='/~')}"}, registry=registry, validate_formats=True
            )
        except (ValidationError, ValueError) as error:
            raise DocumentError(
                f"a schema cannot be compiled: {str(error).splitlines()[0]}",
                where=f"{uri}#{pointer_of(at)}",
                remedy="Correct it with an overlay, or see what `deskcheck specs lint` says.",
            ) from error
        self.shape = Shape(tree, [walk.lookup(tree, at)])

    def violations(self, value: Any) -> Iterator[Violation]:
        """Every violation of a decoded JSON value."""
        try:
            if not self._validator.is_valid(value):
                yield from violations(self._validator.iter_errors(value))
        except UnicodeEncodeError:
            yield Violation("", "Unicode text", "a text holds half a surrogate pair, which is no character")


@dataclass(frozen=True, slots=True)
class Header:
    """One declared answer header."""

    name: str
    required: bool
    schema: Schema | None


@dataclass(frozen=True)
class Answer:
    """What is promised of an answer: the declared `code` that covers it ("200", "4XX", "default").

    `contents` maps declared media types to schemas (None: the type alone is declared); empty means no body.
    """

    code: str
    contents: Mapping[str, Schema | None] = field(default_factory=dict)
    headers: tuple[Header, ...] = ()

    @cached_property
    def json(self) -> Schema | None:
        """The schema of the JSON body, whatever the media type is called."""
        return next((schema for kind, schema in self.contents.items() if is_json(kind) and schema), None)

    def schema(self, media_type: str) -> Schema | None:
        """The schema for a JSON value that came as `media_type`; JSON is also sent under other names."""
        own = self.contents.get(media_type)
        return own if own and (is_json(media_type) or own.shape.known) else self.json


@dataclass(frozen=True, slots=True)
class Input:
    """One declared parameter of a request. `kinds` are JSON types that its text may stand for."""

    name: str
    place: str
    required: bool
    kinds: tuple[str, ...]
    listed: bool
    schema: Schema | None


@dataclass(frozen=True, slots=True)
class Body:
    """What is promised of a request body."""

    required: bool
    contents: Mapping[str, Schema | None]


class Contract:
    """All documents' promises. `source` gives the document that describes an operation.

    Schemas compile on first use; a compiled contract answers in microseconds. Raises `DocumentError` for a schema
    that no validator accepts.
    """

    def __init__(self, source: Callable[[Operation], Document]) -> None:
        self._source = source
        self._pages: dict[tuple[str, str, Side], _Page] = {}
        self._answers: dict[tuple[str, int], Answer | None] = {}
        self._bodies: dict[str, Body | None] = {}
        self._inputs: dict[str, tuple[Input, ...]] = {}

    @classmethod
    def over(cls, documents: Iterable[Document]) -> Contract:
        """A contract over documents at hand; the operation's `vendor` and `document` choose."""
        named = {(one.vendor, one.name): one for one in documents}
        return cls(lambda operation: named[operation.vendor, operation.document])

    def answer(self, operation: Operation, status: int) -> Answer | None:
        """The promise that covers a status code, exact before range before `default`; None where none does."""
        key = operation.key, status
        if key not in self._answers:
            page = self._page(operation, Side.ANSWER)
            at = (*page.place(operation), "responses")
            declared = {str(code).upper(): str(code) for code in page.get(at) or {}}
            code = next(
                (declared[one] for one in (str(status), f"{status // 100}XX", "DEFAULT") if one in declared), None
            )
            self._answers[key] = None if code is None else _answer(page, (*at, code))
        return self._answers[key]

    def body(self, operation: Operation) -> Body | None:
        """The promise of the request body; None where the operation declares none."""
        if operation.key not in self._bodies:
            page = self._page(operation, Side.REQUEST)
            at = (*page.place(operation), "requestBody")
            raw = page.get(at)
            self._bodies[operation.key] = raw and Body(bool(raw.get("required")), page.contents(at))
        return self._bodies[operation.key]

    def inputs(self, operation: Operation) -> tuple[Input, ...]:
        """The declared parameters; the operation's own before those of its path."""
        if operation.key not in self._inputs:
            page = self._page(operation, Side.REQUEST)
            place = page.place(operation)
            found: dict[tuple[str, str], Input] = {}
            for owner in (place, place[:-1]):
                for index in range(len(page.get((*owner, "parameters")) or ())):
                    one = _input(page, (*owner, "parameters", str(index)))
                    found.setdefault((one.place, one.name), one)
            self._inputs[operation.key] = tuple(found.values())
        return self._inputs[operation.key]

    def _page(self, operation: Operation, side: Side) -> _Page:
        key = operation.vendor, operation.document, side
        if key not in self._pages:
            self._pages[key] = _Page(self._source(operation), side)
        return self._pages[key]


def _registry(uri: str, tree: dict[str, Any]) -> Registry:
    try:
        return Registry([(uri, tree)], retriever=walk.unfetched)
    except ValueError as error:
        raise DocumentError(f"its schemas cannot be read: {str(error).splitlines()[0]}", where=uri) from error


class _Page:
    """One document seen from one side, with its compiled schemas by place."""

    def __init__(self, document: Document, side: Side) -> None:
        self.tree = translate(document.tree, side)
        if side is Side.ANSWER:
            share(self.tree)
        self.uri = f"urn:deskcheck:{quote(f'{document.vendor}:{document.name}:{side}', safe=':')}"
        self.registry = _registry(self.uri, self.tree)
        self._schemas: dict[Parts, Schema] = {}

    def place(self, operation: Operation) -> Parts:
        return "paths", operation.path, operation.method.lower()

    def get(self, at: Parts) -> Any:
        """What stands at a place, references followed; None where nothing does."""
        try:
            return walk.lookup(self.tree, self.target(at))
        except KeyError:
            return None

    def target(self, at: Parts) -> Parts:
        """The place that `at` leads to once the reference that stands there is followed."""
        for _ in range(50):
            try:
                node = walk.lookup(self.tree, at)
            except KeyError:
                break
            if not isinstance(node, dict) or not isinstance(node.get("$ref"), str):
                break
            at = parts_of_reference(node["$ref"])
        return at

    def schema(self, at: Parts) -> Schema | None:
        """The compiled schema at a place, or None; the same component compiles once however many refer to it."""
        try:
            walk.lookup(self.tree, at)
        except KeyError:
            return None
        at = self.target(at)
        if at not in self._schemas:
            self._schemas[at] = Schema(self.tree, self.registry, self.uri, at)
        return self._schemas[at]

    def contents(self, at: Parts) -> dict[str, Schema | None]:
        at = (*self.target(at), "content")
        return {kind.split(";")[0].strip().lower(): self.schema((*at, kind, "schema")) for kind in self.get(at) or {}}


def _answer(page: _Page, at: Parts) -> Answer:
    place = (*page.target(at), "headers")
    headers = tuple(
        Header(
            name.lower(),
            bool((page.get((*place, name)) or {}).get("required")),
            page.schema((*page.target((*place, name)), "schema")),
        )
        for name in page.get(place) or {}
    )
    return Answer(at[-1], page.contents(at), headers)


def _input(page: _Page, at: Parts) -> Input:
    raw, place = page.get(at) or {}, page.target(at)
    schema_at = (*place, "schema")
    parts = flat(page.tree, [page.get(schema_at)])
    return Input(
        name=str(raw.get("name", "")),
        place=str(raw.get("in", "")),
        required=bool(raw.get("required")),
        kinds=tuple(dict.fromkeys(kind for part in parts for kind in walk.type_names(part))),
        listed=raw.get("explode") is False or raw.get("style") in ("simple", "spaceDelimited", "pipeDelimited"),
        schema=page.schema(schema_at),
    )


def is_json(media_type: str) -> bool:
    """Whether a media type holds JSON (RFC 6839: also those with a `+json` suffix)."""
    return media_type == "application/json" or media_type.endswith("+json")
