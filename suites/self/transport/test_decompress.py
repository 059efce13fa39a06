"""A packed body comes out as it went in, and one that is made to fill the machine does not come out at all."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.transport.decompress import TooLargeError, unpack

MOST = 100_000
PACK = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "identity": lambda body: body,
}


@given(st.binary(max_size=500), st.lists(st.sampled_from(sorted(PACK)), max_size=3))
def test_what_was_packed_comes_out(body: bytes, kinds: list[str]) -> None:
    packed = body
    for kind in kinds:
        packed = PACK[kind](packed)
    assert unpack(packed, ", ".join(kinds), MOST) == body


def test_deflate_without_a_header_is_understood() -> None:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    assert unpack(packer.compress(b"hello" * 9) + packer.flush(), "deflate", MOST) == b"hello" * 9


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_a_bomb_stops_at_the_limit_however_often_it_is_wrapped(layers: int) -> None:
    bomb = b"\0" * 50_000_000
    for _ in range(layers):
        bomb = gzip.compress(bomb)
    with pytest.raises(TooLargeError, match="unpack to more"):
        unpack(bomb, ", ".join(["gzip"] * layers), MOST)


def test_a_body_of_exactly_the_limit_is_none() -> None:
    assert unpack(gzip.compress(b"x" * MOST), "gzip", MOST) == b"x" * MOST


@pytest.mark.parametrize(("body", "encodings"), [
    (b"no gzip at all", "gzip"),
    (gzip.compress(b"cut off" * 100, mtime=0)[:-20], "gzip"),
    (b"{}", "br"),
    (b"{}", "zstd"),
    (b"{}", "nonsense, gzip"),
    (b"", "gzip"),
])  # fmt: skip
def test_what_is_not_packed_as_it_says_is_given_as_it_came(body: bytes, encodings: str) -> None:
    assert unpack(body, encodings, MOST) == body
