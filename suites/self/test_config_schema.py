"""The schema for editors says what the check at load says: of the same table, it takes all that load takes."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness import config_schema, settings
from harness.errors import UsageError
from harness.target_keys import KEYS, SECRET_KEYS
from harness.vendors import VENDORS

VALIDATOR = jsonschema_rs.validator_for(config_schema.schema())
BASE: dict[str, Any] = {"vendor": "zendesk", "base_url": "https://acme.example"}


def takes(target: dict[str, Any]) -> bool:
    return VALIDATOR.is_valid({"targets": {"acme": target}})


def loads(target: dict[str, Any]) -> bool:
    """Whether the same table is taken at load; JSON texts, numbers and lists are written in TOML alike."""
    rows = [f"{key} = {json.dumps(value)}" for key, value in target.items()]
    with TemporaryDirectory() as folder:
        (Path(folder) / settings.CONFIG).write_text("\n".join(["[targets.acme]", *rows]), encoding="utf-8")
        try:
            settings.load(Path(folder), {})
        except UsageError:
            return False
    return True


def test_the_file_is_what_the_table_says() -> None:
    assert config_schema.PATH.read_text(encoding="utf-8") == config_schema.text(), "python -m harness.config_schema"


def test_every_key_is_described() -> None:
    described = config_schema.schema()["definitions"]["target"]["properties"]
    assert list(described) == list(KEYS)
    assert all(entry["description"].endswith(".") for entry in described.values())


VALUES = st.one_of(
    st.sampled_from(["", "none", "env:A", "file:a", "command:x", "keyring:a/b", "hunter2", "A_NAME", "https://a.example",
                     "http://127.0.0.1:1", "http://p:1", "http://me@p:1", "123", "12a", *VENDORS]),
    st.sampled_from([kind.name for vendor in VENDORS.values() for kind in vendor.auth_kinds]),
    st.integers(-1, 10**7),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.booleans(),
    st.lists(st.integers(0, 3), max_size=1),
)  # fmt: skip


@given(st.dictionaries(st.sampled_from([*KEYS, "secret_evn", "password"]), VALUES, max_size=6))
def test_what_load_takes_the_schema_takes(changes: dict[str, Any]) -> None:
    target = BASE | changes
    if loads(target):
        assert takes(target)


@pytest.mark.parametrize("key", KEYS)
def test_both_refuse_a_value_of_a_wrong_kind(key: str) -> None:
    target = BASE | {key: [1]}
    assert not takes(target)
    assert not loads(target)


@pytest.mark.parametrize(
    ("vendor", "kind"), [(vendor, kind) for vendor in VENDORS.values() for kind in vendor.auth_kinds]
)
def test_both_ask_for_what_an_auth_kind_needs(vendor: Any, kind: Any) -> None:
    secrets = [name for name in SECRET_KEYS if {name, f"{name}_env"} & kind.secrets]
    needed = dict.fromkeys(kind.fields, "text") | dict.fromkeys(secrets, "env:NAME")
    target = BASE | {"vendor": vendor.name, "auth": kind.name} | needed
    assert takes(target)
    assert loads(target)
    for name in needed:
        without = {key: value for key, value in target.items() if key != name}
        assert not takes(without)
        assert not loads(without)
    for name in secrets:
        assert not takes(target | {f"{name}_env": "NAME"})
        assert not loads(target | {f"{name}_env": "NAME"})


@pytest.mark.parametrize("name", ["embedded"])
def test_both_refuse_the_name_of_the_sandbox(name: str) -> None:
    assert not VALIDATOR.is_valid({"targets": {name: BASE}})


def test_the_schema_is_of_the_dialect_that_it_names() -> None:
    jsonschema_rs.meta.validate(config_schema.schema())
