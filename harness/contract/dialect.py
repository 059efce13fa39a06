"""An OpenAPI tree to plain JSON Schema 2020-12, for one side: what an answer, or what a request, may hold."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from harness.openapi import walk


class Side(StrEnum):
    """Who sends the value; the other side's private properties cannot be required of it."""

    ANSWER = "answer"
    REQUEST = "request"


# OpenAPI 3.0.3 "Schema Object": a readOnly property is required of answers alone, a writeOnly one of requests alone.
_FOREIGN = {Side.ANSWER: "writeOnly", Side.REQUEST: "readOnly"}


def translate(tree: dict[str, Any], side: Side) -> dict[str, Any]:
    """A copy of `tree` in which every pointer still leads to the same schema, now in draft 2020-12.

    Translated are `nullable`, boolean exclusive bounds, keywords beside a 3.0 `$ref` (which that version ignores), and
    `required` of properties that the other side owns.
    """
    refs_stand_alone = str(tree.get("openapi", "")).startswith("3.0")
    out = _Translator(tree, _FOREIGN[side], refs_stand_alone).node(tree, named=False)
    assert isinstance(out, dict)
    return out


class _Translator:
    """One pass over a tree."""

    def __init__(self, tree: dict[str, Any], foreign: str, refs_stand_alone: bool) -> None:
        self.tree, self.foreign, self.refs_stand_alone = tree, foreign, refs_stand_alone

    def node(self, node: Any, *, named: bool) -> Any:
        if isinstance(node, list):
            return [self.node(child, named=False) for child in node]
        if not isinstance(node, dict):
            return node
        if named:
            return {key: self.node(child, named=False) for key, child in node.items()}
        out = {
            key: child if key in walk.DATA_KEYS else self.node(child, named=key in walk.NAME_MAPS)
            for key, child in node.items()
        }
        if self.refs_stand_alone and walk.is_reference(out):
            out = {key: out[key] for key in ("$ref", "nullable") if key in out}
        _bounds(out)
        self._required(out)
        return _nullable(out) if out.pop("nullable", False) is True else out

    def _required(self, schema: dict[str, Any]) -> None:
        properties, required = schema.get("properties"), schema.get("required")
        if isinstance(properties, dict) and isinstance(required, list):
            schema["required"] = [name for name in required if not self._is_foreign(properties.get(name))]

    def _is_foreign(self, schema: Any) -> bool:
        if isinstance(schema, dict) and schema.get(self.foreign) is True:
            return True
        target = walk.resolve(self.tree, schema)
        return isinstance(target, dict) and target.get(self.foreign) is True


def _bounds(schema: dict[str, Any]) -> None:
    """`exclusiveMinimum: true` of 3.0 makes `minimum` itself exclusive."""
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        flag = schema.get(exclusive)
        if isinstance(flag, bool):
            del schema[exclusive]
            if flag and bound in schema:
                schema[exclusive] = schema.pop(bound)


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with null as a further type; where it names no type, as one of two alternatives."""
    if schema.get("type") is None:
        return {"anyOf": [schema, {"type": "null"}]} if schema else schema
    types, values = walk.type_names(schema), schema.get("enum")
    out = {**schema, "type": list(dict.fromkeys((*types, "null")))}
    if isinstance(values, list) and None not in values:
        out["enum"] = [*values, None]
    return out
