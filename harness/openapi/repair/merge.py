"""`allOf` branches that are closed to each other's properties, as the one closed schema that they mean."""

from __future__ import annotations

from typing import Any

from harness.openapi import walk

Node = dict[str, Any]

_PLAIN = frozenset({"type", "properties", "required", "additionalProperties", "minProperties", "maxProperties",
                    "nullable", "example", "examples", "default", "title", "description", "readOnly", "writeOnly",
                    "deprecated", "xml", "externalDocs", "discriminator"})  # fmt: skip
_CHOICES = ("oneOf", "anyOf")
_DEPTH = 40


class Merger:
    """Merges in place and remembers what it has done; branches are looked up in `tree`."""

    def __init__(self, tree: Node) -> None:
        self.tree = tree
        self.done: dict[int, Node] = {}
        self.open: set[int] = set()

    def merge(self, schema: Node) -> int:
        """Make `schema` satisfiable; the number of branches merged, 0 where it was left alone."""
        if id(schema) in self.done or id(schema) in self.open or not isinstance(schema.get("allOf"), list):
            return 0
        self.open.add(id(schema))
        parts = [part for part in schema["allOf"] if isinstance(part, dict)]
        branches = [self._branch(part) for part in parts]
        if parts and set(parts[-1]) <= {"type", "required", "anyOf"}:
            # The last branch is there to say what is required; what the others share with answers requires all.
            for index, part in enumerate(parts):
                if "$ref" in part:
                    branches[index] = _without(branches[index], "required", "minProperties")
        branches.insert(0, _without(schema, "allOf"))
        self.open.discard(id(schema))
        self.done[id(schema)] = schema
        if not self._exclude_each_other(branches):
            return 0
        merged = self._merged(branches, 0)
        schema.clear()
        schema.update(merged)
        return len(branches) - 1

    def _exclude_each_other(self, branches: list[Node]) -> bool:
        """Whether a closed branch refuses what another branch describes, so that no value fits all."""
        closed = [_closed(self.tree, branch) for branch in branches]
        if closed.count(True) > 1:
            return True
        others = [branch for branch, is_closed in zip(branches, closed, strict=True) if not is_closed]
        return any(closed) and any("properties" in branch for branch in others)

    def _branch(self, node: Node) -> Node:
        schema = walk.resolve(self.tree, node)
        if not isinstance(schema, dict):
            return {}
        self.merge(schema)
        return schema

    def _merged(self, branches: list[Node], depth: int) -> Node:
        """All of `branches` at once; a branch with alternatives is merged into each of them."""
        for index, branch in enumerate(branches):
            for word in _CHOICES:
                options = branch.get(word)
                if isinstance(options, list) and any(_closed(self.tree, option) for option in options):
                    rest = [*branches[:index], _without(branch, word), *branches[index + 1 :]]
                    return {word: [self._merged([*rest, self._branch(option)], depth) for option in options]}
        out: Node = {}
        others: list[Node] = []
        for branch in branches:
            further = set(branch) - _PLAIN
            if further and not any(key.startswith("x-") for key in further):
                others.append(_without(branch, *_PLAIN))
            self._add(out, branch, depth)
        if others:
            out["allOf"] = others
        out["additionalProperties"] = False
        least = out.get("minProperties")
        if isinstance(least, int) and least > len(out.get("properties", {})):
            out["minProperties"] = len(out["properties"])
        return out

    def _add(self, out: Node, branch: Node, depth: int) -> None:
        for key, value in branch.items():
            if key == "properties" and isinstance(value, dict):
                self._add_properties(out.setdefault("properties", {}), value, depth)
            elif key == "required" and isinstance(value, list):
                out["required"] = list(dict.fromkeys([*out.get("required", ()), *value]))
            elif key == "type":
                out["type"] = _common_types(out["type"], value) if "type" in out else value
            elif key == "nullable":
                out["nullable"] = out.get("nullable", True) and value
            elif key == "minProperties":
                out[key] = max(out.get(key, 0), value)
            elif key in _PLAIN and key not in ("additionalProperties", "maxProperties"):
                # The bound on the number of properties counted those of its own branch only.
                out.setdefault(key, value)

    def _add_properties(self, out: Node, properties: Node, depth: int) -> None:
        for name, child in properties.items():
            out[name] = self._both(out[name], child, depth) if name in out else child

    def _both(self, left: Any, right: Any, depth: int) -> Any:
        """A property that two branches describe: both must hold, or either where no value fits both."""
        if left == right or right == {} or right is True:
            return left
        if left == {} or left is True:
            return right
        first, second = self._branch(left), self._branch(right)
        if _have_no_common_type(first, second):
            return {"anyOf": [left, right]}
        is_deep = depth >= _DEPTH
        if not is_deep and (_closed(self.tree, first) or _closed(self.tree, second)):
            return self._merged([first, second], depth + 1)
        if not is_deep and "items" in first and "items" in second:
            return {**first, **second, "items": self._both(first["items"], second["items"], depth + 1)}
        both = {"allOf": [left, right]}
        self.merge(both)
        return both


def _without(node: Node, *keys: str) -> Node:
    return {key: value for key, value in node.items() if key not in keys}


def _closed(tree: Node, schema: Any) -> bool:
    schema = walk.resolve(tree, schema)
    if not isinstance(schema, dict):
        return False
    return _is_closed(schema) or any(_is_closed(walk.resolve(tree, option)) for option in _options(schema))


def _is_closed(schema: Any) -> bool:
    return isinstance(schema, dict) and schema.get("additionalProperties") is False


def _options(schema: Node) -> list[Any]:
    """The alternatives of a schema, of whichever kind."""
    return [option for word in _CHOICES if isinstance(schema.get(word), list) for option in schema[word]]


def _have_no_common_type(first: Node, second: Node) -> bool:
    """Whether both name types and have none in common, an integer being a number and null no value to speak of."""
    types, others = walk.types_of(first), walk.types_of(second)
    if not types or not others or {"integer", "number"} <= types | others:
        return False
    return not (types & others) - {"null"}


def _common_types(left: Any, right: Any) -> Any:
    """The types that both schemas name, in the form of `type`; those of the left one where they share none."""
    first = [left] if isinstance(left, str) else list(left)
    second = [right] if isinstance(right, str) else list(right)
    both = [name for name in first if name in second]
    if not both:
        return left
    return both[0] if len(both) == 1 else both
