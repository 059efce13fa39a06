"""`[tokens]` in deskcheck.toml: where tokens are kept, and no password in the file."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.tokens.file_store import FileStore
from harness.tokens.keyring_store import KeyringStore
from harness.tokens.memory_store import MemoryStore
from harness.tokens.redis_store import RedisStore
from harness.tokens.store_place import IN_MEMORY, StorePlace, open_store, place_of

STATE = Path("/state")
FOLDER = STATE / "tokens"
URL = "redis://:s3cret@cache.example:7000/2"


def place(store: object = "file", **environ: str) -> StorePlace:
    return place_of({"store": store}, "deskcheck.toml [tokens]", environ, STATE)


def refusal(store: object, **environ: str) -> UsageError:
    with pytest.raises(UsageError) as caught:
        place(store, **environ)
    assert "s3cret" not in str(caught.value)
    assert caught.value.remedy
    return caught.value


def test_tokens_are_kept_in_a_file_unless_something_else_is_said() -> None:
    assert place_of({}, "", {}, STATE) == place("file") == StorePlace("file", FOLDER)


def test_each_kind_opens_its_store() -> None:
    kinds = [open_store(one) for one in (place("file"), place("keyring"), place("redis://127.0.0.1:1/0"), IN_MEMORY)]
    assert [type(one) for one in kinds] == [FileStore, KeyringStore, RedisStore, MemoryStore]


def test_the_keyring_is_asked_by_the_session_bus() -> None:
    assert place("keyring").bus == ""
    assert place("keyring", DBUS_SESSION_BUS_ADDRESS="unix:path=/run/user/7/bus,guid=1").bus == "/run/user/7/bus"


@pytest.mark.parametrize(
    ("store", "address"),
    [
        ("redis://cache.example", ("cache.example", 6379)),
        ("rediss://cache.example:7000/2", ("cache.example", 7000)),
        ("redis://127.0.0.1:7000/0?ssl_ca_certs=/ca.pem", ("127.0.0.1", 7000)),
    ],
)
def test_a_store_by_url_has_an_address(store: str, address: tuple[str, int]) -> None:
    assert place(store).address == address


def test_a_url_with_a_password_stands_in_the_environment() -> None:
    made = place("env:TOKENS_URL", TOKENS_URL=URL)
    assert (made.address, made.where) == (("cache.example", 7000), "redis://cache.example:7000/2")
    assert "s3cret" not in repr(made) + repr(open_store(made))


@pytest.mark.parametrize("store", [URL, "redis://:s3cret@host:99999/0", "rediss://user:s3cret@host", "://s3cret@"])
def test_a_password_in_the_file_is_refused_and_not_repeated(store: str) -> None:
    assert "env:" in refusal(store).remedy


@pytest.mark.parametrize(
    "store",
    [7, ["file"], "", "disk", "http://cache.example", "redis://", "redis://h:99999", "redis://h/a", "redis://h/0#x",
     "redis://h/0?ssl_cert_reqs=none", "redis://h\n/0", "env:", "env:NOT_SET", "env:s3cret"],
)  # fmt: skip
def test_what_is_no_store_is_refused(store: object) -> None:
    refusal(store)


def test_a_variable_with_something_else_is_refused_without_its_text() -> None:
    assert "TOKENS_URL" in refusal("env:TOKENS_URL", TOKENS_URL="s3cret").what


@pytest.mark.parametrize("table", ["file", [], {"store": "file", "folder": "/tmp"}])
def test_other_keys_are_refused(table: object) -> None:
    with pytest.raises(UsageError, match="other keys"):
        place_of(table, "", {}, STATE)


@given(st.text(max_size=30))
def test_any_text_is_a_place_or_a_refusal(store: str) -> None:
    with suppress(UsageError):
        assert place(store).kind in ("file", "keyring", "redis")


def test_a_store_behind_tls_is_not_reached_through_a_relay() -> None:
    with pytest.raises(UsageError, match="--sandboxed"):
        open_store(place("rediss://cache.example"), socket="/tmp/relay")
