"""The URL of a Redis: read from the file or from a variable, and never repeated where it may hold a password."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.formats.redis_url import redis_url

URL = "redis://:s3cret@cache.example:7000/2"


def url(store: str, **environ: str) -> str:
    return redis_url(store, "deskcheck.toml [quota]", environ, "Write another.")


@pytest.mark.parametrize(
    "store", ["redis://cache.example", "rediss://cache.example:7000/2", "redis://h:7000/0?ssl_ca_certs=/ca.pem"]
)
def test_a_url_without_a_password_may_stand_in_the_file(store: str) -> None:
    assert url(store) == store


def test_one_with_a_password_stands_in_a_variable() -> None:
    assert url("env:STORE", STORE=URL) == URL


@pytest.mark.parametrize("store", [URL, "redis://:s3cret@host:99999/0", "rediss://user:s3cret@host", "://s3cret@"])
def test_and_is_refused_in_the_file_without_being_repeated(store: str) -> None:
    with pytest.raises(UsageError) as caught:
        url(store)
    assert "s3cret" not in str(caught.value)
    assert "env:" in caught.value.remedy


@pytest.mark.parametrize(
    "store",
    ["", "disk", "http://cache.example", "redis://", "redis://h:99999", "redis://h/a", "redis://h/0#x",
     "redis://h/0?ssl_cert_reqs=none", "redis://h\n/0", "env:", "env:NOT_SET", "env:s3cret"],
)  # fmt: skip
def test_what_is_no_url_of_a_redis_is_refused(store: str) -> None:
    with pytest.raises(UsageError) as caught:
        url(store)
    assert "deskcheck.toml" in caught.value.where


def test_the_text_of_a_variable_is_not_shown() -> None:
    with pytest.raises(UsageError, match="the text in STORE") as caught:
        url("env:STORE", STORE="http://s3cret")
    assert "s3cret" not in str(caught.value)


@given(st.text(max_size=30))
def test_any_text_is_a_url_or_a_refusal(store: str) -> None:
    with suppress(UsageError):
        assert url(store).startswith("redis")
