"""JSON pointers (RFC 6901): the one place where they are taken apart and put together."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, unquote

Parts = tuple[str, ...]
"""The reference tokens of a pointer, unescaped; none for the whole document."""


def parts_of(pointer: str) -> Parts:
    """`/paths/~1api~1v2/get` to its tokens: `paths`, `/api/v2`, `get`. The empty pointer is the whole document.

    Every slash begins a token, so `//a` is `("", "a")`. What does not begin with a slash is read as if it did.
    """
    if not pointer:
        return ()
    return tuple(map(_unescaped, pointer.removeprefix("/").split("/")))


def parts_of_reference(reference: str) -> Parts:
    """The same for a `$ref` with a fragment (`#/components/schemas/A%20b`, RFC 6901 section 6)."""
    return parts_of(unquote(reference.split("#", 1)[-1]))


def reference_of(parts: Iterable[str]) -> str:
    """Tokens to a `$ref` inside the same tree; the reverse of `parts_of_reference`."""
    return "#" + quote(pointer_of(parts), safe="/~")


def pointer_of(parts: Iterable[str]) -> str:
    """Tokens to a pointer; the reverse of `parts_of`."""
    return "".join("/" + _escaped(part) for part in parts)


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def _unescaped(part: str) -> str:
    # In this order: `~01` is `~1`, and not a slash.
    return part.replace("~1", "/").replace("~0", "~")
