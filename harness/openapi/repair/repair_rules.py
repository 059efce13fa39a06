"""The table of repairs, each rule one defect that vendors' documents really have, and the pass that applies them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from harness.openapi.repair import moved_references, operation_repairs, schema_repairs, value_repairs
from harness.openapi.repair.merge import Merger
from harness.openapi.repair.places import Node, Place, keys_of, places
from harness.openapi.repair.scope import Scope

NONE: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Repair:
    """One repair: by which rule, at which place (keys from the root), and what was done there.

    `where` is file and line where they are known without looking for the place.
    """

    rule: str
    at: tuple[str, ...]
    note: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class RepairRule:
    """One defect: the `kinds` of places that may have it, and `words` of which a node must have one (empty: any node).

    `repair` changes the node in place and gives a sentence about it, empty where there was nothing to do.
    """

    name: str
    kinds: tuple[str, ...]
    words: tuple[str, ...]
    repair: Callable[[Scope, Place], str]

    def concerns(self, node: Node) -> bool:
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
    RepairRule("parameter-place", ("parameter",), ("in",), operation_repairs.parameter_place),
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
    RepairRule("all-of-itself", ("schema",), ("allOf",), schema_repairs.all_of_itself),
)
# These look at several places at once, and the second one needs the whole tree repaired.
PATH_TWINS, CLOSED_BRANCHES = "path-twins", "all-of-closed"


def repair(tree: Node, earlier: Mapping[str, Any] = NONE) -> tuple[Repair, ...]:
    """Repair `tree` in place; what was done, in document order by rule. Never raises on any form of tree.

    `earlier` holds what stood under a name before a later entry of the same name took its place.
    """
    return tuple(_repairs(tree, earlier))


def _repairs(tree: Node, earlier: Mapping[str, Any]) -> Iterator[Repair]:
    referred = moved_references.targets(tree)
    for at, note in operation_repairs.path_twins(tree):
        yield Repair(PATH_TWINS, at, note)
    scope, rules = Scope.of(tree, earlier), _RuleIndex()
    scope.resolvable |= dict.fromkeys(referred, True)
    combined: list[Place] = []
    for place in places(tree):
        changed = False
        for rule in rules.of(place):
            # An earlier rule may have removed the word for which this one was chosen.
            if changed and not rule.concerns(place.node):
                continue
            if note := rule.repair(scope, place):
                changed = True
                yield Repair(rule.name, keys_of(place.at), note)
        if place.kind == "schema" and "allOf" in place.node:
            combined.append(place)
    merger = Merger(tree)
    for place in combined:
        if count := merger.merge(place.node):
            note = f"{count} branches refused each other's properties: merged"
            yield Repair(CLOSED_BRANCHES, keys_of(place.at), note)
    moved_references.redirect(tree, referred)


class _RuleIndex:
    """The rules that concern a place, in the table's order; looked up by bits, since most of a load is spent here."""

    def __init__(self) -> None:
        self.for_all = dict.fromkeys(ANY, 0)
        self.by_word: dict[str, dict[str, int]] = {kind: {} for kind in ANY}
        self.rules: dict[int, tuple[RepairRule, ...]] = {}
        for index, rule in enumerate(RULES):
            for kind in rule.kinds:
                if not rule.words:
                    self.for_all[kind] |= 1 << index
                for word in rule.words:
                    self.by_word[kind][word] = self.by_word[kind].get(word, 0) | 1 << index

    def of(self, place: Place) -> tuple[RepairRule, ...]:
        bits, by_word = self.for_all[place.kind], self.by_word[place.kind]
        for word in place.node:
            if word in by_word:
                bits |= by_word[word]
        if bits not in self.rules:
            self.rules[bits] = tuple(rule for index, rule in enumerate(RULES) if bits >> index & 1)
        return self.rules[bits]
