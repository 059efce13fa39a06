"""Bodies that a recorder kept as they came over the wire: unpacked by their Content-Encoding, within bounds."""

from __future__ import annotations

import sys
import zlib
from typing import Protocol

import brotli

from harness.exchange import Headers

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LARGEST = 64 << 20
"""Bytes in one body once it is unpacked."""

_GZIP, _ZLIB, _ZSTD = b"\x1f\x8b", b"\x78", b"\x28\xb5\x2f\xfd"
"""How packed bodies begin. Brotli has no such sign."""
_STEP = 1 << 16
_CONTROL = frozenset(range(32)) - {9, 10, 13}


class _Unpacker(Protocol):
    def decompress(self, data: bytes, size: int, /) -> bytes: ...

    @property
    def eof(self) -> bool: ...


def unpacked(body: bytes, headers: Headers) -> bytes:
    """The body without its encodings. Recorders that unpack leave the header, so the body's first bytes count too.

    Raises `ValueError` or `zlib.error` for a body that cannot be unpacked, breaks off, or unpacks to over `LARGEST`.
    """
    for encoding in reversed(_encodings(headers)):
        if body:
            body = _without(encoding, body)
    return body


def _encodings(headers: Headers) -> list[str]:
    values = [value for name, value in headers if name == "content-encoding"]
    names = [name.strip().lower().removeprefix("x-") for value in values for name in value.split(",")]
    return [name for name in names if name not in ("", "identity")]


def _without(encoding: str, body: bytes) -> bytes:
    if encoding == "gzip":
        return _inflated(body, 31) if body.startswith(_GZIP) else body
    if encoding == "deflate":
        # With a zlib header as RFC 9110 wants it, or bare as some servers send it.
        return body if _is_text(body) else _inflated(body, 15 if body.startswith(_ZLIB) else -15)
    if encoding == "zstd":
        return _whole(zstd.ZstdDecompressor(), body) if body.startswith(_ZSTD) else body
    if encoding == "br":
        return body if _is_text(body) else _unbrotlied(body)
    if _is_text(body):
        return body
    raise ValueError(f"it is packed with {encoding}")


def _is_text(body: bytes) -> bool:
    """Whether a body is plain text already; one packed with brotli may begin with any byte."""
    return body[:1].isascii() and _CONTROL.isdisjoint(body[:_STEP]) and _is_utf8(body)


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _inflated(body: bytes, window: int) -> bytes:
    return _whole(zlib.decompressobj(window), body)


def _whole(unpacker: _Unpacker, body: bytes) -> bytes:
    try:
        out = unpacker.decompress(body, LARGEST + 1)
    except zstd.ZstdError as error:
        raise ValueError(f"it is no zstd data: {error}") from error
    if len(out) > LARGEST:
        raise _too_large()
    if not unpacker.eof:
        raise ValueError("the packed data breaks off")
    return out


def _unbrotlied(body: bytes) -> bytes:
    unpacker, out = brotli.Decompressor(), bytearray()
    try:
        data = body
        while not unpacker.is_finished():
            piece = unpacker.process(data, output_buffer_limit=_STEP)
            out += piece
            data = b""
            if len(out) > LARGEST:
                raise _too_large()
            if not piece and unpacker.can_accept_more_data():
                raise ValueError("the data packed with br breaks off")
    except brotli.error as error:
        raise ValueError("it is packed with br, or so its header says, and cannot be unpacked") from error
    return bytes(out)


def _too_large() -> ValueError:
    return ValueError(f"it unpacks to over {LARGEST >> 20} MiB")
