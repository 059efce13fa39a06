"""The base path of a document's servers, written out in front of each of its paths: a request's path begins with it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from harness.openapi.walk import METHODS

OTHER_PATHS = "x-other-paths"
"""Where an operation has its paths under the base paths of further servers; the first server's is its own."""

_VARIABLE = re.compile(r"{([^{}]+)}")
# The whole beginning of a URL: scheme and host, a host alone, or a variable in place of both.
_ORIGIN = re.compile(r"([A-Za-z{}][\w+.{}-]*:)?//[^/]*|{[^{}/]+}(?=/|\Z)")
Node = dict[str, Any]


def write_out(tree: Node) -> dict[str, str]:
    """Put base paths into the keys of `paths`, in place; each new path with the one that the document has.

    The servers of an operation count before those of its path, and these before the document's. They are taken out, so
    that no reader puts their base path in front once more.
    """
    if not has_base_path(tree):
        return {}
    paths = tree["paths"]
    by_habit = _written_already(tree, paths)
    written: dict[str, str] = {}
    out: Node = {}
    for path, item in paths.items():
        if not isinstance(item, dict) or not path.startswith("/"):
            out[path] = item
            continue
        for base, part in _parts(tree, item, by_habit):
            new = base + path
            _add(out, new, part, [other + path for other in _others(tree, part, base, by_habit)])
            if new != path:
                written[new] = path
    tree["paths"] = out
    for holder in _holders(tree):
        holder.pop("servers", None)
    return written


def has_base_path(tree: Node) -> bool:
    """Whether any server of the tree has one."""
    return isinstance(tree.get("paths"), dict) and any(
        any(bases_of(holder.get("servers"))) for holder in _holders(tree)
    )


def _holders(tree: Node) -> list[Node]:
    """What may have servers: the document, its paths and their operations."""
    items = [item for item in tree["paths"].values() if isinstance(item, dict)]
    operations = [item[method] for item in items for method in METHODS if isinstance(item.get(method), dict)]
    return [tree, *items, *operations]


def _written_already(tree: Node, paths: Node) -> str:
    """The document's base path where each of its paths begins with it again, which is a habit of some tools."""
    base = next(iter(bases_of(tree.get("servers"))), "")
    return base if base and all(path.startswith(f"{base}/") for path in paths if path.startswith("/")) else ""


def _parts(tree: Node, item: Node, by_habit: str) -> Iterator[tuple[str, Node]]:
    """A path item, cut into one for each base path that its operations have."""
    methods: dict[str, list[str]] = {}
    for method in METHODS:
        if method in item:
            base = next(iter(_bases(tree, item, item[method])), "")
            methods.setdefault("" if base == by_habit else base, []).append(method)
    shared = {key: value for key, value in item.items() if key not in METHODS}
    for base, own in (methods or {"": []}).items():
        yield base, {**shared, **{method: item[method] for method in own}} if len(methods) > 1 else item


def _bases(tree: Node, item: Node, operation: Any) -> list[str]:
    """The base paths of one operation, the first server's first."""
    own = operation.get("servers") if isinstance(operation, dict) else None
    return bases_of(own or item.get("servers") or tree.get("servers"))


def _others(tree: Node, item: Node, base: str, by_habit: str) -> list[str]:
    """The further base paths of a path item's operations."""
    bases = [base for method in METHODS if method in item for base in _bases(tree, item, item[method])]
    fixed = [other for other in dict.fromkeys(bases) if "{" not in other]
    return [other for other in fixed if other not in (base, by_habit)]


def _add(paths: Node, path: str, item: Node, others: list[str]) -> None:
    """A path item under its whole path; operations that are there already stay."""
    for method in METHODS:
        if others and isinstance(item.get(method), dict):
            item[method][OTHER_PATHS] = others
    if path in paths:
        paths[path] = {**item, **paths[path]}
    else:
        paths[path] = item


def bases_of(servers: Any) -> list[str]:
    """The base paths of a list of servers, each once; without a list there is one, at the root."""
    listed = [server for server in servers if isinstance(server, dict)] if isinstance(servers, list) else []
    return list(dict.fromkeys(_base_of(server) for server in listed)) or [""]


def _base_of(server: Mapping[str, Any]) -> str:
    """The path of one server's URL, its variables by their default, without a slash at its end."""
    variables = server.get("variables")
    defaults: dict[str, str] = {}
    for name, variable in (variables if isinstance(variables, dict) else {}).items():
        if isinstance(variable, dict) and "default" in variable:
            defaults[name] = str(variable["default"])
    url = _VARIABLE.sub(lambda name: defaults.get(name[1], name[0]), str(server.get("url", "")))
    path = _ORIGIN.sub("", url, count=1) if _ORIGIN.match(url) else url
    path = posixpath.normpath("/" + re.split(r"[?#]", path)[0].strip("/"))
    return "" if path == "/" else path
