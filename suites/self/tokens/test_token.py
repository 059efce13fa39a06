"""A token as a value: when it is due, what shows of it, and a kept text that anybody may have written."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.tokens.token import EMPTY, Token, TokenRecord, decode, encode, is_sendable

TOKEN = Token("access-s3cret", 5000.0, 3600.0, "refresh-s3cret", frozenset({"read", "tickets:write"}))
KEY = "accounts.example-1"


def test_a_token_is_due_a_minute_before_its_end() -> None:
    assert [TOKEN.is_due(now) for now in (4939.0, 4940.0)] == [False, True]
    assert [TOKEN.is_over(now) for now in (4999.0, 5000.0)] == [False, True]


def test_a_token_of_minutes_is_due_a_tenth_before_its_end() -> None:
    short = replace(TOKEN, lifetime=100.0)
    assert [short.is_due(now) for now in (4989.0, 4990.0)] == [False, True]


def test_no_secret_shows_in_a_repr() -> None:
    assert "s3cret" not in repr(TOKEN)
    assert "s3cret" not in repr(TokenRecord(TOKEN))
    assert TOKEN.secrets == ("access-s3cret", "refresh-s3cret")


@given(
    st.builds(
        Token,
        access=st.from_regex(r"[!-~]{1,40}", fullmatch=True),
        expires_at=st.floats(allow_nan=False, allow_infinity=False),
        lifetime=st.floats(allow_nan=False, allow_infinity=False),
        refresh=st.from_regex(r"[!-~]{0,40}", fullmatch=True),
        scopes=st.none() | st.frozensets(st.text(max_size=9), max_size=3),
    ),
    st.floats(allow_nan=False, allow_infinity=False),
)
def test_what_is_kept_is_read_again(token: Token, wait_until: float) -> None:
    record = TokenRecord(token, wait_until)
    assert decode(encode(record, KEY), KEY) == record


def test_a_record_for_another_key_is_none() -> None:
    assert decode(encode(TokenRecord(TOKEN), KEY), "other") == EMPTY


@given(st.binary(max_size=60) | st.text(max_size=60))
def test_any_text_is_read_without_an_error(text: bytes | str) -> None:
    assert decode(text, KEY) == EMPTY


VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.lists(st.text(max_size=3))


@given(st.dictionaries(st.sampled_from(list(json.loads(encode(TokenRecord(TOKEN), KEY)))), VALUES))
def test_a_record_with_fields_of_any_kind_is_read_without_an_error(changes: dict[str, object]) -> None:
    fields = json.loads(encode(TokenRecord(TOKEN), KEY)) | changes
    token = decode(json.dumps(fields).replace("NaN", "null").replace("Infinity", "1e999"), KEY).token
    assert token is None or is_sendable(token.access)


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"version": 1}', b"\xff\xfe", b"[" * 100_000])
def test_a_broken_or_foreign_text_is_no_token(text: bytes) -> None:
    assert decode(text, KEY) == EMPTY


def test_a_truncated_record_is_no_token() -> None:
    whole = encode(TokenRecord(TOKEN), KEY)
    assert {decode(whole[:end], KEY) for end in range(len(whole))} == {EMPTY}


@pytest.mark.parametrize("text", ["", "a b", "a\r\nb", "ä", "x" * 9000, None, 7, ["a"]])
def test_what_no_header_can_carry_is_no_token(text: object) -> None:
    assert not is_sendable(text)
