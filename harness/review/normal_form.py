"""One schema as what it means: references followed, `allOf` gathered, spellings of one meaning made alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from harness.formats.pointer import parts_of_reference
from harness.openapi import walk
from harness.review.merged_keywords import CHOICES, Node, Source, is_open, is_remark, is_same, merged, value_key

# May stand beside a reference without making it another schema.
_FLAGS = frozenset({"nullable", "readOnly", "writeOnly"})
_BESIDE = frozenset({"default", "deprecated"})


@dataclass(frozen=True, slots=True)
class Choice:
    """Alternatives; `word` is anyOf or oneOf. That null alone is one of them is told by the form's types."""

    word: str
    options: tuple[Source, ...]


class SchemaForms:
    """The forms of the schemas of one tree, each made once."""

    def __init__(self, tree: Node) -> None:
        self.tree = tree
        # OpenAPI 3.0.3 "Reference Object": what stands beside a `$ref` is ignored. `nullable` counts all the same, as
        # in the contract that answers are held to.
        self.refs_stand_alone = str(tree.get("openapi", "")).startswith("3.0")
        self._bare: dict[int, Node] = {}
        self.nulls: dict[int, bool] = {}
        self._made: dict[tuple[int, ...], SchemaForm] = {}

    def of(self, source: Source) -> SchemaForm:
        """The form of schemas that all hold."""
        key = tuple(map(id, source))
        if key not in self._made:
            # The form keeps its source, so that no other schema can get the same ids.
            self._made[key] = SchemaForm(self, source)
        return self._made[key]

    def bare(self, part: Any) -> Any:
        """A schema without what it refers to, its `allOf` and its alternatives; always the same one for the same."""
        structure = [word for word in ("$ref", "allOf", *CHOICES) if isinstance(part, dict) and part.get(word)]
        if not structure:
            return part
        if id(part) not in self._bare:
            rest = {word: value for word, value in part.items() if word not in structure and not is_remark(word)}
            # An empty `allOf` stays as the sign that there were others beside the keywords.
            self._bare[id(part)] = {**rest, "allOf": []}
        return self._bare[id(part)]

    def target(self, reference: str) -> Any:
        """What a reference leads to; an empty mapping where that is nothing."""
        return walk.resolve(self.tree, {"$ref": reference})

    def is_dangling(self, reference: str) -> bool:
        """Whether a reference leads out of the document, or nowhere."""
        if not reference.startswith("#"):
            return True
        try:
            walk.lookup(self.tree, parts_of_reference(reference))
        except (KeyError, ValueError):
            return True
        return False

    def is_null(self, schema: Any) -> bool:
        """Whether null is all that a schema admits."""
        schema = walk.resolve(self.tree, schema)
        if not isinstance(schema, dict):
            return False
        if walk.type_names(schema) == ("null",) or ("const" in schema and schema["const"] is None):
            return True
        return schema.get("enum") == [None]


