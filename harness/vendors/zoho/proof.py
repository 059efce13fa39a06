"""How a Zoho Desk organisation proves to be a sandbox."""

from __future__ import annotations

from typing import Any

from harness.target import Target
from harness.vendors.evidence import Evidence, Proof, by_flag
from harness.vendors.vendor import SandboxProof
from harness.vendors.zoho.auth import ORGS_PATH


def read(body: Any, target: Target) -> Evidence:
    """`isSandboxPortal` of the row whose id is the configured org id: one host serves sandbox and production."""
    rows = body.get("data") if isinstance(body, dict) else None
    org_id = target.org_id
    own = [row for row in rows or () if isinstance(row, dict) and org_id and str(row.get("id")) == org_id]
    if len(own) != 1:
        return Evidence(Proof.UNPROVEN, f"no row of data[] has the configured org id {org_id or '(none)'}")
    return by_flag(own[0].get("isSandboxPortal"), f"isSandboxPortal of org {org_id}")


PROOF = SandboxProof(ORGS_PATH, read)
