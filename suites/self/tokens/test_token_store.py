"""What all stores have in common: how long one waits, and what is said then."""

from __future__ import annotations

from harness.target import DEFAULT_TIMEOUT
from harness.tokens.token_store import PATIENCE, patience_for, waited_too_long


def test_one_waits_longer_than_a_token_call_takes() -> None:
    assert patience_for(1.0) == patience_for(DEFAULT_TIMEOUT) == PATIENCE
    assert all(patience_for(timeout) > 3 * timeout for timeout in (1.0, DEFAULT_TIMEOUT, 600.0))


def test_the_error_says_where_and_what_to_do() -> None:
    error = waited_too_long("/state/tokens/a.lock", 200)
    assert (error.where, error.exit_code) == ("/state/tokens/a.lock", 4)
    assert "200 seconds" in error.what
    assert error.remedy
