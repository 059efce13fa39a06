"""Exchanges: what a body is, whatever a server put into it."""

from __future__ import annotations

import pytest

from harness.exchange import Response


@pytest.mark.parametrize("body", [b"", b"{", b"<html>", b"\xff", b"[" * 200_000 + b"]" * 200_000, b"9" * 5_000])
def test_what_cannot_be_read_as_json_is_one_kind_of_error(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        _ = Response(200, (), body).json
