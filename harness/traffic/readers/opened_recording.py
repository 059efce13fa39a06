"""A recording as a stream of bytes, unpacked where it is packed, and as text in the encoding that it has."""

from __future__ import annotations

import gzip
import io
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from harness.errors import DocumentError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LARGEST_UNPACKED = 1 << 30
"""Bytes that a packed recording may unpack to."""

_GZIP, _ZSTD, _ZIP = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"
_ZLIB = (b"\x78\x01", b"\x78\x9c", b"\x78\xda")
"""How a compressed HAR of mitmproxy (`.zhar`) begins."""
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class _Bounded(io.RawIOBase):
    """A stream that gives no more than `LARGEST_UNPACKED` bytes."""

    def __init__(self, inner: IO[bytes]) -> None:
        self._inner, self._given = inner, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._inner.read(len(buffer))
        self._given += len(data)
        if self._given > LARGEST_UNPACKED:
            raise ValueError(f"it unpacks to over {LARGEST_UNPACKED >> 20} MiB")
        buffer[: len(data)] = data
        return len(data)


class _Inflating(io.RawIOBase):
    """A zlib stream, unpacked as it is read."""

    def __init__(self, inner: IO[bytes]) -> None:
        self._inner, self._unpacker = inner, zlib.decompressobj()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = b""
        while not data and not self._unpacker.eof:
            packed = self._unpacker.unconsumed_tail or self._inner.read(1 << 16)
            if not packed:
                raise EOFError("the packed data breaks off")
            data = self._unpacker.decompress(packed, len(buffer))
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def opened(path: Path) -> Iterator[io.BufferedReader]:
    """The bytes of a recording without gzip, zstd or zlib around them. Raises `DocumentError` for what cannot be read,
    also while it is read.
    """
    try:
        with path.open("rb") as file:
            yield unpacked_stream(file)
    except (gzip.BadGzipFile, zlib.error, zstd.ZstdError, zipfile.BadZipFile, EOFError) as error:
        raise DocumentError(
            f"is packed and cannot be unpacked: {error}", where=str(path), remedy="Pack it again, or give it unpacked."
        ) from error
    except OSError as error:
        problem = error.strerror or str(error)
        raise DocumentError(f"cannot be read: {problem}", where=str(path), remedy="Check the path.") from error


def unpacked_stream(file: io.BufferedReader) -> io.BufferedReader:
    """The stream itself, or what is packed in it."""
    head = file.peek(4)[:4]
    if head.startswith(_GZIP):
        return bounded(cast(IO[bytes], gzip.GzipFile(fileobj=file)))
    if head.startswith(_ZSTD):
        return bounded(cast(IO[bytes], zstd.ZstdFile(file)))
    if head.startswith(_ZLIB):
        return bounded(cast(IO[bytes], _Inflating(file)))
    return file


def bounded(inner: IO[bytes]) -> io.BufferedReader:
    """A stream that raises `ValueError` beyond `LARGEST_UNPACKED` bytes."""
    return io.BufferedReader(_Bounded(inner), 1 << 16)


def is_archive(head: bytes) -> bool:
    """Whether a file begins as a zip file."""
    return head.startswith(_ZIP)


def encoding_of(head: bytes) -> str:
    """The encoding of a text by how it begins."""
    if head.startswith(_UTF_16):
        return "utf-16"
    if head[1:2] == b"\0" and head[:1].isascii():
        return "utf-16-le"
    return "utf-16-be" if head[:1] == b"\0" and head[1:2] else "utf-8-sig"
