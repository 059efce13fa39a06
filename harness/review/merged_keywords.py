"""The keywords of schemas that all hold at once, merged: the tightest bound, all that is required, every condition."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

Node = dict[str, Any]
Source = tuple[Any, ...]
"""Schemas that all hold at once; none is the schema that admits everything."""

CHOICES = ("anyOf", "oneOf")
# What says nothing of a value. All names that begin with `x-` are remarks too (OpenAPI "Specification Extensions").
REMARKS = frozenset({"title", "description", "summary", "example", "examples", "externalDocs", "$comment", "$id",
                     "$schema", "$anchor", "$dynamicAnchor", "$vocabulary", "$defs", "definitions"})  # fmt: skip
# Told by a form as types, null, choices or values, or by the property that a schema is of.
_IN_FORM = frozenset({"$ref", "allOf", *CHOICES, "nullable", "type", "enum", "const", "readOnly", "writeOnly"})
# Schemas that may look at the properties or the items too.
_APPLICATORS = frozenset({"$ref", "allOf", *CHOICES, "if", "not", "dependentSchemas", "dependencies"})
_UNEVALUATED = (
    ("unevaluatedProperties", "additionalProperties", _APPLICATORS),
    ("unevaluatedItems", "items", _APPLICATORS | {"contains"}),
)
# The type that a keyword speaks of; to a value of any other type it says nothing.
_SUBJECT = {word: subject for subject, words in {
    "string": ("minLength", "maxLength", "pattern", "contentEncoding", "contentMediaType", "contentSchema"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "array": ("items", "additionalItems", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains",
              "minContains", "maxContains", "unevaluatedItems"),
    "object": ("properties", "patternProperties", "additionalProperties", "required", "minProperties",
               "maxProperties", "propertyNames", "dependentRequired", "dependentSchemas", "dependencies",
               "unevaluatedProperties"),
}.items() for word in words}  # fmt: skip
_SHAPES: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("properties", "patternProperties", "dependentRequired", "dependentSchemas", "dependencies"), dict),
    **dict.fromkeys(("required", "prefixItems"), list),
    **dict.fromkeys(("additionalProperties", "propertyNames", "contains", "not", "if", "then", "else", "contentSchema",
                     "unevaluatedProperties", "unevaluatedItems", "additionalItems"), (dict, bool)),
    "items": (dict, bool, list),
    **dict.fromkeys(("discriminator", "xml"), dict),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minimum",
                     "maximum", "minContains", "maxContains", "multipleOf"), (int, float)),
    **dict.fromkeys(("exclusiveMinimum", "exclusiveMaximum"), (int, float, bool)),
    **dict.fromkeys(("pattern", "format", "contentEncoding", "contentMediaType"), str),
    **dict.fromkeys(("uniqueItems", "deprecated"), bool),
    "default": object,
}  # fmt: skip
# Patterns that every text matches.
_ANY_TEXT = ("", ".*")
_LARGEST = ("minLength", "minItems", "minProperties")
_SMALLEST = ("maxLength", "maxItems", "maxProperties")
# Kept as they are, one from each schema that has it; the second is what says nothing.
_KEPT: dict[str, Any] = {
    **dict.fromkeys(("pattern", "multipleOf", "format", "contentEncoding", "contentMediaType"), None),
    **dict.fromkeys(("default", "discriminator"), None),
    "uniqueItems": False, "deprecated": False, "xml": {},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of a range of numbers."""

    value: float
    excluded: bool = False

    def lowest(self, whole: bool) -> tuple[float, bool]:
        """A lower bound as something that grows as less is admitted; `whole` numbers have a next one."""
        if not whole:
            return self.value, self.excluded
        return (math.floor(self.value) + 1 if self.excluded else math.ceil(self.value)), False

    def highest(self, whole: bool) -> tuple[float, bool]:
        """The same of an upper bound."""
        return Bound(-self.value, self.excluded).lowest(whole)


@dataclass(frozen=True, slots=True)
class Condition:
    """An `if` with what follows from it, or a `contains` with how often."""

    test: Source
    then: Source = ()
    otherwise: Source = ()
    least: float = 1
    most: float | None = None


def is_remark(word: str) -> bool:
    """Whether a keyword says nothing of a value."""
    return word in REMARKS or word.startswith("x-")


