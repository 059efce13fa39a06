"""What all stores have in common: how long one waits, and what is said then."""

from __future__ import annotations

from harness.target import DEFAULT_TIMEOUT
from harness.tokens.token_store import PATIENCE, waited_too_long


def test_one_waits_longer_than_a_token_call_takes() -> None:
    assert PATIENCE > 3 * DEFAULT_TIMEOUT


def test_the_error_says_where_and_what_to_do() -> None:
    error = waited_too_long("/state/tokens/a.lock", 200)
    assert (error.where, error.exit_code) == ("/state/tokens/a.lock", 4)
    assert "200 seconds" in error.what
    assert error.remedy
