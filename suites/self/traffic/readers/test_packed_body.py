"""Bodies are unpacked by header and first bytes, and never without bound."""

from __future__ import annotations

import contextlib
import gzip
import zlib

import brotli
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from harness.traffic.readers import packed_body
from harness.traffic.readers.packed_body import unpacked

PLAIN = b'{"ticket": {"id": 1, "subject": "\xc3\xa4"}}'


def named(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple(("content-encoding", name) for name in names)


@pytest.mark.parametrize(
    ("names", "packed"),
    [
        (("gzip",), gzip.compress(PLAIN, mtime=0)),
        (("x-gzip",), gzip.compress(PLAIN, mtime=0)),
        (("deflate",), zlib.compress(PLAIN)),
        (("deflate",), zlib.compress(PLAIN)[2:-4]),
        (("br",), brotli.compress(PLAIN)),
        (("zstd",), zstd.compress(PLAIN)),
        (("gzip, br",), brotli.compress(gzip.compress(PLAIN, mtime=0))),
        (("gzip", "br"), brotli.compress(gzip.compress(PLAIN, mtime=0))),
        (("identity",), PLAIN),
        ((), PLAIN),
    ],
)
def test_a_packed_body_is_unpacked(names: tuple[str, ...], packed: bytes) -> None:
    assert unpacked(packed, named(*names)) == PLAIN


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd", "compress"])
def test_one_that_the_recorder_unpacked_stays(name: str) -> None:
    assert unpacked(PLAIN, named(name)) == PLAIN
    assert unpacked(b"", named(name)) == b""


@pytest.mark.parametrize(
    ("name", "packed"),
    [
        ("gzip", gzip.compress(PLAIN, mtime=0)[:-9]),
        ("br", brotli.compress(PLAIN)[:-4]),
        ("zstd", zstd.compress(PLAIN)[:-5]),
        ("deflate", zlib.compress(PLAIN)[:-6]),
        ("gzip", b"\x1f\x8b\xff\xff"),
        ("br", b"\xff\xff\xff"),
        ("zstd", b"\x28\xb5\x2f\xfd\xff\xff"),
        ("compress", b"\x1f\x9d\x90"),
    ],
)
def test_one_that_cannot_be_unpacked_is_an_error(name: str, packed: bytes) -> None:
    with pytest.raises((ValueError, zlib.error)):
        unpacked(packed, named(name))


@pytest.mark.parametrize("pack", [gzip.compress, brotli.compress, zstd.compress, zlib.compress])
def test_one_that_explodes_is_not_unpacked(pack: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed_body, "LARGEST", 100_000)
    names = {gzip.compress: "gzip", brotli.compress: "br", zstd.compress: "zstd", zlib.compress: "deflate"}
    with pytest.raises(ValueError, match="unpacks to over"):
        unpacked(pack(bytes(5_000_000)), named(names[pack]))  # type: ignore[operator,index]


@given(st.binary(max_size=60), st.sampled_from(["gzip", "deflate", "br", "zstd", "compress", "gzip, br"]))
def test_any_bytes_are_unpacked_or_refused(body: bytes, name: str) -> None:
    with contextlib.suppress(ValueError, zlib.error):
        assert isinstance(unpacked(body, named(name)), bytes)
