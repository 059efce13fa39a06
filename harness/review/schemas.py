"""Two versions of a schema compared, for the side that sends the value."""

from __future__ import annotations

from typing import Any

from harness.contract.dialect import Side
from harness.formats.pointer import parts_of_reference
from harness.review import discriminators, keywords, object_keywords
from harness.review.alternatives import Alternatives
from harness.review.keywords import Found
from harness.review.merged_keywords import Source
from harness.review.normal_form import SchemaForm, SchemaForms
from harness.review.schema_change import (
    Effect,
    Pair,
    Position,
    SchemaChange,
    breaks_client,
    breaks_suites,
)

__all__ = ["SchemaChange", "SchemaComparison", "breaks_client", "breaks_suites"]

Node = dict[str, Any]
Components = tuple[str, str, Effect]
"""The names of a component in the old and the new document, and what its changes do to the schema that uses it."""
Key = tuple[tuple[int, ...], tuple[int, ...], Effect]
# Alternatives inside alternatives are compared ahead of time so far; what differs below is reported all the same.
_DEEPEST = 50


class SchemaComparison:
    """Compares schemas of two trees for a side; properties that only the other side may send do not count.

    What two components differ in is computed once. `as_xml` says that values are written as XML.
    """

    def __init__(self, old: Node, new: Node, side: Side, *, as_xml: bool = False) -> None:
        self.old, self.new, self.as_xml = SchemaForms(old), SchemaForms(new), as_xml
        self.foreign = "readOnly" if side is Side.REQUEST else "writeOnly"
        self.alternatives = Alternatives(self.old, self.new, self._differences)
        self.by_component: dict[Components, tuple[SchemaChange, ...]] = {}
        self.uses: dict[Components, tuple[Components, ...]] = {}
        self.known: dict[tuple[str | tuple[int, ...], str | tuple[int, ...], str], tuple[SchemaChange, ...]] = {}
        self.depth = 0

    def changes(self, old: Any, new: Any) -> tuple[SchemaChange, ...]:
        """Those of the schemas themselves, then those of every component that they lead to."""
        return self._all_changes(Pair((old,), (new,), Position()))

    def _differences(self, old: Source, new: Source, reported: str = "null") -> tuple[SchemaChange, ...]:
        """The same of two alternatives, to find out which became which; of those under way, none."""
        left, right = self.old.of(old), self.new.of(new)
        key = left.reference or left.key, right.reference or right.key, reported
        if key not in self.known:
            if self.depth == _DEEPEST:
                return (Position().change("changed", "nested too deep to say more", wider=True, narrower=True),)
            self.known[key] = ()
            self.depth += 1
            self.known[key] = self._all_changes(Pair(old, new, Position(), reported))
            self.depth -= 1
        return self.known[key]

    def _same(self, old: Source, new: Source) -> bool:
        """Whether two schemas do not differ."""
        return not self._differences(old, new, "")

    def _all_changes(self, pair: Pair) -> tuple[SchemaChange, ...]:
        own, queue = self._walk(pair)
        changes = dict.fromkeys(own)
        done: set[Components] = set()
        while queue:
            components = queue.pop()
            if components not in done:
                done.add(components)
                changes.update(dict.fromkeys(self._component(components)))
                queue.extend(self.uses.get(components, ()))
        return tuple(changes)

    def _component(self, components: Components) -> tuple[SchemaChange, ...]:
        """What two components differ in, those apart that they use in turn."""
        if components not in self.by_component:
            self.by_component[components] = ()
            old, new, effect = components
            where = Position(_name(new), effect=effect)
            left, right = self.old.target(old), self.new.target(new)
            changes, uses = self._walk(Pair((left,), (right,), where))
            if old != new and (self.old.is_dangling(old) or self.new.is_dangling(new)):
                changes.append(where.not_understood(f"$ref {old} to {new}"))
            self.by_component[components], self.uses[components] = tuple(changes), tuple(uses)
        return self.by_component[components]

    def _walk(self, pair: Pair) -> tuple[list[SchemaChange], list[Components]]:
        """What differs in two schemas and below them, and the components that both lead to.

        A stack in place of recursion, since schemas may be nested to any depth.
        """
        changes: dict[SchemaChange, None] = {}
        components: dict[Components, None] = {}
        seen: set[tuple[Key, str, frozenset[str]]] = set()
        stack = [pair]
        while stack:
            pair = stack.pop()
            left, right = self.old.of(pair.left), self.new.of(pair.right)
            if left.reference and right.reference:
                components[left.reference, right.reference, pair.where.effect] = None
                found = self._around_components(left, right, pair)
            else:
                if left.crosses or right.crosses:
                    # A schema that holds itself comes back to the same two forms.
                    key = (left.key, right.key, pair.where.effect), pair.reported, pair.where.excuses
                    if key in seen:
                        continue
                    seen.add(key)
                found = self._node(left, right, pair)
            below = []
            for item in found:
                if isinstance(item, Pair):
                    below.append(item)
                else:
                    changes[item] = None
            stack += reversed(below)
        return list(changes), list(components)

    def _around_components(self, left: SchemaForm, right: SchemaForm, pair: Pair) -> Found:
        """What stands beside two references; what differs inside a component is listed under its own name."""
        if pair.reported != "null" and left.adds_null != right.adds_null and left.admits_null != right.admits_null:
            yield from keywords.types(left, right, pair.where, pair.reported)
        yield from keywords.remarks(left.beside, right.beside, pair.where)

    def _node(self, left: SchemaForm, right: SchemaForm, pair: Pair) -> Found:
        """What differs in two schemas themselves, and the pairs of schemas that they hold."""
        where = pair.where
        if not left.source and not right.source:
            return
        yield from keywords.types(left, right, where, pair.reported)
        if left.is_never or right.is_never:
            return
        if bool(left.choices) != bool(right.choices):
            yield from self.alternatives.one_to_many(left, right, where)
            return
        for rule in (keywords.values, keywords.bounds, keywords.sizes, keywords.exact, keywords.formats):
            yield from rule(left, right, where)
        yield from object_keywords.compare(left, right, where, self.foreign, self._same)
        yield from keywords.items(left, right, where)
        yield from keywords.conditions(left, right, where, self._same)
        yield from discriminators.compare(left, right, where, self._same)
        yield from keywords.remarks(left.keywords, right.keywords, where)
        if self.as_xml:
            yield from keywords.xml(left, right, where)
        yield from keywords.unknown(left, right, where)
        yield from self.alternatives.compare(left, right, where)


def _name(reference: str) -> str:
    return parts_of_reference(reference)[-1]
