"""Keys: one for each set of credentials, with nothing of them to be read, fit for a file's name."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from harness.tokens.token_key import token_key


def test_other_credentials_have_another_key() -> None:
    keys = {token_key(*parts) for parts in (("u", "a", "b"), ("u", "ab", ""), ("u", "a", "c"), ("v", "a", "b"))}
    assert len(keys) == 4
    assert token_key("u", "a", "b") in keys


@given(st.from_regex(r"[A-Za-z0-9.:/@_-]{0,30}", fullmatch=True), st.text(min_size=12, max_size=40))
def test_a_key_is_fit_for_a_file_name_and_shows_no_secret(host: str, secret: str) -> None:
    assert re.fullmatch(r"[a-z0-9._-]{1,100}", token_key(f"https://{host}", "client", secret))
    assert secret not in token_key("https://t.example", "client", secret)
