"""A Zoho organisation is a sandbox only where the row of the configured org says so."""

from __future__ import annotations

from typing import Any

import pytest

from harness.target import Credentials, Target
from harness.vendors.evidence import Proof
from harness.vendors.zoho.proof import read


def target(org_id: str = "7") -> Target:
    return Target("desk", "zoho", "https://desk.zoho.example", Credentials("none"), org_id=org_id)


SANDBOX, PRODUCTION = {"id": 7, "isSandboxPortal": True}, {"id": 8, "isSandboxPortal": False}


@pytest.mark.parametrize(
    ("org_id", "proof"), [("7", Proof.SANDBOX), ("8", Proof.PRODUCTION), ("9", Proof.UNPROVEN), ("", Proof.UNPROVEN)]
)
def test_one_host_serves_all_orgs_and_only_the_configured_one_counts(org_id: str, proof: Proof) -> None:
    assert read({"data": [SANDBOX, PRODUCTION]}, target(org_id)).proof is proof


@pytest.mark.parametrize("body", [{"data": [SANDBOX, SANDBOX]}, {"data": None}, {"data": ["7"]}, {}, [], None])
def test_an_answer_that_is_not_clear_proves_nothing(body: Any) -> None:
    assert read(body, target()).proof is Proof.UNPROVEN
