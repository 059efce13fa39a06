"""Two schemas side by side, from the side that sends the value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from harness.contract.dialect import Side
from harness.formats.pointer import parts_of_reference
from harness.openapi import walk

Node = dict[str, Any]
Pair = tuple[str, str]
_DEPTH = 25
# A larger lower bound or a smaller upper bound admits less.
_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_EXACT = ("pattern", "multipleOf", "uniqueItems", "const")
# Formats that a validator refuses values by; any other word is a remark.
_FORMATS = ("date", "date-time", "time", "email", "uri", "uuid", "ipv4", "ipv6", "hostname", "int32")
_CHOICES = ("anyOf", "oneOf")


@dataclass(frozen=True, slots=True)
class Shift:
    """One difference inside a schema. `home` is the component it stands in (empty: in the operation itself).

    `wider` admits values that were refused, `narrower` refuses values that were admitted; a shift may be both.
    """

    home: str
    pointer: str
    action: str
    message: str
    wider: bool = False
    narrower: bool = False


class SchemaComparison:
    """Compares schemas of two trees; what two components differ in is found once and remembered."""

    def __init__(self, old: Node, new: Node) -> None:
        self.old, self.new = old, new
        self.pages = {side: _SideComparison(old, new, side) for side in Side}

    def shifts(self, old: Any, new: Any, side: Side) -> tuple[Shift, ...]:
        """All differences between two schemas, those inside components included, as `side` sends the value."""
        return self.pages[side].shifts(old, new)


class _SideComparison:
    """The schemas of two trees as one side sends values; properties of the other side alone do not count."""

    def __init__(self, old: Node, new: Node, side: Side) -> None:
        self.old, self.new = old, new
        self.foreign = "readOnly" if side is Side.REQUEST else "writeOnly"
        self.known: dict[Pair, tuple[Shift, ...]] = {}
        self.uses: dict[Pair, tuple[Pair, ...]] = {}
        self.open: set[tuple[int, int]] = set()

    def shifts(self, old: Any, new: Any) -> tuple[Shift, ...]:
        """Those of the schemas themselves, then those of every component that they lead to."""
        queue: list[Pair] = []
        found = dict.fromkeys(self._compare(old, new, "", "", queue, 0))
        done: set[Pair] = set()
        while queue:
            pair = queue.pop()
            if pair not in done:
                done.add(pair)
                found.update(dict.fromkeys(self._component(pair)))
                queue.extend(self.uses[pair])
        return tuple(found)

    def _component(self, pair: Pair) -> tuple[Shift, ...]:
        if pair not in self.known:
            self.known[pair] = ()
            inner: list[Pair] = []
            left, right = (
                walk.resolve(tree, {"$ref": ref}) for tree, ref in zip((self.old, self.new), pair, strict=True)
            )
            self.known[pair] = tuple(self._compare(left, right, parts_of_reference(pair[1])[-1], "", inner, 0))
            self.uses[pair] = tuple(dict.fromkeys(inner))
        return self.known[pair]

    def _compare(self, old: Any, new: Any, home: str, at: str, queue: list[Pair], depth: int) -> Iterator[Shift]:
        if depth > _DEPTH or old == new == {}:
            return
        both = id(old), id(new)
        if both in self.open:
            return
        self.open.add(both)
        yield from self._details(old, new, home, at, queue, depth)
        self.open.discard(both)

    def _details(self, old: Any, new: Any, home: str, at: str, queue: list[Pair], depth: int) -> Iterator[Shift]:
        refs = _ref(old), _ref(new)
        if all(refs):
            # What is inside a component is told once, under the component's own name.
            queue.append(refs)
            return
        left, right = _flat(self.old, old), _flat(self.new, new)
        yield from _types(_kinds(self.old, left), _kinds(self.new, right), home, at)
        # Where one side alone has alternatives, the one of the same type is what the other side became.
        left, right = _alternative(self.old, left, right), _alternative(self.new, right, left)
        yield from _values(left, right, home, at)
        yield from _bounds(left, right, home, at)
        yield from self._properties(left, right, home, at, queue, depth)
        if "items" in left or "items" in right:
            yield from self._compare(left.get("items", {}), right.get("items", {}), home, f"{at}/*", queue, depth + 1)
        yield from self._choices(left, right, home, at, queue, depth)

    def _properties(self, old: Node, new: Node, home: str, at: str, queue: list[Pair], depth: int) -> Iterator[Shift]:
        left, right = self._own(self.old, old), self._own(self.new, new)
        needed_before, needed_now = set(old.get("required", ())) & set(left), set(new.get("required", ())) & set(right)
        for name in [*left, *(name for name in right if name not in left)]:
            here = f"{at}/{name}"
            if name not in right:
                closed = new.get("additionalProperties") is False
                yield Shift(home, here, "removed", f"property {name} removed", wider=True, narrower=closed)
            elif name not in left:
                needed = name in needed_now
                text = f"property {name} added" + (", required" if needed else "")
                yield Shift(home, here, "added", text, narrower=needed, wider=old.get("additionalProperties") is False)
            else:
                if name in needed_now - needed_before:
                    yield Shift(home, here, "changed", f"property {name} is now required", narrower=True)
                if name in needed_before - needed_now:
                    yield Shift(home, here, "changed", f"property {name} is no longer required", wider=True)
                yield from self._compare(left[name], right[name], home, here, queue, depth + 1)
        yield from _extras(old, new, home, at)

    def _own(self, tree: Node, schema: Node) -> Node:
        """The properties that this side may send."""
        return {
            name: one
            for name, one in schema.get("properties", {}).items()
            if not (isinstance(one, dict) and (one.get(self.foreign) or walk.resolve(tree, one).get(self.foreign)))
        }

    def _choices(self, old: Node, new: Node, home: str, at: str, queue: list[Pair], depth: int) -> Iterator[Shift]:
        left, right = _options(old), _options(new)
        gone = [one for one in left if one not in right]
        come = [one for one in right if one not in left]
        # What is inside a component that both have is told once, under the component's own name.
        both = [str(one["$ref"]) for one in left if "$ref" in one and one in right]
        if len(gone) == len(come):
            # Alternatives in the same place are the same alternative, changed.
            for before, now in zip(gone, come, strict=True):
                yield from self._compare(before, now, home, at, queue, depth + 1)
        elif left and right:
            for one in gone:
                yield Shift(home, at, "removed", f"alternative {_name(one)} removed", narrower=True)
            for one in come:
                yield Shift(home, at, "added", f"alternative {_name(one)} added", wider=True)
        queue.extend((ref, ref) for ref in both)


def _options(schema: Node) -> list[Any]:
    """The alternatives of a schema, of whichever kind."""
    return [one for word in _CHOICES for one in schema.get(word, ())]


def _ref(schema: Any) -> str:
    """The component that a schema is, plainly or as the only part of an `allOf`."""
    while isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            return str(schema["$ref"])
        branches = schema.get("allOf")
        if not isinstance(branches, list) or len(branches) != 1 or {"properties", "required", "nullable"} & set(schema):
            return ""
        schema = branches[0]
    return ""


def _flat(tree: Node, schema: Any, above: frozenset[int] = frozenset()) -> Node:
    """References followed and `allOf` gathered into one schema; the rest as it stands. `above` ends a circle."""
    found = walk.resolve(tree, schema)
    if not isinstance(found, dict) or id(found) in above:
        return {}
    branches = found.get("allOf")
    if not isinstance(branches, list) or not branches:
        return found
    inner = above | {id(found)}
    out: Node = {}
    own = {key: value for key, value in found.items() if key != "allOf"}
    for part in [*(_flat(tree, one, inner) for one in branches), own]:
        for key, value in part.items():
            if key == "properties" and isinstance(value, dict):
                out[key] = {**out.get(key, {}), **value}
            elif key == "required" and isinstance(value, list):
                out[key] = [*out.get(key, ()), *value]
            else:
                out[key] = value
    return out


def _alternative(tree: Node, schema: Node, other: Node) -> Node:
    if any(other.get(word) for word in _CHOICES) or not other.get("type"):
        return schema
    options = [_flat(tree, one) for one in _options(schema)]
    return next((one for one in options if one.get("type") == other["type"]), schema)


def _types(before: frozenset[str], now: frozenset[str], home: str, at: str) -> Iterator[Shift]:
    if before == now:
        return
    wider, narrower = _admits(now, before), _admits(before, now)
    text = f"type {'/'.join(sorted(before)) or 'any'} to {'/'.join(sorted(now)) or 'any'}"
    yield Shift(home, at, "changed", text, wider=wider, narrower=narrower)


def _admits(types: frozenset[str], others: frozenset[str]) -> bool:
    """Whether the types take values that the others refuse; none are any type, and an integer is a number."""
    if not types or not others:
        return not types
    return bool(types - others - ({"integer"} if "number" in others else set()))


def _kinds(tree: Node, schema: Node) -> frozenset[str]:
    """The types that a schema admits, those of its alternatives where it has none of its own; empty: any."""
    kinds = walk.types_of(schema) or _kinds_of_options(tree, schema)
    if kinds and schema.get("nullable") is True:
        kinds.add("null")
    return frozenset(kinds)


def _kinds_of_options(tree: Node, schema: Node) -> set[str]:
    """The types of all alternatives together; none where one of them takes any type."""
    options = [_flat(tree, one) for one in _options(schema)]
    kinds = [_kinds(tree, one) if "type" in one else frozenset() for one in options]
    return set().union(*kinds) if all(kinds) else set()


def _values(old: Node, new: Node, home: str, at: str) -> Iterator[Shift]:
    before, now = old.get("enum"), new.get("enum")
    if not isinstance(before, list) and not isinstance(now, list):
        return
    if not isinstance(now, list):
        yield Shift(home, at, "changed", "enum dropped: any value", wider=True)
    elif not isinstance(before, list):
        yield Shift(home, at, "changed", f"enum added: {', '.join(map(str, now))}", narrower=True)
    else:
        gone = [str(one) for one in before if one not in now and one is not None]
        come = [str(one) for one in now if one not in before and one is not None]
        if gone:
            yield Shift(home, at, "removed", f"enum without {', '.join(gone)}", narrower=True)
        if come:
            yield Shift(home, at, "added", f"enum with {', '.join(come)}", wider=True)


def _bounds(old: Node, new: Node, home: str, at: str) -> Iterator[Shift]:
    was, is_ = (one.get("format") if one.get("format") in _FORMATS else None for one in (old, new))
    if was != is_:
        text = f"format {_word(old.get('format'))} to {_word(new.get('format'))}"
        yield Shift(home, at, "changed", text, wider=was is not None, narrower=is_ is not None)
    for word in (*_LOWER, *_UPPER, *_EXACT):
        before, now = old.get(word), new.get(word)
        if before == now:
            continue
        if before is None or now is None or word in _EXACT:
            wider, narrower = before is not None, now is not None
        else:
            narrower = (now > before) if word in _LOWER else (now < before)
            wider = not narrower
        yield Shift(home, at, "changed", f"{word} {_word(before)} to {_word(now)}", wider=wider, narrower=narrower)


def _extras(old: Node, new: Node, home: str, at: str) -> Iterator[Shift]:
    before, now = (one.get("additionalProperties", True) is not False for one in (old, new))
    if before != now:
        text = "open to further properties" if now else "closed to further properties"
        yield Shift(home, at, "changed", text, wider=now, narrower=before)


def _word(value: Any) -> str:
    return "none" if value is None else str(value)


def _name(schema: Any) -> str:
    if not isinstance(schema, dict):
        return str(schema)
    return str(schema.get("$ref", schema.get("type", "schema"))).rsplit("/", 1)[-1]


def breaks_client(shift: Shift, side: Side) -> bool:
    """A client fails when it must send what it did not know of, or gets what it cannot read."""
    return shift.narrower if side is Side.REQUEST else shift.wider


def breaks_suites(shift: Shift) -> bool:
    """A check turns red when more is promised of an answer, a case when more is asked of a request."""
    return shift.narrower
