"""Contract: what the documents promise of each operation's requests and answers, compiled on first use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import quote

from jsonschema_rs import Registry

from harness.contract import discriminator
from harness.contract.compiled_schema import Schema
from harness.contract.composition import share
from harness.contract.dialect import Side, translate
from harness.contract.forms import MULTIPART, URLENCODED, FormBody, encoding_of
from harness.contract.inputs import Input
from harness.contract.parameter_styles import STYLES, Style
from harness.contract.text_values import Shape
from harness.formats.media_types import bare, fitting, is_json
from harness.formats.pointer import Parts, parts_of_reference
from harness.openapi import walk
from harness.openapi.catalog import Operation
from harness.openapi.document import Document

# A reference with no more than these beside it is its target.
_SAYS_NOTHING = frozenset({"$ref", "description", "title", "summary", "example", "examples", "deprecated", "$comment"})


@dataclass(frozen=True)
class Answer:
    """What is promised of an answer: the declared `code` that covers it ("200", "4XX", "default").

    `contents` maps declared media types to schemas (None: the type alone is declared); empty means no body.
    """

    code: str
    contents: Mapping[str, Schema | None] = field(default_factory=dict)
    headers: tuple[Input, ...] = ()

    @cached_property
    def json(self) -> Schema | None:
        """The schema of the JSON body, whatever the media type is called."""
        return next((schema for kind, schema in self.contents.items() if is_json(kind) and schema), None)

    def schema(self, media_type: str) -> Schema | None:
        """The schema for a JSON value that came as `media_type`; JSON is also sent under other names."""
        own = self.contents.get(media_type)
        if own and (is_json(media_type) or own.properties.names):
            return own
        declared = fitting(self.contents, media_type)
        is_range = declared is not None and declared.endswith("/*")
        return self.json or (self.contents[str(declared)] if is_range else None)


@dataclass(frozen=True, slots=True)
class Body:
    """What is promised of a request body; `forms` are those of its media types that are sent as fields."""

    required: bool
    contents: Mapping[str, Schema | None]
    forms: Mapping[str, FormBody] = field(default_factory=dict)


class Contract:
    """All documents' promises. `source` gives the document that describes an operation.

    Schemas compile on first use; after that a promise takes microseconds. A schema that no validator accepts says so.
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
            codes = [code for code in (str(status), f"{status // 100}XX", "DEFAULT") if code in declared]
            self._answers[key] = _answer(document, (*at, declared[codes[0]])) if codes else None
        return self._answers[key]

    def body(self, operation: Operation) -> Body | None:
        """The promise of the request body; None where the operation declares none."""
        if operation.key not in self._bodies:
            document = self._document(operation, Side.REQUEST)
            at = (*document.place(operation), "requestBody")
            raw = document.get(at)
            required = bool(raw and raw.get("required"))
            self._bodies[operation.key] = raw and Body(required, document.contents(at), document.forms(at))
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
                    name = declared.name.lower() if declared.place == "header" else declared.name
                    inputs.setdefault((declared.place, name), declared)
            self._inputs[operation.key] = _beside_each_other(inputs.values())
        return self._inputs[operation.key]

    def schemas(self, operation: Operation) -> Iterator[Schema]:
        """Every schema that the operation's requests and answers are held to."""
        document = self._document(operation, Side.ANSWER)
        place = (*document.place(operation), "responses")
        answers = [_answer(document, (*place, code)) for code in document.get(place) or {}]
        body = self.body(operation)
        contents = [*(answer.contents for answer in answers), body.contents if body else {}]
        inputs = [*self.inputs(operation), *(header for answer in answers for header in answer.headers)]
        schemas = [schema for content in contents for schema in content.values()]
        yield from (schema for schema in [*schemas, *(one.schema for one in inputs)] if schema)

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
        discriminator.apply(self.tree)
        self.uri = f"urn:deskcheck:{quote(f'{document.vendor}:{document.name}:{side}', safe=':')}"
        self.registry = self._registered()
        self._schemas: dict[Parts, Schema] = {}

    def _registered(self) -> Registry:
        """The tree for its validators. One that cannot be read as a whole leaves each of them without its schema."""
        try:
            return Registry([(self.uri, self.tree)], retriever=walk.unfetched)
        except ValueError:
            return Registry([], retriever=walk.unfetched)

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
        at = self._schema_meant(at)
        if at not in self._schemas:
            self._schemas[at] = Schema(self.tree, self.registry, self.uri, at)
        return self._schemas[at]

    def _schema_meant(self, at: Parts) -> Parts:
        """The place of the schema itself: references are followed as far as nothing stands beside them."""
        for _ in range(50):
            node = self.get_at(at)
            if not walk.is_reference(node) or not node.keys() <= _SAYS_NOTHING:
                break
            at = parts_of_reference(node["$ref"])
        return at

    def contents(self, at: Parts) -> dict[str, Schema | None]:
        at = (*self.target(at), "content")
        return {bare(kind): self.schema((*at, kind, "schema")) for kind in self.get(at) or {}}

    def forms(self, at: Parts) -> dict[str, FormBody]:
        """The contents that are sent as fields, by media type."""
        at = (*self.target(at), "content")
        forms = {}
        for kind in self.get(at) or {}:
            schema = self.schema((*at, kind, "schema"))
            if schema and bare(kind) in (URLENCODED, MULTIPART):
                encodings = self.get((*at, kind, "encoding")) or {}
                by_name = {name: encoding_of(self.get((*at, kind, "encoding", name))) for name in encodings}
                forms[bare(kind)] = FormBody(schema, self.shape((*at, kind, "schema")), by_name)
        return forms

    def shape(self, at: Parts) -> Shape:
        """What the schema at a place says of the kinds of its values."""
        return Shape(self.tree, [self.get_at(at)])

    def get_at(self, at: Parts) -> Any:
        """What stands at a place itself, be it a reference; nothing where nothing does."""
        try:
            return walk.lookup(self.tree, at)
        except KeyError:
            return {}


def _answer(document: _TranslatedDocument, at: Parts) -> Answer:
    place = (*document.target(at), "headers")
    headers = [_header(document, (*place, name)) for name in document.get(place) or {}]
    # OpenAPI 3.0.3, "Response Object": a header of this name is ignored, as `content` says it.
    return Answer(at[-1], document.contents(at), tuple(header for header in headers if header.name != "content-type"))


def _header(document: _TranslatedDocument, at: Parts) -> Input:
    return replace(_input(document, at), name=at[-1].lower(), place="header")


def _input(document: _TranslatedDocument, at: Parts) -> Input:
    raw = document.get(at) or {}
    at = document.target(at)
    place = str(raw.get("in", "header"))
    media_type = next(iter(raw.get("content") or ()), "")
    schema_at = (*at, "content", media_type, "schema") if media_type else (*at, "schema")
    return Input(
        name=str(raw.get("name", "")),
        place=place,
        required=bool(raw.get("required")),
        style=Style.usual(place, raw.get("style"), raw.get("explode")),
        shape=document.shape(schema_at),
        schema=document.schema(schema_at),
        media_type=bare(media_type),
        may_be_empty=raw.get("allowEmptyValue") is True,
    )


def _beside_each_other(inputs: Iterable[Input]) -> tuple[Input, ...]:
    """The parameters of one operation, each knowing the names of its neighbours."""
    inputs = tuple(inputs)
    names = {place: frozenset(one.name for one in inputs if one.place == place) for place in STYLES}
    return tuple(replace(one, taken=names.get(one.place, frozenset())) for one in inputs)
