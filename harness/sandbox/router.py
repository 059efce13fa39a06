"""The server's own router: a raw path as it came over the wire to the operation that answers it.

A path is split at its slashes first and each segment percent-decoded once, as the vendors' servers do: an encoded
slash stays inside its segment, dot segments and doubled slashes are no operation's path.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

from harness.openapi.catalog import Operation

_MIXED = re.compile(r"{[^{}]+}")
_UNNAMED = "{}"


class RequestRouter:
    """Finds operations by method and raw path; `suffixes` (".json") may end a path and mean nothing."""

    def __init__(self, operations: Iterable[Operation], suffixes: tuple[str, ...] = ()) -> None:
        self.suffixes = suffixes
        self._root = _Branch()
        for operation in operations:
            branch = self._root
            for part in operation.path.strip("/").split("/"):
                branch = branch.grow(part)
            names = tuple(_MIXED.findall(operation.path))
            branch.ends.setdefault(operation.method, (operation, tuple(name[1:-1] for name in names)))

    def find(self, method: str, raw: str) -> tuple[Operation, dict[str, str]] | None:
        """The operation and its decoded path values."""
        for ends, values in self._ends(raw):
            if method in ends:
                operation, names = ends[method]
                return operation, dict(zip(names, values, strict=False))
        return None

    def known(self, raw: str) -> bool:
        """Whether any method has this path."""
        return any(True for _ in self._ends(raw))

    def _ends(self, raw: str) -> Iterable[tuple[dict[str, tuple[Operation, tuple[str, ...]]], tuple[str, ...]]]:
        if not raw.startswith("/"):
            return
        for suffix in self.suffixes:
            if raw.endswith(suffix):
                raw = raw.removesuffix(suffix)
        parts = raw[1:].split("/")
        if parts and parts[-1] == "" and len(parts) > 1:
            parts.pop()
        if "%" in raw:
            parts = [unquote(part, errors="replace") for part in parts]
        yield from self._root.walk(parts, 0)


class _Branch:
    """One level of paths: fixed words first, then segments that mix words and values, then any value."""

    __slots__ = ("any", "ends", "fixed", "mixed")

    def __init__(self) -> None:
        self.fixed: dict[str, _Branch] = {}
        self.mixed: dict[str, tuple[re.Pattern[str], _Branch]] = {}
        self.any: _Branch | None = None
        self.ends: dict[str, tuple[Operation, tuple[str, ...]]] = {}

    def grow(self, part: str) -> _Branch:
        if "{" not in part:
            return self.fixed.setdefault(part, _Branch())
        shape = _MIXED.sub(_UNNAMED, part)
        if shape == _UNNAMED:
            self.any = self.any or _Branch()
            return self.any
        pattern = re.compile("(.+)".join(map(re.escape, shape.split(_UNNAMED))))
        return self.mixed.setdefault(shape, (pattern, _Branch()))[1]

    def walk(
        self, parts: list[str], at: int
    ) -> Iterable[tuple[dict[str, tuple[Operation, tuple[str, ...]]], tuple[str, ...]]]:
        if at == len(parts):
            if self.ends:
                yield self.ends, ()
            return
        part = parts[at]
        if part in self.fixed:
            yield from self.fixed[part].walk(parts, at + 1)
        for pattern, branch in self.mixed.values():
            if found := pattern.fullmatch(part):
                for ends, rest in branch.walk(parts, at + 1):
                    yield ends, (*found.groups(), *rest)
        # A dot segment is never a value: a server would have to resolve it first, and these do not.
        if self.any is not None and part not in ("", ".", ".."):
            for ends, rest in self.any.walk(parts, at + 1):
                yield ends, (part, *rest)
