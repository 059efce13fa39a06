"""The table of repairs, each rule one defect that vendors' documents really have, and the pass that applies them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from harness.openapi.repair import paths, schemas, values
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
class Rule:
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
RULES: tuple[Rule, ...] = (
    Rule("dangling-ref", ANY, ("$ref",), schemas.dangling),
    Rule("dangling-example", ("media", "parameter", "header"), ("examples",), schemas.dangling_examples),
    Rule("dangling-discriminator", ("schema",), ("discriminator",), schemas.dangling_discriminator),
    Rule("word-for-value", ("parameter", "header", "body", "schema"), schemas.WORDS, schemas.words),
    Rule("path-parameters", ("operation",), (), paths.path_parameters),
    Rule("operation-id", ("operation",), (), paths.operation_id),
    Rule("security-scheme", ("operation",), ("security",), paths.security),
    Rule("status-code", ("operation",), ("responses",), paths.statuses),
    Rule("parameter-place", ("parameter",), ("in",), paths.place),
    Rule("parameter-schema", ("parameter", "header"), (), paths.parameter_schema),
    Rule("parameter-style", ("parameter",), ("style",), paths.style),
    Rule("properties-twice", ("schema",), ("properties",), schemas.properties_twice),
    Rule("type-name", ("schema",), ("type",), schemas.type_name),
    Rule("nullable-in-3.1", ("schema",), ("nullable",), schemas.nullable),
    Rule("null-in-parameter", ("schema",), ("type",), schemas.null_parameter),
    Rule("enum-values", ("schema",), ("enum",), values.enum_values),
    Rule("enum-without-null", ("schema",), ("enum",), values.enum_null),
    Rule("pattern", ("schema",), ("pattern", "patternProperties"), values.pattern),
    Rule("required", ("schema",), ("required", "properties"), values.required),
    Rule("bounds", ("schema",), (*values.LOWER, "maxProperties"), values.bounds),
    Rule("items", ("schema",), ("type", "items"), schemas.items),
    Rule("one-of-several", ("schema",), ("oneOf",), schemas.one_of),
    Rule("all-of-itself", ("schema",), ("allOf",), schemas.itself),
)
# These need the whole tree mended first, or look at several places at once.
TREE_RULES = ("path-twins", "all-of-closed")


def repair(tree: Node, earlier: Mapping[str, Any] = NONE) -> tuple[Repair, ...]:
    """Mend `tree` in place and say what was done, in document order by rule; never raises on any shape of tree.

    `earlier` holds what stood under a name before a later entry of the same name took its place.
    """
    return tuple(_mends(tree, earlier))


def _mends(tree: Node, earlier: Mapping[str, Any]) -> Iterator[Repair]:
    for at, note in paths.twins(tree):
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
        self.rules: dict[int, tuple[Rule, ...]] = {}
        for index, rule in enumerate(RULES):
            for kind in rule.kinds:
                if not rule.words:
                    self.always[kind] |= 1 << index
                for word in rule.words:
                    self.on[kind][word] = self.on[kind].get(word, 0) | 1 << index

    def of(self, place: Place) -> tuple[Rule, ...]:
        bits, on = self.always[place.kind], self.on[place.kind]
        for word in place.node:
            if word in on:
                bits |= on[word]
        if bits not in self.rules:
            self.rules[bits] = tuple(rule for index, rule in enumerate(RULES) if bits >> index & 1)
        return self.rules[bits]
