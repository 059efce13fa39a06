"""Contract: what the documents promise of each operation's requests and answers, compiled on first use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote

from jsonschema_rs import Draft202012Validator, Registry, ValidationError

from harness.contract.composition import share
from harness.contract.dialect import Side, translate
from harness.contract.properties import KnownProperties, flat
from harness.contract.violation import Violation, violations
from harness.errors import DocumentError
from harness.formats.pointer import Parts, parts_of_reference, pointer_of
from harness.openapi import walk
from harness.openapi.catalog import Operation
from harness.openapi.document import Document


class Schema:
    """One schema of one document, for one side: a validator, and the properties that it describes."""

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
        self.properties = KnownProperties(tree, [walk.lookup(tree, at)])

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
        return own if own and (is_json(media_type) or own.properties.names) else self.json


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

    Schemas compile on first use; after that a promise takes microseconds. Raises `DocumentError` for a schema that no
    validator accepts.
    """

    def __init__(self, source: Callable[[Operation], Document]) -> None:
        self._source = source
        self._documents: dict[tuple[str, str, Side], _TranslatedDocument] = {}
        self._answers: dict[tuple[str, int], Answer | None] = {}
        self._bodies: dict[str, Body | None] = {}
        self._inputs: dict[str, tuple[Input, ...]] = {}

    @classmethod
    def over(cls, documents: Iterable[Document]) -> Contract:
        """A contract over documents at hand; the operation's `vendor` and `document` choose."""
        by_name = {(document.vendor, document.name): document for document in documents}
        return cls(lambda operation: by_name[operation.vendor, operation.document])

    def answer(self, operation: Operation, status: int) -> Answer | None:
        """The promise that covers a status code, exact before range before `default`; None where none does."""
        key = operation.key, status
        if key not in self._answers:
            document = self._document(operation, Side.ANSWER)
            at = (*document.place(operation), "responses")
            declared = {str(code).upper(): str(code) for code in document.get(at) or {}}
            fitting = [code for code in (str(status), f"{status // 100}XX", "DEFAULT") if code in declared]
            self._answers[key] = _answer(document, (*at, declared[fitting[0]])) if fitting else None
        return self._answers[key]

    def body(self, operation: Operation) -> Body | None:
        """The promise of the request body; None where the operation declares none."""
        if operation.key not in self._bodies:
            document = self._document(operation, Side.REQUEST)
            at = (*document.place(operation), "requestBody")
            raw = document.get(at)
            self._bodies[operation.key] = raw and Body(bool(raw.get("required")), document.contents(at))
        return self._bodies[operation.key]

    def inputs(self, operation: Operation) -> tuple[Input, ...]:
        """The declared parameters; the operation's own before those of its path."""
        if operation.key not in self._inputs:
            document = self._document(operation, Side.REQUEST)
            place = document.place(operation)
            inputs: dict[tuple[str, str], Input] = {}
            for owner in (place, place[:-1]):
                for index in range(len(document.get((*owner, "parameters")) or ())):
                    declared = _input(document, (*owner, "parameters", str(index)))
                    inputs.setdefault((declared.place, declared.name), declared)
            self._inputs[operation.key] = tuple(inputs.values())
        return self._inputs[operation.key]

    def _document(self, operation: Operation, side: Side) -> _TranslatedDocument:
        key = operation.vendor, operation.document, side
        if key not in self._documents:
            self._documents[key] = _TranslatedDocument(self._source(operation), side)
        return self._documents[key]


class _TranslatedDocument:
    """One document for one side as JSON Schema, with its compiled schemas by place."""

    def __init__(self, document: Document, side: Side) -> None:
        self.tree = translate(document.tree, side)
        if side is Side.ANSWER:
            share(self.tree)
        self.uri = f"urn:deskcheck:{quote(f'{document.vendor}:{document.name}:{side}', safe=':')}"
        try:
            self.registry = Registry([(self.uri, self.tree)], retriever=walk.unfetched)
        except ValueError as error:
            problem = f"its schemas cannot be read: {str(error).splitlines()[0]}"
            raise DocumentError(problem, where=self.uri) from error
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
            if not walk.is_reference(node):
                break
            at = parts_of_reference(node["$ref"])
        return at

    def schema(self, at: Parts) -> Schema | None:
        """The compiled schema at a place, or None; a component compiles once, however many places refer to it."""
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


def _answer(document: _TranslatedDocument, at: Parts) -> Answer:
    place = (*document.target(at), "headers")
    headers = tuple(_header(document, (*place, name)) for name in document.get(place) or {})
    return Answer(at[-1], document.contents(at), headers)


def _header(document: _TranslatedDocument, at: Parts) -> Header:
    raw = document.get(at) or {}
    return Header(at[-1].lower(), bool(raw.get("required")), document.schema((*document.target(at), "schema")))


def _input(document: _TranslatedDocument, at: Parts) -> Input:
    raw = document.get(at) or {}
    schema_at = (*document.target(at), "schema")
    parts = flat(document.tree, [document.get(schema_at)])
    return Input(
        name=str(raw.get("name", "")),
        place=str(raw.get("in", "")),
        required=bool(raw.get("required")),
        kinds=tuple(dict.fromkeys(kind for part in parts for kind in walk.type_names(part))),
        listed=raw.get("explode") is False or raw.get("style") in ("simple", "spaceDelimited", "pipeDelimited"),
        schema=document.schema(schema_at),
    )


def is_json(media_type: str) -> bool:
    """Whether a media type holds JSON (RFC 6839: also those with a `+json` suffix)."""
    return media_type == "application/json" or media_type.endswith("+json")
