"""Decompression: a body without its content encodings, and never more of it than fits."""

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
    body report it. Raises `TooLargeError` for more than `most` bytes.
    """
    names = [name.strip().lower().removeprefix("x-") for name in encodings.split(",")]
    body = raw
    for name in reversed([name for name in names if name not in ("", "identity")]):
        unpacked = _decode(body, name, most)
        if unpacked is None:
            return raw
        body = unpacked
    return body


def _decode(body: bytes, encoding: str, most: int) -> bytes | None:
    """The body without one encoding; None where it is not encoded so, or the encoding is unknown."""
    for window in _WINDOWS.get(encoding, ()):
        unpacked = _inflate(body, window, most)
        if unpacked is not None:
            return unpacked
    return None


def _inflate(body: bytes, window: int, most: int) -> bytes | None:
    """The unpacked bytes; None where the body is not packed like this, or cut off."""
    decompressor = zlib.decompressobj(window)
    try:
        # One byte more than is allowed: a body of exactly that size and a larger one would look alike.
        unpacked = decompressor.decompress(body, most + 1)
    except zlib.error:
        return None
    if len(unpacked) > most:
        raise TooLargeError(f"{len(body)} packed bytes unpack to more than {most}")
    return unpacked if decompressor.eof else None
