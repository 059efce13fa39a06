"""The table of repairs, each rule one defect that vendors' documents really have, and the pass that applies them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from harness.openapi.repair import operation_repairs, schema_repairs, value_repairs
from harness.openapi.repair.merge import Merger
from harness.openapi.repair.places import Node, Place, places, spell
from harness.openapi.repair.scope import Scope

NONE: Mapping[str, Any] = MappingProxyType({})
Mend = Callable[[Scope, Place], str]


@dataclass(frozen=True, slots=True)
class Repair:
    """One mend: by which rule, at which place (keys from the root), and what was done there.

    `where` is file and line where they are known without looking for the place.
    """

    rule: str
    at: tuple[str, ...]
    note: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class RepairRule:
    """One defect. `kinds` of places that may have it; `words` of which one must be there to look closer.

    `mend` changes the node in place and says what it did, or returns an empty text.
    """

    name: str
    kinds: tuple[str, ...]
    words: tuple[str, ...]
    mend: Mend

    def calls_for(self, node: Node) -> bool:
        """Whether the node has a word that the rule is about."""
        return not self.words or any(word in node for word in self.words)


ANY = ("item", "operation", "parameter", "header", "response", "body", "media", "schema")

# The order counts: words become booleans before anything reads them, types are right before enums are looked at.
RULES: tuple[RepairRule, ...] = (
    RepairRule("dangling-ref", ANY, ("$ref",), schema_repairs.dangling),
    RepairRule("dangling-example", ("media", "parameter", "header"), ("examples",), schema_repairs.dangling_examples),
    RepairRule("dangling-discriminator", ("schema",), ("discriminator",), schema_repairs.dangling_discriminator),
    RepairRule("word-for-value", ("parameter", "header", "body", "schema"), schema_repairs.WORDS, schema_repairs.words),
    RepairRule("path-parameters", ("operation",), (), operation_repairs.path_parameters),
    RepairRule("operation-id", ("operation",), (), operation_repairs.operation_id),
    RepairRule("security-scheme", ("operation",), ("security",), operation_repairs.security),
    RepairRule("status-code", ("operation",), ("responses",), operation_repairs.statuses),
    RepairRule("parameter-place", ("parameter",), ("in",), operation_repairs.place),
    RepairRule("parameter-schema", ("parameter", "header"), (), operation_repairs.parameter_schema),
    RepairRule("parameter-style", ("parameter",), ("style",), operation_repairs.style),
    RepairRule("properties-twice", ("schema",), ("properties",), schema_repairs.properties_twice),
    RepairRule("type-name", ("schema",), ("type",), schema_repairs.type_name),
    RepairRule("nullable-in-3.1", ("schema",), ("nullable",), schema_repairs.nullable),
    RepairRule("null-in-parameter", ("schema",), ("type",), schema_repairs.null_parameter),
    RepairRule("enum-values", ("schema",), ("enum",), value_repairs.enum_values),
    RepairRule("enum-without-null", ("schema",), ("enum",), value_repairs.enum_null),
    RepairRule("pattern", ("schema",), ("pattern", "patternProperties"), value_repairs.pattern),
    RepairRule("required", ("schema",), ("required", "properties"), value_repairs.required),
    RepairRule("bounds", ("schema",), (*value_repairs.LOWER, "maxProperties"), value_repairs.bounds),
    RepairRule("items", ("schema",), ("type", "items"), schema_repairs.items),
    RepairRule("one-of-several", ("schema",), ("oneOf",), schema_repairs.one_of),
    RepairRule("all-of-itself", ("schema",), ("allOf",), schema_repairs.itself),
)
# These need the whole tree mended first, or look at several places at once.
TREE_RULES = ("path-twins", "all-of-closed")


def repair(tree: Node, earlier: Mapping[str, Any] = NONE) -> tuple[Repair, ...]:
    """Mend `tree` in place and say what was done, in document order by rule; never raises on any shape of tree.

    `earlier` holds what stood under a name before a later entry of the same name took its place.
    """
    return tuple(_mends(tree, earlier))


def _mends(tree: Node, earlier: Mapping[str, Any]) -> Iterator[Repair]:
    for at, note in operation_repairs.twins(tree):
        yield Repair("path-twins", at, note)
    scope, chosen = Scope.of(tree, earlier), _Chosen()
    combined: list[Place] = []
    for place in places(tree):
        touched = False
        for rule in chosen.of(place):
            # A rule before may have taken away what this one was called for.
            if touched and not rule.calls_for(place.node):
                continue
            if note := rule.mend(scope, place):
                touched = True
                yield Repair(rule.name, spell(place.at), note)
        if place.kind == "schema" and "allOf" in place.node:
            combined.append(place)
    merger = Merger(tree)
    for place in combined:
        if count := merger.merge(place.node):
            yield Repair("all-of-closed", spell(place.at), f"{count} branches refused each other's properties: merged")


class _Chosen:
    """The rules that a place calls for, in the table's order; found by bits, since most of a load is spent here."""

    def __init__(self) -> None:
        self.always = dict.fromkeys(ANY, 0)
        self.on: dict[str, dict[str, int]] = {kind: {} for kind in ANY}
        self.rules: dict[int, tuple[RepairRule, ...]] = {}
        for index, rule in enumerate(RULES):
            for kind in rule.kinds:
                if not rule.words:
                    self.always[kind] |= 1 << index
                for word in rule.words:
                    self.on[kind][word] = self.on[kind].get(word, 0) | 1 << index

    def of(self, place: Place) -> tuple[RepairRule, ...]:
        bits, on = self.always[place.kind], self.on[place.kind]
        for word in place.node:
            if word in on:
                bits |= on[word]
        if bits not in self.rules:
            self.rules[bits] = tuple(rule for index, rule in enumerate(RULES) if bits >> index & 1)
        return self.rules[bits]