class SchemaForm:
    """What schemas mean that all hold at once."""

    def __init__(self, forms: SchemaForms, source: Source) -> None:
        self.forms, self.source = forms, source
        self._busy = False

    @cached_property
    def key(self) -> tuple[int, ...]:
        """What tells this form from all others of its tree."""
        return tuple(map(id, self.source))

    @cached_property
    def reference(self) -> str:
        """The component that this is and nothing else, null apart; empty where there is none."""
        nodes = [node for node in self.source if not is_open(node)]
        return self._component(nodes[0]) if len(nodes) == 1 else ""

    def _component(self, node: Any) -> str:
        if not isinstance(node, dict):
            return ""
        words = {word for word in node if not is_remark(word) and word not in _FLAGS | _BESIDE}
        if walk.is_reference(node) and (self.forms.refs_stand_alone or words == {"$ref"}):
            return self._end_of(str(node["$ref"]))
        for word in ("allOf", *CHOICES):
            if words - {"type"} == {word} and isinstance(node[word], list):
                inner = [part for part in node[word] if word == "allOf" or not self.forms.is_null(part)]
                found = self._component(inner[0]) if len(inner) == 1 else ""
                return found if found and self._says_nothing_new(node, found) else ""
        return ""

    def _says_nothing_new(self, node: Node, reference: str) -> bool:
        """Whether the type beside a reference is one that the component has anyway."""
        named = _kinds_of({"type": node.get("type")})
        return named is None or self.forms.of((_at(self.forms.tree, reference),)).kinds == named

    @cached_property
    def beside(self) -> Node:
        """What stands beside the reference to the component that this is."""
        nodes = [node for node in self.source if isinstance(node, dict) and not is_open(node)]
        return merged([{word: node[word] for word in node if word in _BESIDE} for node in nodes], None)

    def _end_of(self, reference: str) -> str:
        """The component that an alias of an alias leads to in the end."""
        for _ in range(50):
            target = _at(self.forms.tree, reference)
            if not walk.is_reference(target) or not (self.forms.refs_stand_alone or set(target) == {"$ref"}):
                return reference
            reference = str(target["$ref"])
        return reference

    @cached_property
    def _gathered(self) -> tuple[tuple[Any, ...], tuple[Choice, ...], bool]:
        """The plain schemas that all hold, the choices among them, and whether a reference was followed."""
        parts: list[Any] = []
        choices: list[Choice] = []
        seen: set[int] = set()
        crosses = False
        stack = list(reversed(self.source))
        while stack:
            node = stack.pop()
            if id(node) in seen or node is True:
                continue
            if not isinstance(node, dict):
                parts.append(False if node is False else {"no schema": node})
                continue
            seen.add(id(node))
            if walk.is_reference(node):
                crosses = True
                stack.append(_at(self.forms.tree, node["$ref"]))
                if self.forms.refs_stand_alone:
                    continue
            stack += reversed(_list(node.get("allOf")))
            parts.append(node)
            for word in CHOICES:
                options = self._options(node, word)
                if len(options) == 1:
                    stack.append(options[0])
                elif values := _values_of_options(options):
                    parts.append({"enum": values})
                elif options:
                    choices.append(Choice(word, tuple((option,) for option in options)))
        return tuple(parts), tuple(choices), crosses

    def _options(self, node: Node, word: str) -> list[Any]:
        """The alternatives but null; those of an `anyOf` inside an `anyOf` are its own, and each counts once."""
        options: list[Any] = []
        for option in _flattened(node, word):
            if word == "oneOf" or not any(is_same(option, other) for other in options):
                options.append(option)
        rest = [option for option in options if not self.forms.is_null(option)]
        return rest or options[:1]

    @property
    def crosses(self) -> bool:
        """Whether a reference was followed to make this form, so that it may hold itself."""
        return self._gathered[2]

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The alternatives that are left, each with two or more options."""
        return self._gathered[1]

    @cached_property
    def base(self) -> Source:
        """The schemas without their alternatives."""
        parts = [self.forms.bare(part) for part in self._gathered[0]]
        return tuple(part for part in parts if part is False or set(part) - {"allOf"})

    @property
    def is_never(self) -> bool:
        """Whether no value fits."""
        return self.types == frozenset()

    @cached_property
    def admits_null(self) -> bool:
        """Whether null fits."""
        return all(map(self._null_fits, self.source))

    @property
    def adds_null(self) -> bool:
        """Whether null fits here that does not fit the component that this is."""
        return self.admits_null and not self.forms.of((_at(self.forms.tree, self.reference),)).admits_null

    def _null_fits(self, node: Any) -> bool:
        if not isinstance(node, dict):
            return node is not False
        known = self.forms.nulls
        if id(node) not in known:
            # One alternative among others does not admit null because it holds itself.
            known[id(node)] = False
            known[id(node)] = self._null_fits_all(node)
        return known[id(node)]

    def _null_fits_all(self, node: Node) -> bool:
        """Whether a reference, the type, the values and all that must hold beside them admit null."""
        if is_open(node.get("not", False)):
            return False
        nullable = node.get("nullable") is True
        if nullable and not walk.type_names(node):
            # As in the contract: beside a type, it adds to the type alone.
            return True
        if walk.is_reference(node):
            target = self._null_fits(_at(self.forms.tree, node["$ref"]))
            if self.forms.refs_stand_alone or not target:
                return target
        if not (nullable or _names_null(node)) or not all(map(self._null_fits, _list(node.get("allOf")))):
            return False
        any_of, one_of = ([self._null_fits(part) for part in _list(node.get(word))] for word in CHOICES)
        return (any(any_of) or not any_of) and (one_of.count(True) == 1 or not one_of)

    @cached_property
    def kinds(self) -> frozenset[str] | None:
        """The types that fit, but null; None where all do."""
        if self._busy:
            return frozenset()
        self._busy = True
        parts, choices, _ = self._gathered
        kinds: frozenset[str] | None = None
        for part in parts:
            kinds = _both(kinds, _kinds_of(part))
        for choice in choices:
            options = [self.forms.of(option).kinds for option in choice.options]
            kinds = _both(kinds, either(options))
        self._busy = False
        return kinds

    @cached_property
    def types(self) -> frozenset[str] | None:
        """The types that fit, null among them; None where all do."""
        if self.kinds is None:
            return None
        return self.kinds | {"null"} if self.admits_null else self.kinds

    @cached_property
    def is_typed(self) -> bool:
        """Whether a type is named, and not only shown by the values of an enum."""
        parts, choices, _ = self._gathered
        return any(part is False or walk.type_names(part) for part in parts) or any(
            self.forms.of(option).kinds is not None for choice in choices for option in choice.options
        )

    def has(self, flag: str) -> bool:
        """Whether a flag such as readOnly is set, here or in the component that this is."""
        nodes = [*self.source, *(walk.resolve(self.forms.tree, node) for node in self.source)]
        return any(isinstance(node, dict) and node.get(flag) is True for node in nodes)

    @cached_property
    def values(self) -> dict[str, Any] | None:
        """The values of an `enum` or a `const` by what they have in common with equal ones, null left out."""
        found: dict[str, Any] | None = None
        for part in self._gathered[0]:
            for values in _values_of(part):
                allowed = {value_key(value): value for value in values if value is not None}
                found = allowed if found is None else {key: found[key] for key in found if key in allowed}
        if found and self.kinds is not None:
            fitting = {key: value for key, value in found.items() if _fits(value, self.kinds)}
            found = fitting or found
        if found and self.kinds == frozenset({"boolean"}) and {"true", "false"} <= set(found):
            return None
        return found

    @cached_property
    def keywords(self) -> Node:
        """What the keywords say together, those left out that say nothing of the types that fit."""
        return merged([part for part in self._gathered[0] if isinstance(part, dict)], self.kinds)


def _at(tree: Node, reference: Any) -> Any:
    """What a reference leads to, one step; an empty mapping where that is nothing."""
    try:
        return walk.lookup(tree, parts_of_reference(str(reference)))
    except (KeyError, ValueError):
        return {}


def _flattened(node: Node, word: str) -> Iterator[Any]:
    """The alternatives of a schema, those of an `anyOf` that is nothing but an `anyOf` in its place."""
    for option in _list(node.get(word)):
        is_nested = word == "anyOf" and isinstance(option, dict) and isinstance(option.get(word), list)
        if is_nested and all(is_remark(key) or key == word for key in option):
            yield from _flattened(option, word)
        else:
            yield option


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _names_null(node: Node) -> bool:
    """Whether neither type nor values refuse null."""
    types = walk.type_names(node)
    return ("null" in types or not types) and all(None in values for values in _values_of(node))


def _values_of(node: Any) -> Iterator[list[Any]]:
    if not isinstance(node, dict):
        return
    if isinstance(node.get("enum"), list):
        yield node["enum"]
    if "const" in node:
        yield [node["const"]]


def _values_of_options(options: list[Any]) -> list[Any]:
    """The values of alternatives that say nothing else: an enum, written so that each value can be described."""
    values: dict[str, Any] = {}
    for option in options:
        own = list(_values_of(option))
        if len(own) != 1 or any(word not in ("type", "enum", "const") and not is_remark(word) for word in option):
            return []
        for value in own[0]:
            if value_key(value) in values or not _fits(value, _kinds_of({**option, "enum": None, "const": value})):
                return []
            values[value_key(value)] = value
    return list(values.values())


def _kinds_of(part: Any) -> frozenset[str] | None:
    """The types that one schema admits by its type, else by its values; null left out."""
    if part is False or is_open(part.get("not", False)):
        return frozenset()
    if names := walk.type_names(part):
        named = set(names) - {"null"}
        return frozenset(named - {"integer"} if "number" in named else named)
    kinds = [frozenset({_kind(value)} - {"null"}) for values in _values_of(part) for value in values]
    return either([*kinds]) if kinds else None


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "integer" if float(value).is_integer() else "number"
    names = {str: "string", list: "array", dict: "object"}
    return next((name for kind, name in names.items() if isinstance(value, kind)), "null")


def _fits(value: Any, kinds: frozenset[str] | None) -> bool:
    kind = _kind(value)
    if kinds is None:
        return True
    return kind in kinds or (kind == "integer" and "number" in kinds)


def _both(left: frozenset[str] | None, right: frozenset[str] | None) -> frozenset[str] | None:
    """The types that fit both; an integer is a number."""
    if left is None or right is None:
        return right if left is None else left
    whole = {"integer"} if {"integer", "number"} <= left | right and "integer" in (left ^ right) else set()
    return (left & right) | whole


def either(kinds: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    """The types that fit one of several."""
    known: set[str] = set()
    for kind in kinds:
        if kind is None:
            return None
        known |= kind
    return frozenset(known - {"integer"} if "number" in known else known)
