"""Example values: for any schema a value that it accepts, always the same one for the same schema."""

from __future__ import annotations

import re
import re._constants as sre  # type: ignore[import-not-found, unused-ignore]
import re._parser as sre_parser  # type: ignore[import-not-found, unused-ignore]
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from harness.sandbox.call import ABSENT
from harness.sandbox.resolved_schemas import ResolvedSchemas, Schema, bounds, is_a, number, required_names

_DEEP = 6
_NESTED = 3

Typical = Callable[[str, Mapping[str, Any]], Any]

_FORMATS = {
    "date-time": "2026-01-05T09:00:00Z",
    "date": "2026-01-05",
    "time": "09:00:00Z",
    "email": "someone@example.com",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "uuid": "7f2c1f5e-3b0a-4d6e-9a51-0c2d4e6f8a10",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "hostname": "example.com",
    "byte": "ZXhhbXBsZQ==",
    "binary": "example",
}


class ExampleValues:
    """Values for the schemas of one document.

    `all_fields` gives every declared property, without it only the required ones. What may be null is null, unless
    `example` values or an enum say more; deep or circular parts are left out where they may be. Without
    `prefer_null` null is the last resort. `typical` may know a value for a named property.
    """

    def __init__(
        self,
        schemas: ResolvedSchemas,
        prefer_null: bool = True,
        typical: Typical | None = None,
        all_fields: bool = True,
    ) -> None:
        self.schemas, self.prefer_null, self.typical, self.all_fields = schemas, prefer_null, typical, all_fields
        self._choices: dict[int, Schema] = {}

    def value(self, schema: Any, *, depth: int = 0, trail: tuple[int, ...] = (), name: str = "") -> Any:
        """One value for `schema`; nothing that may be left out is made below the depth limit or inside itself."""
        node = self.schemas.merged(schema)
        stated = self._stated(node, name)
        if stated is not ABSENT:
            return stated
        kinds = self.schemas.kinds(node)
        nullable = "null" in kinds
        if nullable and (self.prefer_null or depth > _NESTED or id(node) in trail or _impossible(node)):
            return None
        for choice in ("anyOf", "oneOf"):
            if node.get(choice):
                return self._chosen(node, choice, depth, trail)
        kind = next((kind for kind in kinds if kind != "null"), "null" if kinds else "")
        if kind == "object":
            return self.record(node, depth=depth, trail=trail)
        if kind == "array":
            return self._array(node, depth, trail)
        made = scalar(node, kind)
        return None if nullable and any(bounds(node, made, "")) else made

    def _stated(self, node: Schema, name: str) -> Any:
        """A value that needs no making: typical for the name, or written in the schema; `ABSENT` for none."""
        if name and self.typical is not None:
            typical = self.typical(name, node)
            if typical is not None and self._usable(node, typical):
                return typical
        if "const" in node:
            return node["const"]
        if "example" in node and self._usable(node, node["example"]):
            return node["example"]
        if node.get("enum"):
            return next((value for value in node["enum"] if value is not None), None)
        return ABSENT

    def record(self, schema: Any, *, depth: int = 0, trail: tuple[int, ...] = ()) -> dict[str, Any]:
        """An object with the declared properties."""
        node = self.schemas.merged(schema)
        properties = node.get("properties") or {}
        required = set(required_names(node))
        optional_too = self.all_fields and depth < _DEEP and id(node) not in trail
        made: dict[str, Any] = {}

        def make(name: str) -> None:
            made[name] = self.value(properties[name], depth=depth + 1, trail=(*trail, id(node)), name=name)

        for name, inner in properties.items():
            shown = optional_too and not self.schemas.merged(inner).get("writeOnly")
            if shown or (name in required and depth < 3 * _DEEP):
                make(name)
        for name in required - made.keys():
            made[name] = None
        for name in properties:
            if len(made) < number(node.get("minProperties"), 0) and name not in made:
                make(name)
        return made

    def _usable(self, node: Schema, value: Any) -> bool:
        """Whether a scalar is one that the schema takes; objects and arrays are always made."""
        if isinstance(value, dict | list):
            return False
        kinds = self.schemas.kinds(node)
        if kinds and not any(is_a(value, kind) for kind in kinds):
            return False
        if node.get("enum") and value not in node["enum"]:
            return False
        return not any(bounds(node, value, ""))

    def _chosen(self, node: Schema, choice: str, depth: int, trail: tuple[int, ...]) -> Any:
        """The first branch, joined with what stands beside the choice."""
        rest = {key: value for key, value in node.items() if key != choice}
        branches = node[choice]
        nulls = [branch for branch in branches if "null" in self.schemas.kinds(branch)]
        if nulls and self.prefer_null and not self.schemas.kinds(node):
            return None
        if rest.get("properties"):
            return self.value(self._joined(node, choice, rest), depth=depth, trail=trail)
        return self.value(branches[0], depth=depth + 1, trail=trail)

    def _joined(self, node: Schema, choice: str, rest: Schema) -> Schema:
        """What stands beside a choice together with its first branch, as one schema."""
        known = self._choices.get(id(node))
        if known is None:
            known = self._choices[id(node)] = {"allOf": [rest, node[choice][0]]}
        return known

    def _array(self, node: Schema, depth: int, trail: tuple[int, ...]) -> list[Any]:
        least = int(number(node.get("minItems"), 0))
        items = node.get("items")
        if items is None:
            return [None] * least
        seen = id(self.schemas.merged(items)) in trail
        count = least if seen or depth >= _DEEP - 2 else max(least, 1)
        count = min(count, int(number(node.get("maxItems"), count)))
        choices = [value for value in self.schemas.merged(items).get("enum") or () if value is not None]
        if choices and (len(choices) >= count or node.get("uniqueItems")):
            return choices[:count]
        if count == 0:
            return []
        item = self.value(items, depth=depth + 1, trail=trail)
        if item is None and not least:
            return []
        return distinct([item] * count) if node.get("uniqueItems") else [item] * count


