"""What a rule knows beside its place: the tree, its version, and which references lead somewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.formats.pointer import parts_of_reference
from harness.openapi import walk
from harness.openapi.repair.places import Node


@dataclass(slots=True)
class Scope:
    """One pass over one tree. `json_schema` is true for OpenAPI 3.1, where null is a type.

    `earlier` holds what stood under a name before a later entry of the same name took its place.
    """

    tree: Node
    json_schema: bool
    schemes: tuple[str, ...] = ()
    ids: set[str] = field(default_factory=set)
    resolvable: dict[str, bool] = field(default_factory=dict)
    earlier: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, tree: Node, earlier: Mapping[str, Any]) -> Scope:
        """The scope of a whole tree."""
        components = tree.get("components")
        schemes = components.get("securitySchemes") if isinstance(components, dict) else None
        names = tuple(schemes) if isinstance(schemes, dict) else ()
        return cls(tree, str(tree.get("openapi", "")).startswith("3.1"), names, earlier=earlier)

    def resolves(self, ref: Any) -> bool:
        """Whether a reference ends at a schema or another object, and not at itself."""
        if not isinstance(ref, str):
            return False
        if ref not in self.resolvable:
            self.resolvable[ref] = ref.startswith("#") and self._ends(ref)
        return self.resolvable[ref]

    def _ends(self, ref: str) -> bool:
        node: Any = {"$ref": ref}
        for _ in range(50):
            try:
                node = walk.lookup(self.tree, parts_of_reference(node["$ref"]))
            except KeyError:
                return False
            if not walk.is_reference(node):
                return isinstance(node, dict | bool)
        return False

    def resolve(self, node: Any) -> Any:
        """The value behind a reference; {} where it leads nowhere."""
        return walk.resolve(self.tree, node)
