"""The server's own router: a raw path as it came over the wire to the operation that answers it.

A path is split at its slashes first and each segment percent-decoded once, as the vendors' servers do: an encoded
slash stays inside its segment, dot segments and doubled slashes are no operation's path.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from harness.openapi.catalog import Operation
from harness.openapi.paths import FittingTemplate, PathTrie, named_values


class RequestRouter:
    """Finds operations by method and raw path; `suffixes` (".json") may end a path and mean nothing."""

    def __init__(self, operations: Iterable[Operation], suffixes: tuple[str, ...] = ()) -> None:
        self.suffixes = suffixes
        self._trie: PathTrie[Operation] = PathTrie()
        for operation in operations:
            self._trie.add(self._without_suffix(operation.path), operation.method, operation)

    def find(self, method: str, raw: str) -> tuple[Operation, dict[str, str]] | None:
        """The operation and its decoded path values."""
        for operations, values in self._matches(raw):
            if method in operations:
                operation = operations[method]
                return operation, named_values(operation.path, values)
        return None

    def has_path(self, raw: str) -> bool:
        """Whether any method has this path."""
        return any(True for _ in self._matches(raw))

    def _matches(self, raw: str) -> Iterator[FittingTemplate[Operation]]:
        segments = self._segments(raw)
        # A dot segment is never a value: a server would have to resolve it first, and these do not.
        if not segments or "." in segments or ".." in segments:
            return iter(())
        return self._trie.find(segments)

    def _without_suffix(self, path: str) -> str:
        for suffix in self.suffixes:
            path = path.removesuffix(suffix)
        return path

    def _segments(self, raw: str) -> list[str]:
        """The decoded segments of a raw path, without suffix and final slash; none where it is not absolute."""
        if not raw.startswith("/"):
            return []
        raw = self._without_suffix(raw)
        segments = raw[1:].split("/")
        if segments[-1] == "" and len(segments) > 1:
            segments.pop()
        if "%" not in raw:
            return segments
        return [unquote(segment, errors="replace") for segment in segments]
