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
        branches = [{key: value for key, value in schema.items() if key != "allOf"}]
        parts = [one for one in schema["allOf"] if isinstance(one, dict)]
        branches += [self._branch(one) for one in parts]
        if parts and set(parts[-1]) <= {"type", "required", "anyOf"}:
            # The last branch is there to say what is required; what the others share with answers requires all.
            branches = [
                _optional(one) if "$ref" in part else one for part, one in zip([{}, *parts], branches, strict=True)
            ]
        self.open.discard(id(schema))
        self.done[id(schema)] = schema
        closed = [_closed(self.tree, one) for one in branches]
        if not any(shut and index != other and ("properties" in one or closed[other])
                   for index, shut in enumerate(closed) for other, one in enumerate(branches)):  # fmt: skip
            return 0
        merged = self._union(branches, 0)
        schema.clear()
        schema.update(merged)
        return len(branches) - 1

    def _branch(self, node: Node) -> Node:
        found = walk.resolve(self.tree, node)
        if not isinstance(found, dict):
            return {}
        self.merge(found)
        return found

    def _union(self, branches: list[Node], depth: int) -> Node:
        """All of `branches` at once; a branch with alternatives is merged into each of them."""
        for index, branch in enumerate(branches):
            for word in _CHOICES:
                options = branch.get(word)
                if isinstance(options, list) and any(_closed(self.tree, one) for one in options):
                    rest = [*branches[:index], {k: v for k, v in branch.items() if k != word}, *branches[index + 1 :]]
                    return {word: [self._union([*rest, self._branch(one)], depth) for one in options]}
        out: Node = {}
        others: list[Node] = []
        for branch in branches:
            if not set(branch) <= _PLAIN and not any(key.startswith("x-") for key in set(branch) - _PLAIN):
                others.append({key: value for key, value in branch.items() if key not in _PLAIN})
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
                mine = out.setdefault("properties", {})
                for name, child in value.items():
                    mine[name] = self._both(mine[name], child, depth) if name in mine else child
            elif key == "required" and isinstance(value, list):
                out["required"] = list(dict.fromkeys([*out.get("required", ()), *value]))
            elif key == "type":
                out["type"] = _types(out["type"], value) if "type" in out else value
            elif key == "nullable":
                out["nullable"] = out.get("nullable", True) and value
            elif key == "minProperties":
                out[key] = max(out.get(key, 0), value)
            elif key in _PLAIN and key not in ("additionalProperties", "maxProperties"):
                # The bound on the number of properties counted those of its own branch only.
                out.setdefault(key, value)

    def _both(self, one: Any, two: Any, depth: int) -> Any:
        """A property that two branches describe: both must hold, or either where no value fits both."""
        if one == two or two == {} or two is True:
            return one
        if one == {} or one is True:
            return two
        first, second = self._branch(one), self._branch(two)
        if _at_odds(first, second):
            return {"anyOf": [one, two]}
        if depth < _DEPTH and (_closed(self.tree, first) or _closed(self.tree, second)):
            return self._union([first, second], depth + 1)
        if depth < _DEPTH and all(isinstance(one, dict) and "items" in one for one in (first, second)):
            return {**first, **second, "items": self._both(first["items"], second["items"], depth + 1)}
        both = {"allOf": [one, two]}
        self.merge(both)
        return both


def _optional(branch: Node) -> Node:
    return {key: value for key, value in branch.items() if key not in ("required", "minProperties")}


def _closed(tree: Node, schema: Any) -> bool:
    schema = walk.resolve(tree, schema)
    if not isinstance(schema, dict):
        return False
    if schema.get("additionalProperties") is False:
        return True
    options = [one for word in _CHOICES if isinstance(schema.get(word), list) for one in schema[word]]
    return any(
        isinstance(one, dict) and walk.resolve(tree, one).get("additionalProperties") is False for one in options
    )


def _at_odds(first: Node, second: Node) -> bool:
    kinds = [{kind} if isinstance(kind, str) else set(kind or ()) for kind in (first.get("type"), second.get("type"))]
    return all(kinds) and not (kinds[0] & kinds[1]) - {"null"} and not {"integer", "number"} <= kinds[0] | kinds[1]


def _types(one: Any, two: Any) -> Any:
    first = [one] if isinstance(one, str) else list(one)
    second = [two] if isinstance(two, str) else list(two)
    both = [name for name in first if name in second]
    return (both[0] if len(both) == 1 else both) if both else one