def is_open(schema: Any) -> bool:
    """Whether a schema plainly admits everything."""
    if isinstance(schema, dict):
        return all(is_remark(word) for word in schema)
    return schema is True


def value_key(value: Any) -> str:
    """What two JSON values have in common if they are equal; 1 and 1.0 are, 1 and true are not."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, sort_keys=True, default=str)


def is_same(left: Any, right: Any) -> bool:
    """Whether two schemas read the same; of those that are nested too deep to tell, no."""
    try:
        return bool(left == right) and value_key(left) == value_key(right)
    except RecursionError:
        return False


def merged(schemas: Iterable[Node], kinds: frozenset[str] | None) -> Node:
    """What the keywords of schemas say together, those left out that say nothing of the types that fit.

    Those of a meaning of their own have a form of their own: `lower` and `upper` are a `Bound`, `if` and `contains`
    are conditions, schemas are sources. Keywords that are in no table stand under "unknown".
    """
    parts = [_applying(schema, kinds) for schema in schemas]
    out = _object(parts) | _array(parts) | _rest(parts)
    return {word: value for word, value in out.items() if value not in ((), {}, None)}


def _applying(part: Node, kinds: frozenset[str] | None) -> Node:
    """The keywords of a schema that say something of the types; of a wrong shape, they are kept as unknown ones."""
    out: Node = {}
    for word, value in part.items():
        if word in _IN_FORM or is_remark(word):
            continue
        subject = _SUBJECT.get(word)
        if kinds is not None and subject and subject not in kinds and not (subject == "number" and "integer" in kinds):
            continue
        if word in _SHAPES and not isinstance(value, _SHAPES[word]):
            out[f"{word} (malformed)"] = value
        else:
            out[word] = value
    if out.get("format") == "byte":
        # OpenAPI 3.1, "Data Types": what 3.0 called so is an encoding now.
        del out["format"]
        out.setdefault("contentEncoding", "base64")
    for word, rest, others in _UNEVALUATED:
        if word in out and (rest in out or others.isdisjoint(part)):
            # Where nothing else has looked at the value, it means the same; and nothing beside its like.
            out.setdefault(rest, out.pop(word))
    return out


def _source(schema: Any) -> Source:
    return () if is_open(schema) else (schema,)


def _object(parts: list[Node]) -> Node:
    """What is said of an object's properties."""
    properties: dict[str, Source] = {}
    patterns: dict[str, Source] = {}
    further: Source = ()
    required: dict[str, None] = {}
    for part in parts:
        required |= dict.fromkeys(str(name) for name in part.get("required", ()))
        further += _source(part.get("additionalProperties", True))
        for target, word in ((properties, "properties"), (patterns, "patternProperties")):
            for name, child in part.get(word, {}).items():
                target[name] = (*target.get(name, ()), child)
    for part in parts:
        rest = _source(part.get("additionalProperties", True))
        for name in properties if rest else ():
            if not _knows(part, name):
                properties[name] += rest
    unevaluated = _unevaluated(parts, "unevaluatedProperties")
    if not further and not unevaluated:
        patterns = {name: child for name, child in patterns.items() if not all(map(is_open, child))}
    return {
        "properties": properties,
        "patternProperties": patterns,
        "additionalProperties": further,
        "required": tuple(required),
        "propertyNames": tuple(part["propertyNames"] for part in parts if not is_open(part.get("propertyNames", True))),
        **_dependencies(parts),
        "unevaluatedProperties": unevaluated,
    }


def _knows(part: Node, name: str) -> bool:
    """Whether a schema names a property itself, so that it is none of its further ones."""
    if name in part.get("properties", {}):
        return True
    try:
        return any(re.search(pattern, name) for pattern in part.get("patternProperties", {}))
    except re.error:
        return False


def _dependencies(parts: list[Node]) -> Node:
    """What a property's presence requires; `dependencies` of older drafts is either of its two successors."""
    names: dict[str, frozenset[str]] = {}
    schemas: dict[str, Source] = {}
    for part in parts:
        for word in ("dependentRequired", "dependentSchemas", "dependencies"):
            for name, value in part.get(word, {}).items():
                if isinstance(value, list):
                    names[name] = names.get(name, frozenset()) | frozenset(map(str, value))
                else:
                    schemas[name] = schemas.get(name, ()) + _source(value)
    return {
        "dependentRequired": {name: value for name, value in names.items() if value},
        "dependentSchemas": {name: value for name, value in schemas.items() if value},
    }


