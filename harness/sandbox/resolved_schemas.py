"""Schemas with references and `allOf` resolved, and what a value has wrong against one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from harness.openapi import walk

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """What a body or query has wrong: a JSON pointer, the kind (missing, type, value), and words for people."""

    pointer: str
    kind: str
    message: str


OUT_OF_RANGE = "is out of range"
_INTEGER_RANGES = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
_DEPTH = 12
_CACHE_SIZE = 50_000
_FORMATS = {
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "date-time": re.compile(r"\d{4}-\d\d-\d\d[Tt ][\d:.]{5,}([Zz]|[+-]\d\d:?\d\d)?"),
}
_PYTHON_TYPES: dict[str, Any] = {
    "string": str,
    "boolean": bool,
    "object": dict,
    "array": list,
    "null": type(None),
    "integer": int,
    "number": (int, float),
}


class ResolvedSchemas:
    """All schemas of one document tree. Merged ones are cached, so that one schema is one object."""

    def __init__(self, tree: Mapping[str, Any]) -> None:
        self.tree = dict(tree)
        self._merged: dict[int, Schema] = {}
        self._referenced: list[Any] = []
        self._fits: dict[tuple[int, type, Any], bool] = {}

    def merged(self, schema: Any) -> Schema:
        """The schema without `$ref` and `allOf`: properties and required of all parts together."""
        merged = self._merged.get(id(schema))
        if merged is None:
            merged = self._merge(schema, 0)
            self._merged[id(schema)] = merged
            # An id is only good as long as its object lives.
            self._referenced.append(schema)
        return merged

    def _merge(self, schema: Any, depth: int) -> Schema:
        node = walk.resolve(self.tree, schema)
        if not isinstance(node, dict):
            return {}
        if "allOf" not in node or depth > _DEPTH:
            return node
        out: Schema = {key: value for key, value in node.items() if key != "allOf"}
        for part in node["allOf"]:
            inner = self._merge(part, depth + 1)
            properties = _joined(out.get("properties", {}), inner.get("properties", {}))
            required = [*out.get("required", ()), *inner.get("required", ())]
            items = [schema["items"] for schema in (out, inner) if "items" in schema]
            out = {**inner, **out}
            if len(items) > 1:
                out["items"] = {"allOf": items}
            if properties:
                out["properties"] = properties
            if required:
                out["required"] = list(dict.fromkeys(required))
        if out.get("properties"):
            # A closed part would shut out the others' properties.
            out.pop("additionalProperties", None)
        return out

    def properties(self, schema: Any) -> Schema:
        """The declared properties; of a choice between objects, those of all branches, the first one winning."""
        node = self.merged(schema)
        properties: Schema = dict(node.get("properties") or {})
        for branch in (*node.get("anyOf", ()), *node.get("oneOf", ())):
            for name, inner in self.properties(branch).items():
                properties.setdefault(name, inner)
        return properties

    def form(self, schema: Any, record: Mapping[str, Any]) -> Schema:
        """The schema itself, or of a choice the branch that the record names, or that takes most of its fields."""
        node = self.merged(schema)
        if node.get("properties"):
            return node
        if named := self._named_branch(node, record):
            return self.form(named, record)
        choices = (self.merged(branch) for branch in (*node.get("anyOf", ()), *node.get("oneOf", ())))
        objects = [branch for branch in choices if branch.get("properties") or "anyOf" in branch or "oneOf" in branch]
        if not objects:
            return node
        return self.form(max(objects, key=lambda branch: self._likeness(branch, record)), record)

    def _named_branch(self, node: Schema, record: Mapping[str, Any]) -> Schema | None:
        """The branch that the discriminator's mapping has for the record's value."""
        discriminator = node.get("discriminator") or {}
        value = record.get(str(discriminator.get("propertyName")))
        reference = (discriminator.get("mapping") or {}).get(str(value))
        return {"$ref": reference} if reference else None

    def _likeness(self, node: Schema, record: Mapping[str, Any]) -> int:
        properties = self.properties(node)
        return sum(
            (1 if self.fits(inner, record[name]) else -3) for name, inner in properties.items() if name in record
        )

    def kinds(self, schema: Any) -> tuple[str, ...]:
        """The JSON types that a schema takes, `null` included; () means any."""
        node = self.merged(schema)
        kind = node.get("type")
        names = (kind,) if isinstance(kind, str) else tuple(kind or ())
        if not names and "properties" in node:
            names = ("object",)
        # A schema without a type takes null already.
        if names and node.get("nullable") and "null" not in names:
            return (*names, "null")
        return names

    def problems(
        self, schema: Any, value: Any, at: str = "", depth: int = 0, closed: bool = False
    ) -> Iterator[Problem]:
        """What `value` has wrong, each with its pointer; read-only properties are not required.

        Names that a schema does not know are a problem only where they count as `closed`.
        """
        if schema is False:
            yield Problem(at, "value", "must not be there")
            return
        node = self.merged(schema)
        if depth > _DEPTH or (value is None and (node.get("nullable") or "null" in self.kinds(node))):
            return
        # Properties alone say nothing about a value that is no object.
        kinds = self.kinds(node) if "type" in node else ()
        if kinds and not any(is_a(value, kind) for kind in kinds):
            yield Problem(at, "type", f"must be {' or '.join(kinds)}")
            return
        if node.get("enum") and value not in node["enum"]:
            yield Problem(at, "value", "is not one of the allowed values")
        for choice in ("anyOf", "oneOf"):
            if node.get(choice) and all(
                any(self.problems(branch, value, at, depth + 1, closed)) for branch in node[choice]
            ):
                yield Problem(at, "value", "fits none of the allowed forms")
        yield from bounds(node, value, at)
        if isinstance(value, dict):
            yield from self._object(node, value, at, depth, closed)
        elif isinstance(value, list) and "items" in node:
            for index, item in enumerate(value):
                yield from self.problems(node["items"], item, f"{at}/{index}", depth + 1, closed)

    def _object(self, node: Schema, value: dict[str, Any], at: str, depth: int, closed: bool) -> Iterator[Problem]:
        properties = node.get("properties") or {}
        if not within(len(value), node, "minProperties", "maxProperties"):
            yield Problem(at, "value", "has too many or too few fields")
        for name in required_names(node):
            if name not in value and not self._read_only(properties.get(name, {})):
                yield Problem(f"{at}/{name}", "missing", "is required")
        others = node.get("additionalProperties")
        for name, inner in value.items():
            schema = properties.get(name, others if isinstance(others, dict) else None)
            if schema is None:
                if closed and others is False and not _matches_any(node.get("patternProperties"), name):
                    yield Problem(f"{at}/{name}", "value", "is not known here")
            elif schema is False or not self._read_only(schema):
                yield from self.problems(schema, inner, f"{at}/{name}", depth + 1, closed)

    def _read_only(self, schema: Any) -> bool:
        return bool(self.merged(schema).get("readOnly"))

    def tidy(self, schema: Any, value: Any, depth: int = 0) -> Any:
        """The value without the keys that its schema does not let in, inner ones too; open objects keep theirs."""
        node = self.merged(schema)
        if depth > _DEPTH:
            return value
        if isinstance(value, list) and "items" in node:
            return [self.tidy(node["items"], item, depth + 1) for item in value]
        properties = self.properties(node)
        if not isinstance(value, dict) or not properties or node.get("additionalProperties"):
            return value
        return {
            name: self.tidy(properties[name], inner, depth + 1)
            for name, inner in value.items()
            if name in properties and not self._read_only(properties[name])
        }

    def fits(self, schema: Any, value: Any) -> bool:
        """Whether a value has nothing wrong, in an answer that has declared names only."""
        if isinstance(value, dict | list):
            return not any(self.problems(schema, value, closed=True))
        # The same few words and numbers come again in every record.
        key = (id(schema), value.__class__, value)
        fits = self._fits.get(key)
        if fits is None:
            if len(self._fits) > _CACHE_SIZE:
                self._fits.clear()
            fits = self._fits[key] = not any(self.problems(schema, value, closed=True))
        return fits


def _matches_any(patterns: Any, name: str) -> bool:
    return isinstance(patterns, dict) and any(matches(pattern, name) for pattern in patterns)


def _joined(ours: Schema, theirs: Schema) -> Schema:
    """The properties of two parts of an `allOf`; one that both have must fit both."""
    both = {
        name: {"allOf": [ours[name], theirs[name]]}
        for name in ours.keys() & theirs.keys()
        if ours[name] != theirs[name]
    }
    return {**ours, **theirs, **both}


def is_a(value: Any, kind: str) -> bool:
    """Whether a value has a JSON type; 1.0 counts as an integer, true never as a number."""
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _PYTHON_TYPES.get(kind, object))


def bounds(node: Schema, value: Any, at: str) -> Iterator[Problem]:
    """Length, range, pattern and item count. Both forms of the exclusive bounds (boolean and number) are read."""
    if isinstance(value, str):
        if not within(len(value), node, "minLength", "maxLength"):
            yield Problem(at, "value", "is too long or too short")
        if isinstance(node.get("pattern"), str) and not matches(node["pattern"], value):
            yield Problem(at, "value", "has not the expected form")
        wanted = _FORMATS.get(str(node.get("format", "")))
        if wanted is not None and not _is_date(value, wanted):
            yield Problem(at, "value", f"is no {node['format']}")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        least, most = _INTEGER_RANGES.get(str(node.get("format", "")), (value, value))
        low, high = number(node.get("minimum"), least), number(node.get("maximum"), most)
        if not low <= value <= high:
            yield Problem(at, "value", OUT_OF_RANGE)
    elif isinstance(value, list) and not within(len(value), node, "minItems", "maxItems"):
        yield Problem(at, "value", "has too many or too few items")


def _is_date(text: str, wanted: re.Pattern[str]) -> bool:
    """Whether a text has the form and is a day that there is."""
    if wanted.fullmatch(text) is None:
        return False
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True


def within(size: int, node: Schema, least: str, most: str) -> bool:
    """Whether a size keeps to the two bounds that a schema may have under these names."""
    return number(node.get(least), 0) <= size <= number(node.get(most), size)


def required_names(node: Schema) -> list[str]:
    """The names that a schema requires; a published document may have a boolean in that place."""
    required = node.get("required")
    return required if isinstance(required, list) else []


def number(value: Any, default: float) -> float:
    """A bound as a number; published documents have some as text."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return default


def matches(pattern: str, text: str) -> bool:
    """Whether a text fits a pattern; one that Python cannot read accepts all."""
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return True
