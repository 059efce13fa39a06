"""Exchanges: what a body is, whatever a server put into it."""

from __future__ import annotations

import json

import pytest

from harness.exchange import Response
from harness.formats.json_text import DEEPEST


@pytest.mark.parametrize("body", [b"", b"{", b"<html>", b"\xff", b"[" * 200_000 + b"]" * 200_000, b"9" * 5_000])
def test_what_cannot_be_read_as_json_is_one_kind_of_error(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        _ = Response(200, (), body).json


@pytest.mark.parametrize("depth", [DEEPEST + 1, 300, 900])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('[{"a":', "}]")])
def test_a_body_that_nests_deeper_than_a_validator_goes_is_none(depth: int, opening: str, closing: str) -> None:
    body = opening * depth + "1" + closing * depth
    with pytest.raises(ValueError, match="nests"):
        _ = Response(200, (), body.encode()).json


def test_a_body_with_many_brackets_side_by_side_is_not_deep() -> None:
    rows = [{"id": number, "tags": []} for number in range(DEEPEST)]
    assert Response(200, (), json.dumps(rows).encode()).json == rows