def _impossible(node: Schema) -> bool:
    """Whether an object would need more fields than it may have."""
    required = required_names(node)
    return len(set(required)) > number(node.get("maxProperties"), len(required))


def distinct(values: list[Any]) -> list[Any]:
    """The same values made different from each other, as far as scalars go."""
    return [
        value + index if isinstance(value, int) and not isinstance(value, bool) and index
        else f"{value}{index}" if isinstance(value, str) and index
        else value
        for index, value in enumerate(values)
    ]  # fmt: skip


def scalar(node: Schema, kind: str) -> Any:
    """A string, number or boolean within the bounds."""
    if kind == "boolean":
        return False
    if kind in ("integer", "number"):
        return _number(node, kind)
    return _text(node) if kind in ("string", "") else None


def _number(node: Schema, kind: str) -> int | float:
    low, high = number(node.get("minimum"), 0), number(node.get("maximum"), float("inf"))
    strict = node.get("exclusiveMinimum")
    if strict is True:
        low += 1
    elif isinstance(strict, int | float):
        low = max(low, strict + 1)
    value = min(max(1.0, low), high)
    step = number(node.get("multipleOf"), 0)
    if step:
        value = max(step, -(-low // step) * step)
    return int(value) if kind == "integer" or float(value).is_integer() else value


def _text(node: Schema) -> str:
    least, most = int(number(node.get("minLength"), 0)), int(number(node.get("maxLength"), 255))
    if isinstance(node.get("pattern"), str):
        made = from_pattern(node["pattern"], least)
        if made is not None:
            return made
    text = _FORMATS.get(str(node.get("format", "")), "text")
    if len(text) < least:
        text = text + "x" * (least - len(text))
    return text[:most] if len(text) > most else text


@lru_cache(4096)
def from_pattern(pattern: str, least: int = 0) -> str | None:
    """A text that a regular expression accepts, `least` long where a repetition allows it; None if none is found."""
    for extra in (0, 1, max(0, least - 1), least, 3):
        try:
            text = "".join(_pieces(sre_parser.parse(pattern), extra))
            if len(text) >= least and re.search(pattern, text):
                return text
        except (re.error, OverflowError, _Unmade):
            return None
    return None


class _Unmade(Exception):  # noqa: N818 -- a signal within this file, never seen outside
    """The pattern has a part that this file cannot make text for."""


def _pieces(parsed: Any, extra: int) -> list[str]:
    out: list[str] = []
    for op, arg in parsed:
        if op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            low, high, inner = arg
            times = low if high == low else min(int(high), low + extra)
            out.extend("".join(_pieces(inner, extra)) for _ in range(min(int(times), 500)))
        elif op is sre.SUBPATTERN:
            out.extend(_pieces(arg[-1], extra))
        elif op is sre.BRANCH:
            out.extend(_pieces(arg[1][0], extra))
        elif op is sre.LITERAL:
            out.append(chr(arg))
        elif op is sre.ANY:
            out.append("a")
        elif op is sre.IN:
            out.append(_member(arg))
        elif op is sre.NOT_LITERAL:
            out.append("a" if arg != ord("a") else "b")
        elif op not in (sre.AT, sre.ASSERT, sre.ASSERT_NOT):
            raise _Unmade
    return out


def _member(choices: Any) -> str:
    """A character of a class; of a negated one, the first plain character that it lets in."""
    if choices[0][0] is sre.NEGATE:
        return next(char for char in "a1A -_" if not _within(char, choices[1:]))
    op, arg = choices[0]
    if op is sre.LITERAL:
        return chr(arg)
    if op is sre.RANGE:
        return chr(arg[0] if arg[0] != ord("0") else ord("1"))
    return {sre.CATEGORY_DIGIT: "1", sre.CATEGORY_WORD: "a", sre.CATEGORY_SPACE: " "}.get(arg, "a")


def _within(char: str, choices: Any) -> bool:
    code = ord(char)
    tests = {sre.CATEGORY_DIGIT: str.isdigit, sre.CATEGORY_SPACE: str.isspace, sre.CATEGORY_WORD: str.isalnum}
    return any(
        code == arg if op is sre.LITERAL
        else arg[0] <= code <= arg[1] if op is sre.RANGE
        else arg in tests and tests[arg](char)
        for op, arg in choices
    )  # fmt: skip
