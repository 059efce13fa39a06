"""Bytes without their packing, and the encoding of a text."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

import pytest
from backports import zstd

from harness.errors import DocumentError
from harness.traffic.readers import opened_recording
from harness.traffic.readers.opened_recording import encoding_of, is_archive, opened

PLAIN = b'{"log": {}}' * 5000


@pytest.mark.parametrize(
    "data",
    [
        PLAIN,
        gzip.compress(PLAIN, mtime=0),
        gzip.compress(PLAIN[:99], mtime=0) + gzip.compress(PLAIN[99:], mtime=0),
        zstd.compress(PLAIN),
        zlib.compress(PLAIN),
    ],
)
def test_a_file_is_given_unpacked(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a").write_bytes(data)
    with opened(tmp_path / "a") as stream:
        assert stream.peek(5)[:5] == PLAIN[:5]
        assert stream.read() == PLAIN


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress, zlib.compress])
def test_what_breaks_off_is_refused(tmp_path: Path, pack: object) -> None:
    (tmp_path / "a").write_bytes(pack(PLAIN)[:-6])  # type: ignore[operator]
    with pytest.raises(DocumentError, match="cannot be unpacked"), opened(tmp_path / "a") as stream:
        stream.read()


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="cannot be read"), opened(tmp_path / "none"):
        pass


def test_no_more_is_unpacked_than_is_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened_recording, "LARGEST_UNPACKED", 10_000)
    (tmp_path / "a").write_bytes(gzip.compress(PLAIN, mtime=0))
    with opened(tmp_path / "a") as stream, pytest.raises(ValueError, match="unpacks to over"):
        stream.read()


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("{}", "utf-8"),
        ("{}", "utf-8-sig"),
        ("{}", "utf-16"),
        ("{}", "utf-16-le"),
        ("{}", "utf-16-be"),
        ("ä", "utf-8"),
        ("", "utf-8"),
    ],
)
def test_the_encoding_is_told_by_how_a_text_begins(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    assert data.decode(encoding_of(data[:4])) == text


def test_an_archive_is_told_by_its_first_bytes() -> None:
    assert is_archive(b"PK\x03\x04...")
    assert not is_archive(b"{}")