def _unevaluated(parts: list[Node], word: str) -> tuple[Source, ...]:
    return tuple((part[word],) for part in parts if not is_open(part.get(word, True)))


def _array(parts: list[Node]) -> Node:
    """What is said of an array's items; a list of `items`, as older drafts had it, is `prefixItems`."""
    tuples = [_items_of(part) for part in parts]
    length = max((len(first) for first, _ in tuples), default=0)
    prefix = [
        tuple(node for first, rest in tuples for node in _source(first[at] if at < len(first) else rest))
        for at in range(length)
    ]
    unevaluated = _unevaluated(parts, "unevaluatedItems")
    return {
        "items": tuple(node for _, rest in tuples for node in _source(rest)),
        "prefixItems": tuple(prefix),
        "contains": tuple(found for part in parts for found in _contains(part, looked_at=bool(unevaluated))),
        "unevaluatedItems": unevaluated,
    }


def _items_of(part: Node) -> tuple[list[Any], Any]:
    """The schemas of the first items, and the one of all others."""
    items = part.get("items", True)
    if isinstance(items, list):
        return items, part.get("additionalItems", True)
    return part.get("prefixItems", []), items


def _contains(part: Node, *, looked_at: bool) -> Iterator[Condition]:
    """A `contains` that asks for something, or whose items are `looked_at` by it, which unevaluatedItems asks."""
    least, most = part.get("minContains", 1), part.get("maxContains")
    if "contains" in part and (least or most is not None or looked_at):
        yield Condition(_source(part["contains"]), least=least, most=most)


_TOLD = {
    "properties", "patternProperties", "additionalProperties", "required", "propertyNames", "dependentRequired",
    "dependentSchemas", "dependencies", "unevaluatedProperties", "items", "additionalItems", "prefixItems", "contains",
    "minContains", "maxContains", "unevaluatedItems", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    "if", "then", "else", "not", "contentSchema", *_LARGEST, *_SMALLEST, *_KEPT,
}  # fmt: skip


def _rest(parts: list[Node]) -> Node:
    """What is said of scalars and of the whole value; unknown keywords as they stand, under "unknown"."""
    out: Node = {
        "lower": _tightest(parts, "minimum", "exclusiveMinimum", lower=True),
        "upper": _tightest(parts, "maximum", "exclusiveMaximum", lower=False),
        "not": tuple((part["not"],) for part in parts if part.get("not", False) is not False),
        "if": tuple(found for part in parts for found in _condition(part)),
        "contentSchema": tuple(node for part in parts for node in _source(part.get("contentSchema", True))),
        "unknown": {word: value for part in parts for word, value in part.items() if word not in _TOLD},
    }
    for words, pick in ((_LARGEST, max), (_SMALLEST, min)):
        for word in words:
            found = [part[word] for part in parts if word in part]
            out[word] = pick(found) if found and not (pick is max and pick(found) == 0) else None
    for word, nothing in _KEPT.items():
        values = {value_key(part[word]): part[word] for part in parts if word in part}
        out[word] = tuple(value for value in values.values() if value != nothing or value is None)
    out["pattern"] = tuple(pattern for pattern in out["pattern"] if pattern not in _ANY_TEXT)
    return out


def _condition(part: Node) -> Iterator[Condition]:
    """An `if` that something follows from."""
    then, otherwise = _source(part.get("then", True)), _source(part.get("else", True))
    if "if" in part and (then or otherwise):
        yield Condition(_source(part["if"]), then, otherwise)


def _tightest(parts: list[Node], word: str, exclusive: str, *, lower: bool) -> Bound | None:
    """The bound that admits least; `exclusiveMinimum: true` of OpenAPI 3.0 speaks of `minimum`."""
    bounds = []
    for part in parts:
        flag = part.get(exclusive)
        if word in part:
            bounds.append(Bound(part[word], flag is True))
        if isinstance(flag, int | float) and not isinstance(flag, bool):
            bounds.append(Bound(flag, True))
    return max(bounds, key=lambda bound: bound.lowest(False) if lower else bound.highest(False), default=None)
