"""A validator's errors to violations: the pointer of the wrong value, what was expected there, and one sentence."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from jsonschema_rs import ValidationError

from harness.finding import general
from harness.formats.pointer import pointer_of


@dataclass(frozen=True, slots=True)
class Violation:
    """What breaks a schema in one kind of place: `pointer` is the first, with real indices, of `count` places.

    `keyword` is that of JSON Schema which is broken, empty where none is, and `limit` what stands behind it there.
    """

    pointer: str
    expected: str
    message: str
    count: int = 1
    keyword: str = ""
    limit: Any = field(default=None, compare=False)


def violations(errors: Iterable[ValidationError]) -> Iterator[Violation]:
    """Every violation behind the errors, those that differ in array indices alone folded into the first of them.

    Of a union only the violations of the branch that fits best are given.
    """
    folded: dict[object, Violation] = {}
    counts: Counter[object] = Counter()
    counted: set[object] = set()
    for error in errors:
        kind: Any = error.kind
        if kind.name in ("anyOf", "oneOf") and all(kind.context):
            for violation in _union(error, kind.context):
                key: object = general(violation.pointer), violation.expected
                folded.setdefault(key, violation)
                counts[key] += violation.count
            continue
        path = tuple(["*" if type(part) is int else part for part in error.instance_path])
        for name in _names(kind):
            key = path, tuple(error.schema_path), name
            # Two keywords may lead to one schema, which then speaks twice of one place.
            place = key, tuple(error.instance_path)
            if place in counted:
                continue
            counted.add(place)
            counts[key] += 1
            if counts[key] == 1:
                folded[key] = _violation(error, name)
    yield from _without_repetition(replace(violation, count=counts[key]) for key, violation in folded.items())


def _without_repetition(reported: Iterable[Violation]) -> Iterator[Violation]:
    """What several keywords say of one place in the same words counts once."""
    first: dict[tuple[str, str], Violation] = {}
    for violation in reported:
        key = violation.pointer, violation.expected
        earlier = first.get(key)
        first[key] = replace(earlier, count=max(earlier.count, violation.count)) if earlier else violation
    yield from first.values()


def _names(kind: Any) -> Iterable[str]:
    """The properties that an error is about, where it is about names; else one empty name."""
    if kind.name == "required":
        return (kind.property,)
    if kind.name in ("additionalProperties", "unevaluatedProperties"):
        return tuple(kind.unexpected)
    return ("",)


def _violation(error: ValidationError, name: str) -> Violation:
    kind: Any = error.kind
    path = error.instance_path
    if kind.name == "required":
        return Violation(
            _pointer([*path, name]), "a required property", "the required property is missing", keyword=kind.name
        )
    if kind.name in ("additionalProperties", "unevaluatedProperties"):
        return Violation(
            _pointer([*path, name]), "no further properties", "the schema forbids this property", keyword=kind.name
        )
    expected = _expected(kind)
    message = f"{shown(error.instance)} where the contract says {expected}"
    return Violation(_pointer(path), expected, message, keyword=kind.name, limit=_limit(kind))


_LIMITS = ("types", "options", "expected_value", "format", "pattern", "limit", "multiple_of")


def _limit(kind: Any) -> Any:
    """What the schema has behind the keyword; None where it has nothing simple there."""
    return next((getattr(kind, name) for name in _LIMITS if hasattr(kind, name)), None)


def _union(error: ValidationError, branches: list[list[ValidationError]]) -> Iterator[Violation]:
    """Descend into the branch that the value was meant for; if it fits none by type, name all types."""
    here = error.instance_path
    meant = [branch for branch in branches if not _types(branch, here)]
    if meant:
        nearest = min(meant, key=lambda branch: _distance(branch, here))
        yield from violations(nearest)
        return
    types = list(dict.fromkeys(kind for branch in branches for kind in _types(branch, here)))
    expected = "type " + " or ".join(types)
    message = f"{shown(error.instance)} where the contract says {expected}"
    yield Violation(_pointer(here), expected, message, keyword="type", limit=types)


def _types(branch: list[ValidationError], here: list[str | int]) -> list[str]:
    """The types that a branch requires at `here` and the value has not; those of unions inside it as well."""
    types: list[str] = []
    for error in branch:
        kind: Any = error.kind
        if error.instance_path != here:
            continue
        if kind.name == "type":
            types += kind.types
        elif kind.name in ("anyOf", "oneOf") and all(kind.context):
            inner = [_types(branch, here) for branch in kind.context]
            types += chain.from_iterable(inner) if all(inner) else ()
    return types


def _distance(branch: list[ValidationError], here: list[str | int]) -> tuple[int, int, int]:
    """How far a value is from a branch: wrong constants first, then the number of errors, then how shallow they are."""
    wrong_kind = sum(
        error.kind.name in ("const", "enum") and len(error.instance_path) <= len(here) + 1 for error in branch
    )
    depth = max((len(error.instance_path) for error in branch), default=0)
    return wrong_kind, len(branch), -depth


def _expected(kind: Any) -> str:
    describe = _WORDS.get(kind.name)
    return describe(kind) if describe else str(kind.name)


def _listed(values: Iterable[Any]) -> str:
    return _cut(", ".join("null" if value is None else str(value) for value in values), 200)


_SHOWN = 60
_WORDS: dict[str, Callable[[Any], str]] = {
    "type": lambda kind: "type " + " or ".join(kind.types),
    "enum": lambda kind: f"one of {_listed(kind.options)}",
    "const": lambda kind: f"the constant {_cut(str(kind.expected_value), _SHOWN)}",
    "format": lambda kind: f"format {kind.format}",
    "pattern": lambda kind: f"pattern {_cut(kind.pattern, _SHOWN)}",
    "minimum": lambda kind: f"at least {kind.limit}",
    "maximum": lambda kind: f"at most {kind.limit}",
    "exclusiveMinimum": lambda kind: f"more than {kind.limit}",
    "exclusiveMaximum": lambda kind: f"less than {kind.limit}",
    "minLength": lambda kind: f"at least {kind.limit} characters",
    "maxLength": lambda kind: f"at most {kind.limit} characters",
    "minItems": lambda kind: f"at least {kind.limit} items",
    "maxItems": lambda kind: f"at most {kind.limit} items",
    "minProperties": lambda kind: f"at least {kind.limit} properties",
    "maxProperties": lambda kind: f"at most {kind.limit} properties",
    "multipleOf": lambda kind: f"a multiple of {kind.multiple_of}",
    "uniqueItems": lambda kind: "items that differ",
    "oneOf": lambda kind: "exactly one branch of a union",
    "false": lambda kind: "nothing at all",
}


def shown(value: Any) -> str:
    """A value for a message: short, and containers by their kind alone."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return f"an array of {len(value)}"
    return _cut(json.dumps(value, ensure_ascii=False, default=str), _SHOWN)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _pointer(path: Iterable[str | int]) -> str:
    return pointer_of(tuple(str(part) for part in path))
