"""The table of keys: every key has words, an example that it takes itself, and refuses what is of another kind."""

from __future__ import annotations

import tomllib
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.target_keys import KEYS, LITERAL_SECRETS, SECRET_KEYS, TargetKey, secret_remedy

ANY = st.one_of(st.text(max_size=30), st.integers(), st.floats(), st.booleans(), st.lists(st.text()), st.none())


@pytest.mark.parametrize("key", KEYS.values(), ids=list(KEYS))
def test_a_key_takes_its_own_example(key: TargetKey) -> None:
    value = tomllib.loads(f"x = {key.example}")["x"]
    assert key.problem(value) == ""
    assert jsonschema_rs.is_valid(dict(key.schema), value)
    assert key.name in key.remedy
    assert key.meaning


@given(st.sampled_from(list(KEYS.values())), ANY)
def test_what_a_key_takes_its_schema_takes(key: TargetKey, value: Any) -> None:
    # What a URL may hold depends on the vendor, and is checked with it.
    if "format" not in key.schema and not key.problem(value):
        assert jsonschema_rs.is_valid(dict(key.schema), value)


@given(st.sampled_from(SECRET_KEYS), st.text(min_size=1))
def test_a_secret_itself_is_refused_and_not_shown(key: str, value: str) -> None:
    problem = KEYS[key].problem(f"x{value}")
    assert problem == "holds a secret in a file"


@pytest.mark.parametrize("reference", ["env:A", "keyring:a/b", "file:a.txt", "command:pass show a"])
def test_a_reference_is_no_secret(reference: str) -> None:
    assert KEYS["secret"].problem(reference) == ""


@pytest.mark.parametrize("literal", ["env:", "env", "ENV:A", "file: ", "http:x", "vault:x", " env:A"])
def test_what_leads_nowhere_counts_as_the_secret_itself(literal: str) -> None:
    assert KEYS["secret"].problem(literal)


def test_no_key_is_one_under_which_people_write_a_secret() -> None:
    assert not LITERAL_SECRETS & KEYS.keys()
    assert {secret_remedy(key).split(" = ")[0].split()[-1] for key in LITERAL_SECRETS} == {"secret"}
    assert "client_secret = " in secret_remedy("client_secret")
