"""Two versions of a schema compared, for the side that sends the value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
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
class SchemaChange:
    """One difference inside a schema. `component` is the name of the one it stands in (empty: the operation itself).

    `wider` admits values that were refused, `narrower` refuses values that were admitted; a change may be both.
    """

    component: str
    pointer: str
    action: str
    message: str
    wider: bool = False
    narrower: bool = False


@dataclass(frozen=True, slots=True)
class _Position:
    """Where two schemas are compared: component and pointer as in a `SchemaChange`, and how many levels down."""

    component: str = ""
    pointer: str = ""
    depth: int = 0

    def below(self, name: str) -> _Position:
        return _Position(self.component, f"{self.pointer}/{name}", self.depth + 1)

    def deeper(self) -> _Position:
        return replace(self, depth=self.depth + 1)

    def change(self, action: str, message: str, *, wider: bool = False, narrower: bool = False) -> SchemaChange:
        return SchemaChange(self.component, self.pointer, action, message, wider, narrower)


class SchemaComparison:
    """Compares schemas of two trees for a side; properties that only the other side may send do not count.

    What two components differ in is computed once.
    """

    def __init__(self, old: Node, new: Node, side: Side) -> None:
        self.old, self.new = old, new
        self.foreign = "readOnly" if side is Side.REQUEST else "writeOnly"
        self.by_component: dict[Pair, tuple[SchemaChange, ...]] = {}
        self.uses: dict[Pair, tuple[Pair, ...]] = {}
        self.open: set[tuple[int, int]] = set()

    def changes(self, old: Any, new: Any) -> tuple[SchemaChange, ...]:
        """Those of the schemas themselves, then those of every component that they lead to."""
        queue: list[Pair] = []
        changes = dict.fromkeys(self._compare(old, new, _Position(), queue))
        done: set[Pair] = set()
        while queue:
            pair = queue.pop()
            if pair not in done:
                done.add(pair)
                changes.update(dict.fromkeys(self._component(pair)))
                queue.extend(self.uses[pair])
        return tuple(changes)

    def _component(self, pair: Pair) -> tuple[SchemaChange, ...]:
        if pair not in self.by_component:
            self.by_component[pair] = ()
            inner: list[Pair] = []
            old, new = walk.resolve(self.old, {"$ref": pair[0]}), walk.resolve(self.new, {"$ref": pair[1]})
            name = parts_of_reference(pair[1])[-1]
            self.by_component[pair] = tuple(self._compare(old, new, _Position(name), inner))
            self.uses[pair] = tuple(dict.fromkeys(inner))
        return self.by_component[pair]

    def _compare(self, old: Any, new: Any, where: _Position, queue: list[Pair]) -> Iterator[SchemaChange]:
        if where.depth > _DEPTH or old == new == {}:
            return
        both = id(old), id(new)
        if both in self.open:
            return
        self.open.add(both)
        yield from self._details(old, new, where, queue)
        self.open.discard(both)

    def _details(self, old: Any, new: Any, where: _Position, queue: list[Pair]) -> Iterator[SchemaChange]:
        refs = _ref(old), _ref(new)
        if all(refs):
            # What differs inside a component is listed once, under the component's own name.
            queue.append(refs)
            return
        left, right = _flat(self.old, old), _flat(self.new, new)
        yield from _types(_kinds(self.old, left), _kinds(self.new, right), where)
        # Where one side alone has alternatives, the one of the same type is what the other side became.
        left, right = _alternative(self.old, left, right), _alternative(self.new, right, left)
        yield from _values(left, right, where)
        yield from _bounds(left, right, where)
        yield from self._properties(left, right, where, queue)
        if "items" in left or "items" in right:
            yield from self._compare(left.get("items", {}), right.get("items", {}), where.below("*"), queue)
        yield from self._choices(left, right, where, queue)

    def _properties(self, old: Node, new: Node, where: _Position, queue: list[Pair]) -> Iterator[SchemaChange]:
        left, right = self._own(self.old, old), self._own(self.new, new)
        needed_before, needed_now = set(old.get("required", ())) & set(left), set(new.get("required", ())) & set(right)
        for name in [*left, *(name for name in right if name not in left)]:
            here = where.below(name)
            if name not in right:
                closed = new.get("additionalProperties") is False
                yield here.change("removed", f"property {name} removed", wider=True, narrower=closed)
            elif name not in left:
                needed = name in needed_now
                text = f"property {name} added" + (", required" if needed else "")
                yield here.change("added", text, narrower=needed, wider=old.get("additionalProperties") is False)
            else:
                if name in needed_now - needed_before:
                    yield here.change("changed", f"property {name} is now required", narrower=True)
                if name in needed_before - needed_now:
                    yield here.change("changed", f"property {name} is no longer required", wider=True)
                yield from self._compare(left[name], right[name], here, queue)
        yield from _openness(old, new, where)

    def _own(self, tree: Node, schema: Node) -> Node:
        """The properties that this side may send."""
        return {
            name: child
            for name, child in schema.get("properties", {}).items()
            if not (
                isinstance(child, dict) and (child.get(self.foreign) or walk.resolve(tree, child).get(self.foreign))
            )
        }

    def _choices(self, old: Node, new: Node, where: _Position, queue: list[Pair]) -> Iterator[SchemaChange]:
        left, right = _options(old), _options(new)
        removed = [option for option in left if option not in right]
        added = [option for option in right if option not in left]
        if len(removed) == len(added):
            # Alternatives in the same place are the same alternative, changed.
            for before, now in zip(removed, added, strict=True):
                yield from self._compare(before, now, where.deeper(), queue)
        elif left and right:
            for option in removed:
                yield where.change("removed", f"alternative {_name(option)} removed", narrower=True)
            for option in added:
                yield where.change("added", f"alternative {_name(option)} added", wider=True)
        # What differs inside a component that both have is listed once, under the component's own name.
        both = [str(option["$ref"]) for option in left if "$ref" in option and option in right]
        queue.extend((ref, ref) for ref in both)


def _options(schema: Node) -> list[Any]:
    """The alternatives of a schema, of whichever kind."""
    return [option for word in _CHOICES for option in schema.get(word, ())]


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
    target = walk.resolve(tree, schema)
    if not isinstance(target, dict) or id(target) in above:
        return {}
    branches = target.get("allOf")
    if not isinstance(branches, list) or not branches:
        return target
    inner = above | {id(target)}
    out: Node = {}
    own = {key: value for key, value in target.items() if key != "allOf"}
    for part in [*(_flat(tree, branch, inner) for branch in branches), own]:
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
    options = [_flat(tree, option) for option in _options(schema)]
    return next((option for option in options if option.get("type") == other["type"]), schema)


def _types(before: frozenset[str], now: frozenset[str], where: _Position) -> Iterator[SchemaChange]:
    if before == now:
        return
    wider, narrower = _admits(now, before), _admits(before, now)
    text = f"type {'/'.join(sorted(before)) or 'any'} to {'/'.join(sorted(now)) or 'any'}"
    yield where.change("changed", text, wider=wider, narrower=narrower)


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
    options = [_flat(tree, option) for option in _options(schema)]
    kinds = [_kinds(tree, option) if "type" in option else frozenset() for option in options]
    return set().union(*kinds) if all(kinds) else set()


def _values(old: Node, new: Node, where: _Position) -> Iterator[SchemaChange]:
    before, now = old.get("enum"), new.get("enum")
    if not isinstance(before, list) and not isinstance(now, list):
        return
    if not isinstance(now, list):
        yield where.change("changed", "enum dropped: any value", wider=True)
    elif not isinstance(before, list):
        yield where.change("changed", f"enum added: {', '.join(map(str, now))}", narrower=True)
    else:
        removed = [str(value) for value in before if value not in now and value is not None]
        added = [str(value) for value in now if value not in before and value is not None]
        if removed:
            yield where.change("removed", f"enum without {', '.join(removed)}", narrower=True)
        if added:
            yield where.change("added", f"enum with {', '.join(added)}", wider=True)


def _bounds(old: Node, new: Node, where: _Position) -> Iterator[SchemaChange]:
    before, now = _checked_format(old), _checked_format(new)
    if before != now:
        text = f"format {_word(old.get('format'))} to {_word(new.get('format'))}"
        yield where.change("changed", text, wider=before is not None, narrower=now is not None)
    for word in (*_LOWER, *_UPPER, *_EXACT):
        before, now = old.get(word), new.get(word)
        if before == now:
            continue
        if before is None or now is None or word in _EXACT:
            wider, narrower = before is not None, now is not None
        else:
            narrower = (now > before) if word in _LOWER else (now < before)
            wider = not narrower
        yield where.change("changed", f"{word} {_word(before)} to {_word(now)}", wider=wider, narrower=narrower)


def _checked_format(schema: Node) -> Any:
    """The format, where a validator refuses values by it."""
    return schema.get("format") if schema.get("format") in _FORMATS else None


def _openness(old: Node, new: Node, where: _Position) -> Iterator[SchemaChange]:
    before, now = (schema.get("additionalProperties", True) is not False for schema in (old, new))
    if before != now:
        text = "open to further properties" if now else "closed to further properties"
        yield where.change("changed", text, wider=now, narrower=before)


def _word(value: Any) -> str:
    return "none" if value is None else str(value)


def _name(schema: Any) -> str:
    if not isinstance(schema, dict):
        return str(schema)
    return str(schema.get("$ref", schema.get("type", "schema"))).rsplit("/", 1)[-1]


def breaks_client(change: SchemaChange, side: Side) -> bool:
    """A client fails when it must send something new, or gets what it cannot read."""
    return change.narrower if side is Side.REQUEST else change.wider


def breaks_suites(change: SchemaChange) -> bool:
    """A check turns red when more is promised of an answer, a case when more is required of a request."""
    return change.narrower
