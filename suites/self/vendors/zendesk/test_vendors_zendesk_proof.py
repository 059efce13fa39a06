"""A Zendesk account is a sandbox only where it says so itself."""

from __future__ import annotations

from typing import Any

import pytest

from harness.target import Credentials, Target
from harness.vendors.evidence import Proof
from harness.vendors.zendesk.proof import read

TARGET = Target("acme", "zendesk", "https://acme.zendesk.example", Credentials("none"))


@pytest.mark.parametrize(
    ("body", "proof"),
    [
        ({"account": {"sandbox": True}}, Proof.SANDBOX),
        ({"account": {"sandbox": False}}, Proof.PRODUCTION),
        ({"account": {}}, Proof.UNPROVEN),
        ({"account": "acme"}, Proof.UNPROVEN),
        ({"sandbox": True}, Proof.UNPROVEN),
        ([{"account": {"sandbox": True}}], Proof.UNPROVEN),
        (None, Proof.UNPROVEN),
    ],
)
def test_only_the_accounts_own_word_counts(body: Any, proof: Proof) -> None:
    assert read(body, TARGET).proof is proof


def test_the_reason_names_the_field() -> None:
    assert read({"account": {"sandbox": True}}, TARGET).reason == "account.sandbox is true"
