"""How a Zendesk account proves to be a sandbox."""

from __future__ import annotations

from typing import Any

from harness.target import Target
from harness.vendors.evidence import Evidence, by_flag
from harness.vendors.vendor import SandboxProof


def read(body: Any, target: Target) -> Evidence:
    """`account.sandbox`: not in the published document; a shipped product of the vendor's relies on it."""
    account = body.get("account") if isinstance(body, dict) else None
    return by_flag(account.get("sandbox") if isinstance(account, dict) else None, "account.sandbox")


PROOF = SandboxProof("/api/v2/account", read)
