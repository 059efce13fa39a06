"""Where operations are found and who may call them, in two documents: servers, security requirements and schemes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from harness.openapi.catalog import Operation
from harness.review.operation_parts import PartChange, unknown

Node = dict[str, Any]
# Another of these, and what a client sends is no proof any more; the other keywords are remarks.
_PROOF = ("type", "name", "in", "scheme", "openIdConnectUrl")
_ADDRESSES = ("authorizationUrl", "tokenUrl", "refreshUrl", "deviceAuthorizationUrl")


def scopes(old: Operation, new: Operation) -> Iterator[PartChange]:
    """Scopes of which any one is enough."""
    for scope in old.scopes:
        if scope not in new.scopes:
            yield PartChange("scope", "removed", scope, f"scope {scope} removed", True, True)
    for scope in new.scopes:
        if scope not in old.scopes:
            yield PartChange("scope", "added", scope, f"scope {scope} added", not old.scopes, not old.scopes)


def requirements(trees: tuple[Node, Node], old: Operation, new: Operation) -> Iterator[PartChange]:
    """Ways to prove who one is; any one is enough, and none at all is one too."""
    before, now = (_ways(tree, operation) for tree, operation in zip(trees, (old, new), strict=True))
    if not before and new.scopes and not old.scopes:
        # Told as a scope already.
        return
    free_before, free_now = (not ways or frozenset() in ways for ways in (before, now))
    for way in before:
        if way and way not in now and not free_now:
            yield PartChange("security", "removed", "", f"security {_way(way)} removed", True, True)
        elif way and way not in now:
            yield PartChange("security", "removed", "", f"security {_way(way)} removed: none is needed")
    for way in now:
        if way and way not in before:
            needed = free_before and not free_now
            yield PartChange("security", "added", "", f"security {_way(way)} added", needed, needed)
    if free_before != free_now and before and now and frozenset() in (before if free_before else now):
        text = f"a request without proof is {'now' if free_now else 'no longer'} allowed"
        yield PartChange("security", "changed", "", text, free_before, free_before)


def used_schemes(tree: Node, operation: Operation) -> frozenset[str]:
    """The names of all schemes by which an operation can be called."""
    return frozenset(name for requirement in _requirements(tree, operation) for name in requirement)


def schemes(old: Node, new: Node) -> Iterator[tuple[str, PartChange]]:
    """What changed in the security schemes that both documents have, each with the scheme's name."""
    before, now = _schemes(old), _schemes(new)
    for name in [name for name in before if name in now]:
        for change in _scheme(before[name], now[name]):
            yield name, change


def _scheme(old: Node, new: Node) -> Iterator[PartChange]:
    for word in _PROOF:
        before, now = (_folded(word, node.get(word)) for node in (old, new))
        if before != now:
            yield PartChange("security", "changed", "", f"{word} {before or 'none'} to {now or 'none'}", True, True)
    yield from unknown("security", "", old, new, (*_PROOF, "flows", "bearerFormat"))
    yield from _flows(*({**flows} if isinstance(flows := node.get("flows"), dict) else {} for node in (old, new)))


def _flows(before: Node, now: Node) -> Iterator[PartChange]:
    """How a client gets a token."""
    for flow in {**before, **now}:
        if flow not in now or flow not in before:
            action = "added" if flow in now else "removed"
            yield PartChange("security", action, f"/{flow}", f"flow {flow} {action}", action == "removed")
            continue
        for word in _ADDRESSES:
            left, right = before[flow].get(word), now[flow].get(word)
            if left != right:
                text = f"{word} {left or 'none'} to {right or 'none'}"
                yield PartChange("security", "changed", f"/{flow}", text, left is not None)


def _folded(word: str, value: Any) -> Any:
    """RFC 7235: the name of an HTTP scheme has no case; neither has the name of a header."""
    return value.lower() if word in ("scheme", "name") and isinstance(value, str) else value


def _schemes(tree: Node) -> dict[str, Node]:
    components = tree.get("components")
    found = components.get("securitySchemes") if isinstance(components, dict) else None
    return {name: node for name, node in found.items() if isinstance(node, dict)} if isinstance(found, dict) else {}


def _requirements(tree: Node, operation: Operation) -> list[Node]:
    raw = tree["paths"][operation.path][operation.method.lower()]
    given = raw.get("security", tree.get("security"))
    return [node for node in given if isinstance(node, dict)] if isinstance(given, list) else []


def _ways(tree: Node, operation: Operation) -> list[frozenset[str]]:
    """Sets of schemes, each enough; a scheme stands for what it is, since its name is free."""
    known = _schemes(tree)
    return [
        frozenset(_identity(name, known.get(name)) for name in requirement)
        for requirement in _requirements(tree, operation)
    ]


def _identity(name: str, scheme: Node | None) -> str:
    if not scheme:
        return name
    return " ".join(str(_folded(word, scheme[word])) for word in _PROOF if word in scheme) or name


def _way(way: frozenset[str]) -> str:
    return " with ".join(sorted(way))


def servers(trees: tuple[Node, Node], old: Operation, new: Operation) -> Iterator[PartChange]:
    """Addresses under which an operation is found; the pointer is the path of one, where not only hosts changed."""
    before, now = (_servers(tree, operation) for tree, operation in zip(trees, (old, new), strict=True))
    is_moved = {*map(_base_path, before)} != {*map(_base_path, now)}
    for url in [url for url in before if url not in now]:
        yield PartChange("server", "removed", _base_path(url) if is_moved else "", f"server {url} removed", True)
    for url in [url for url in now if url not in before]:
        yield PartChange("server", "added", _base_path(url) if is_moved else "", f"server {url} added")
    for url in [url for url in before if url in now]:
        yield from _variables(url, before[url], now[url])


def _base_path(url: str) -> str:
    """The path of an address, whichever values its variables have."""
    return urlsplit(re.sub(r"{[^}]*}", "x", url)).path.rstrip("/") or "/"


def _variables(url: str, before: Node, now: Node) -> Iterator[PartChange]:
    for name in [name for name in before if name in now]:
        old, new = before[name], now[name]
        gone = set(map(str, old.get("enum", ()))) - set(map(str, new.get("enum", ())))
        if gone and "enum" in new:
            text = f"server {url}: {name} without {', '.join(sorted(gone))}"
            yield PartChange("server", "removed", "", text, True)
        if old.get("enum") and set(map(str, new.get("enum", ()))) - set(map(str, old["enum"])):
            yield PartChange("server", "added", "", f"server {url}: more values of {name}")
        if old.get("default") != new.get("default"):
            text = f"server {url}: default of {name} {old.get('default')} to {new.get('default')}"
            yield PartChange("server", "changed", "", text)


def _servers(tree: Node, operation: Operation) -> dict[str, Node]:
    """The variables of each address, that of the operation itself before that of its path and of the document."""
    item = tree["paths"][operation.path]
    holders = (item[operation.method.lower()], item, tree)
    found = next((node["servers"] for node in holders if node.get("servers")), None)
    rows = [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
    return {
        str(row.get("url", "/")).rstrip("/") or "/": {
            str(name): node for name, node in (row.get("variables") or {}).items() if isinstance(node, dict)
        }
        for row in rows or [{"url": "/"}]
    }
