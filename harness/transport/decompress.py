"""Unpack: a body without its content encodings, and never more of it than fits."""

from __future__ import annotations

import zlib

# gzip with its header, zlib with its header, and deflate without one, which some servers send under that name.
_WINDOWS = {"gzip": (zlib.MAX_WBITS | 16,), "deflate": (zlib.MAX_WBITS, -zlib.MAX_WBITS)}
ACCEPTED = ", ".join(_WINDOWS)
"""What a request asks for: other encodings could unpack to any size before we could stop them."""


class TooLargeError(ValueError):
    """A small body that unpacks to a huge one."""


def unpack(raw: bytes, encodings: str, most: int) -> bytes:
    """`raw` without the encodings that `encodings` (the header's value) names, the last one first.

    A body that is not encoded as it says, or in a way that was not asked for, is given as it came: the checks of the
    body tell of it. Raises `TooLargeError` for more than `most` bytes.
    """
    names = [name.strip().lower().removeprefix("x-") for name in encodings.split(",")]
    body = raw
    for name in reversed([name for name in names if name not in ("", "identity")]):
        tries = (_inflate(body, window, most) for window in _WINDOWS.get(name, ()))
        unpacked = next((found for found in tries if found is not None), None)
        if unpacked is None:
            return raw
        body = unpacked
    return body


def _inflate(body: bytes, window: int, most: int) -> bytes | None:
    """The unpacked bytes; None where the body is not packed like this, or cut off."""
    packer = zlib.decompressobj(window)
    try:
        # One byte more than may be: only so can "just as large" be told from "larger".
        found = packer.decompress(body, most + 1)
    except zlib.error:
        return None
    if len(found) > most:
        raise TooLargeError(f"{len(body)} packed bytes unpack to more than {most}")
    return found if packer.eof else None
