"""Discriminators as JSON Schema: the value of a property says which of several schemas the object has to fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from harness.contract.properties import flat
from harness.formats.pointer import Parts, parts_of_reference, pointer_of, reference_of
from harness.openapi import walk

_SCHEMAS = ("components", "schemas")
_UNIONS = ("oneOf", "anyOf")
Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Choice:
    """What a discriminator chooses from: schemas by name, in references; `others` are alternatives without a name."""

    named: dict[str, str]
    others: list[Any]

    @property
    def schemas(self) -> list[Any]:
        """All of them."""
        return [*({"$ref": reference} for reference in self.named.values()), *self.others]


def apply(tree: Node) -> None:
    """Make every discriminator of a translated `tree`, in place, refuse values that no schema has, and choose.

    A value counts that the mapping names, that is the name of a schema, or that a schema lists for the property.
    """
    found = list(_discriminating(tree))
    if not found:
        return
    heirs, targets = _heirs(tree), set(walk.targets(tree))
    choices = [(at, node, _choice(tree, at, node, heirs)) for at, node in found]
    rules = [list(_rules(tree, node, choice)) for _, node, choice in choices]
    for (at, node, choice), added in zip(choices, rules, strict=True):
        if added:
            node["allOf"] = [*(node.get("allOf") or ()), *added]
        _choose(tree, at, node, choice, targets)


def _discriminating(tree: Node) -> Iterator[tuple[Parts, Node]]:
    """Every schema with a discriminator, and its place."""
    stack: list[tuple[Parts, Any, bool]] = [((), tree, False)]
    while stack:
        at, node, named = stack.pop()
        if isinstance(node, list):
            stack += [((*at, str(index)), child, False) for index, child in enumerate(node)]
        elif isinstance(node, dict):
            about = None if named else node.get("discriminator")
            if isinstance(about, dict) and isinstance(about.get("propertyName"), str):
                yield at, node
            stack += [((*at, key), child, has_names) for key, child, has_names in walk.children(node, named)]


def _heirs(tree: Node) -> dict[str, list[str]]:
    """The schemas that are all of another one, by the reference to that one."""
    heirs: dict[str, list[str]] = {}
    for name, schema in _schemas_of(tree).items():
        for branch in (schema.get("allOf") or ()) if isinstance(schema, dict) else ():
            if walk.is_reference(branch):
                heirs.setdefault(branch["$ref"], []).append(_reference(name))
    return heirs


def _choice(tree: Node, at: Parts, node: Node, heirs: dict[str, list[str]]) -> _Choice:
    """The alternatives of a schema; without any, the schema itself and those that are made of it."""
    mapping = node["discriminator"].get("mapping")
    named = {}
    for name, target in (mapping if isinstance(mapping, dict) else {}).items():
        named[str(name)] = _reference_of(tree, str(target))
    references, others = _alternatives(tree, node) if _is_union(node) else (_family(at, heirs), [])
    for reference in references:
        name = parts_of_reference(reference)[-1]
        named.setdefault(name, reference)
        # A schema of a bundled folder has its file's name in front of its own.
        named.setdefault(name.partition(".")[2] or name, reference)
    return _Choice(named, others)


def _is_union(node: Node) -> bool:
    return any(isinstance(node.get(word), list) for word in _UNIONS)


def _alternatives(tree: Node, node: Node) -> tuple[list[str], list[Any]]:
    """References to the alternatives of a schema, those of unions among them included; and alternatives in place."""
    references: dict[str, None] = {}
    others: list[Any] = []
    queue = [option for word in _UNIONS for option in node.get(word) or ()]
    while queue:
        option = queue.pop(0)
        if not walk.is_reference(option):
            if walk.type_names(option) != ("null",):
                others.append(option)
        elif option["$ref"] not in references:
            references[option["$ref"]] = None
            target = walk.resolve(tree, option)
            if isinstance(target, dict):
                queue += [inner for word in _UNIONS for inner in target.get(word) or ()]
    return list(references), others


def _family(at: Parts, heirs: dict[str, list[str]]) -> list[str]:
    """A component and all that are made of it, at whatever distance."""
    if at[:2] != _SCHEMAS or len(at) < 3:
        return []
    family = {_reference(at[2]): None}
    queue = list(family)
    while queue:
        new = [heir for heir in heirs.get(queue.pop(), ()) if heir not in family]
        family |= dict.fromkeys(new)
        queue += new
    return list(family)


def _rules(tree: Node, node: Node, choice: _Choice) -> Iterator[Node]:
    """What a discriminator asks of the property itself."""
    name = node["discriminator"]["propertyName"]
    if choice.schemas and "defaultMapping" not in node["discriminator"] and _all_describe(tree, name, choice.schemas):
        yield {"required": [name]}
    if choice.named and all(list(_listed(tree, name, [other])) for other in choice.others):
        # Not under `properties` alone: a schema that lists no names is open, and would seem to list one.
        values = [*choice.named, *_listed(tree, name, choice.schemas)]
        unique = [value for index, value in enumerate(values) if value not in values[:index]]
        yield {"dependentSchemas": {name: {"properties": {name: {"enum": unique}}}}}


def _all_describe(tree: Node, name: str, schemas: Iterable[Any]) -> bool:
    """Whether each of the schemas describes a property, which OpenAPI asks of what a discriminator chooses from."""
    return all(any(name in (part.get("properties") or ()) for part in flat(tree, [schema])) for schema in schemas)


def _listed(tree: Node, name: str, schemas: Iterable[Any]) -> Iterator[Any]:
    """The values that the schemas themselves list for a property."""
    for schema in schemas:
        for part in flat(tree, [schema]):
            for inner in flat(tree, [(part.get("properties") or {}).get(name)]):
                values = inner.get("enum")
                yield from values if isinstance(values, list) else ()
                if "const" in inner:
                    yield inner["const"]


def _choose(tree: Node, at: Parts, node: Node, choice: _Choice, targets: set[str]) -> None:
    """Hold an object to the schema that its property names, and not to the union: that would try every alternative.

    The union stays for values that name none, of which any alternative will do, and where an alternative has no name or
    something refers into it.
    """
    name = node["discriminator"]["propertyName"]
    chosen = {value: reference for value, reference in choice.named.items() if _leads_to_another(tree, node, reference)}
    if not chosen or choice.others or "if" in node or _is_referred_into(at, targets):
        return
    union = {word: node.pop(word) for word in reversed(_UNIONS) if word in node}
    node["if"] = {"required": [name], "properties": {name: {"enum": list(chosen)}}, "type": "object"}
    node["then"] = {"allOf": [_choose_one(name, value, reference) for value, reference in chosen.items()]}
    if union:
        node["else"] = union if "anyOf" in union else {"anyOf": union["oneOf"]}


def _choose_one(name: str, value: str, reference: str) -> Node:
    return {"if": {"properties": {name: {"const": value}}}, "then": {"$ref": reference}}


def _leads_to_another(tree: Node, node: Node, reference: str) -> bool:
    target = walk.resolve(tree, {"$ref": reference})
    return bool(target) and target is not node


def _is_referred_into(at: Parts, targets: set[str]) -> bool:
    """Whether a reference leads to an alternative by its place in the list."""
    unions = tuple(f"{start}/{word}/" for start in (reference_of(at), "#" + pointer_of(at)) for word in _UNIONS)
    return any(target.startswith(unions) for target in targets)


def _reference_of(tree: Node, target: str) -> str:
    """A mapping's target, which is a reference or the bare name of a schema."""
    return _reference(target) if target in _schemas_of(tree) else target


def _reference(name: str) -> str:
    return "#" + pointer_of((*_SCHEMAS, name))


def _schemas_of(tree: Node) -> Node:
    components = tree.get("components")
    schemas = components.get("schemas") if isinstance(components, dict) else None
    return schemas if isinstance(schemas, dict) else {}
