"""References into places that repairs move or merge: they go on leading to the node that they were written for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.formats.pointer import Parts, parts_of_reference, reference_of
from harness.openapi import walk
from harness.openapi.repair.places import Node

_MOVED = "moved-"


def targets(tree: Node) -> dict[str, Node]:
    """What references below a component, or outside of the components, lead to; no repair moves a component itself."""
    found: dict[str, Node] = {}
    for reference in set(walk.targets(tree)):
        if reference.startswith("#") and not _is_component(parts_of_reference(reference)):
            node = _node_at(tree, reference)
            if isinstance(node, dict) and node:
                found[reference] = node
    return found


def _is_component(at: Parts) -> bool:
    return len(at) == 3 and at[0] == "components"


def _node_at(tree: Node, reference: str) -> Any:
    try:
        return walk.lookup(tree, parts_of_reference(reference))
    except KeyError:
        return None


def redirect(tree: Node, before: Mapping[str, Node]) -> None:
    """Lead the references whose node is elsewhere now to it; one that is nowhere any more becomes a component."""
    lost = {reference: node for reference, node in before.items() if _node_at(tree, reference) is not node}
    if not lost:
        return
    places = _places(tree)
    new: dict[str, str] = {}
    for reference, node in lost.items():
        if id(node) not in places:
            places[id(node)] = _as_component(tree, node)
        new[reference] = reference_of(places[id(node)])
    for _, node in walk.refs(tree):
        node["$ref"] = new.get(node["$ref"], node["$ref"])


def _places(tree: Node) -> dict[int, Parts]:
    """The first place of every mapping, by its identity."""
    places: dict[int, Parts] = {}
    stack: list[tuple[Parts, Any]] = [((), tree)]
    while stack:
        at, node = stack.pop()
        if isinstance(node, dict) and id(node) not in places:
            places[id(node)] = at
            stack += [((*at, str(key)), child) for key, child in node.items()]
        elif isinstance(node, list):
            stack += [((*at, str(index)), child) for index, child in enumerate(node)]
    return places


def _as_component(tree: Node, node: Node) -> Parts:
    schemas = tree.setdefault("components", {}).setdefault("schemas", {})
    name = f"{_MOVED}{sum(key.startswith(_MOVED) for key in schemas) + 1}"
    schemas[name] = node
    return "components", "schemas", name
