"""Only a clear yes is a sandbox, and only a clear no is production."""

from __future__ import annotations

from typing import Any

import pytest

from harness.vendors.evidence import Evidence, Proof, by_flag


@pytest.mark.parametrize(
    ("flag", "proof"),
    [
        (True, Proof.SANDBOX), ("true", Proof.SANDBOX), (False, Proof.PRODUCTION), ("false", Proof.PRODUCTION),
        (None, Proof.UNPROVEN), (1, Proof.UNPROVEN), (0, Proof.UNPROVEN), ("", Proof.UNPROVEN),
        ("True", Proof.UNPROVEN), ([True], Proof.UNPROVEN), ({}, Proof.UNPROVEN),
    ],
)  # fmt: skip
def test_what_is_neither_true_nor_false_proves_nothing(flag: Any, proof: Proof) -> None:
    assert by_flag(flag, "account.sandbox").proof is proof


def test_the_reason_shows_the_flag_as_it_came() -> None:
    assert by_flag("true", "isSandboxPortal") == Evidence(Proof.SANDBOX, 'isSandboxPortal is "true"')
    assert by_flag(None, "account.sandbox").reason == "account.sandbox is null, neither true nor false"
