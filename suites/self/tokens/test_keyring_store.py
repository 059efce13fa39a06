"""The store in a keyring, and keyrings that fail each in their own way."""

from __future__ import annotations

import sys
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError
from stores import KEY, RECORD, StoreContract

from harness.errors import UsageError
from harness.tokens.keyring_store import SERVICE, KeyringStore
from harness.tokens.token import EMPTY


class InMemory(KeyringBackend):
    """A keyring of one process."""

    priority = 1.0  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.entries:
            raise PasswordDeleteError
        del self.entries[service, username]


@pytest.fixture(autouse=True)
def backend(monkeypatch: pytest.MonkeyPatch) -> InMemory:
    made = InMemory()
    monkeypatch.setattr(keyring.core, "_keyring_backend", made)
    return made


class TestKeyringStore(StoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> KeyringStore:
        return KeyringStore(tmp_path / "tokens")

    @pytest.fixture
    def hasty(self, store: KeyringStore) -> KeyringStore:
        return KeyringStore(store.folder, patience=0.01)


def test_no_secret_lies_in_a_file(tmp_path: Path, backend: InMemory) -> None:
    store = KeyringStore(tmp_path / "tokens")
    with store.lock(KEY):
        store.write(KEY, RECORD)
    assert list(backend.entries) == [(SERVICE, KEY)]
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"s3cret" in path.read_bytes()]


@pytest.mark.parametrize("text", ["", "{", "null", "x" * 100_000])
def test_an_entry_with_something_else_is_no_token(tmp_path: Path, backend: InMemory, text: str) -> None:
    backend.entries[SERVICE, KEY] = text
    assert KeyringStore(tmp_path).read(KEY) == EMPTY


@pytest.mark.parametrize("error", [KeyringLocked("s3cret"), RuntimeError("dbus says s3cret"), OSError("s3cret")])
def test_a_keyring_that_fails_says_what_to_do_and_nothing_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(InMemory, "get_password", fail)
    with pytest.raises(UsageError, match="does not answer") as caught:
        KeyringStore(tmp_path).read(KEY)
    assert "s3cret" not in str(caught.value)
    assert 'store = "file"' in caught.value.remedy


def test_a_library_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(UsageError, match="not installed") as caught:
        KeyringStore(tmp_path).read(KEY)
    assert "deskcheck[keyring]" in caught.value.remedy
