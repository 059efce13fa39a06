"""An OpenAPI tree to plain JSON Schema 2020-12, for one side: what an answer, or what a request, may hold."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from harness.formats.pointer import Parts, parts_of_reference, reference_of
from harness.openapi import walk
from harness.openapi.repair.places import At, keys_of


class Side(StrEnum):
    """Who sends the value; the other side's private properties cannot be required of it."""

    ANSWER = "answer"
    REQUEST = "request"


# OpenAPI 3.0.3 "Schema Object": a readOnly property is required of answers alone, a writeOnly one of requests alone.
_FOREIGN = {Side.ANSWER: "writeOnly", Side.REQUEST: "readOnly"}
# A schema without a type can refuse null by these alone: all other keywords are about values of one type.
_MAY_REFUSE_NULL = frozenset({"$ref", "allOf", "anyOf", "oneOf", "not", "enum", "const", "if"})
_BESIDE_NULL = ("anyOf", "0")


@dataclass(frozen=True, slots=True)
class Translation:
    """A tree as JSON Schema. `moved` are the places, as the document has them, whose schema now stands beside null."""

    tree: dict[str, Any]
    moved: frozenset[Parts] = frozenset()

    def place(self, at: Parts) -> Parts:
        """Where that stands now which the document has at `at`; of a moved schema, what allows null as well."""
        if not self.moved:
            return at
        place: Parts = ()
        for index, key in enumerate(at):
            if index and at[:index] in self.moved:
                place += _BESIDE_NULL
            place += (key,)
        return place


def translate(tree: dict[str, Any], side: Side) -> dict[str, Any]:
    """A copy of `tree` in draft 2020-12, in which every reference leads to the schema that it is meant for.

    Translated are `nullable`, boolean exclusive bounds, keywords beside a 3.0 `$ref` (which that version ignores), and
    `required` of properties that the other side owns.
    """
    return translation(tree, side).tree


def translation(tree: dict[str, Any], side: Side) -> Translation:
    """The same, for who has places of the document to find in it."""
    refs_stand_alone = str(tree.get("openapi", "")).startswith("3.0")
    translator = _Translator(tree, _FOREIGN[side], refs_stand_alone)
    out = translator.node(tree, None, named=False)
    assert isinstance(out, dict)
    made = Translation(out, frozenset(translator.moved))
    _redirect(made)
    return made


def _redirect(translation: Translation) -> None:
    """Lead references into schemas that were moved to where these stand now."""
    if not translation.moved:
        return
    for _, node in walk.refs(translation.tree):
        at = parts_of_reference(node["$ref"])
        place = translation.place(at)
        if node["$ref"].startswith("#") and place != at:
            node["$ref"] = reference_of(place)


class _Translator:
    """One pass over a tree."""

    def __init__(self, tree: dict[str, Any], foreign: str, refs_stand_alone: bool) -> None:
        self.tree, self.foreign, self.refs_stand_alone = tree, foreign, refs_stand_alone
        self.moved: list[Parts] = []

    def node(self, node: Any, at: At, *, named: bool) -> Any:
        if isinstance(node, list):
            return [self.node(child, (at, str(index)), named=False) for index, child in enumerate(node)]
        if not isinstance(node, dict):
            return node
        if named:
            return {key: self.node(child, (at, key), named=False) for key, child in node.items()}
        out = {
            key: child if key in walk.DATA_KEYS else self.node(child, (at, key), named=key in walk.NAME_MAPS)
            for key, child in node.items()
        }
        if self.refs_stand_alone and walk.is_reference(out):
            out = {key: out[key] for key in ("$ref", "nullable") if key in out}
        _bounds(out)
        self._required(out)
        return self._nullable(out, at) if out.pop("nullable", False) is True else out

    def _required(self, schema: dict[str, Any]) -> None:
        properties, required = schema.get("properties"), schema.get("required")
        if isinstance(properties, dict) and isinstance(required, list):
            schema["required"] = [name for name in required if not self._is_foreign(properties.get(name))]

    def _is_foreign(self, schema: Any) -> bool:
        if isinstance(schema, dict) and schema.get(self.foreign) is True:
            return True
        target = walk.resolve(self.tree, schema)
        return isinstance(target, dict) and target.get(self.foreign) is True

    def _nullable(self, schema: dict[str, Any], at: At) -> dict[str, Any]:
        """The schema with null as a further type; where it names no type and may refuse null, as an alternative."""
        if schema.get("type") is not None:
            return _with_null(schema)
        if _MAY_REFUSE_NULL.isdisjoint(schema):
            return schema
        self.moved.append(keys_of(at))
        return {"anyOf": [schema, {"type": "null"}]}


def _bounds(schema: dict[str, Any]) -> None:
    """`exclusiveMinimum: true` of 3.0 makes `minimum` itself exclusive."""
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        flag = schema.get(exclusive)
        if isinstance(flag, bool):
            del schema[exclusive]
            if flag and bound in schema:
                schema[exclusive] = schema.pop(bound)


def _with_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema that names its type, with null as a further one."""
    types, values = walk.type_names(schema), schema.get("enum")
    out = {**schema, "type": list(dict.fromkeys((*types, "null")))}
    if isinstance(values, list) and None not in values:
        out["enum"] = [*values, None]
    return out
