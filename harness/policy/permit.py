"""What a run may do: proof of a sandbox by the target's own answer, and the permit that follows from it."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from harness.errors import GateError
from harness.exchange import Response
from harness.formats.json_text import NOT_JSON
from harness.risk.tier import Tier
from harness.settings import Target
from harness.vendors import VENDORS


class Proof(StrEnum):
    """What the target's own answer says about the org."""

    EMBEDDED = "embedded"  # the sandbox that this process started
    SANDBOX = "sandbox"
    PRODUCTION = "production"
    UNPROVEN = "unproven"


PROOF_PATHS = {name: vendor.proof_path for name, vendor in VENDORS.items()}
"""Where each vendor says what an org is (GET)."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A proof with the sentence that tells where it comes from."""

    proof: Proof
    said: str


@dataclass(frozen=True, slots=True)
class Permit:
    """What one run may do on one target. `operations` are keys allowed by name, whatever their tier.

    `confirmed` is the org's name as typed. A permit says why it is what it is: `reasons` go into `run.json`.
    """

    tiers: frozenset[Tier] = frozenset({Tier.READ})
    operations: frozenset[str] = frozenset()
    proof: Proof = Proof.UNPROVEN
    confirmed: str = ""
    reasons: tuple[str, ...] = ()

    def allows(self, tier: Tier, key: str = "") -> bool:
        """Whether requests of this tier may leave at all, or those of this one operation."""
        if tier > Tier.READ and self.proof is Proof.PRODUCTION:
            return False
        return tier in self.tiers or (bool(key) and key in self.operations)


def prove(target: Target, response: Response | None) -> Evidence:
    """What the answer to GET `PROOF_PATHS[vendor]` proves; no answer, or one without the fact, proves nothing.

    Zendesk: `account.sandbox` (a shipped product reads it; not in the document). Zoho: `isSandboxPortal` of the row
    whose id is the configured org id, boolean live and text in the vendor's example.
    """
    if target.embedded:
        return Evidence(Proof.EMBEDDED, "the embedded sandbox, started by this process")
    if response is None or response.status != 200:
        status = response.status if response else "no answer"
        return Evidence(Proof.UNPROVEN, f"GET {PROOF_PATHS[target.vendor]} gave {status}, so nothing is known")
    body = response.json_or(NOT_JSON)
    if body is NOT_JSON:
        return Evidence(Proof.UNPROVEN, f"GET {PROOF_PATHS[target.vendor]} gave no JSON, so nothing is known")
    return _zendesk(body) if target.vendor == "zendesk" else _zoho(body, target.org_id)


def _zendesk(body: Any) -> Evidence:
    account = body.get("account") if isinstance(body, dict) else None
    flag = account.get("sandbox") if isinstance(account, dict) else None
    return _flagged(flag, "account.sandbox")


def _zoho(body: Any, org_id: str) -> Evidence:
    rows = body.get("data") if isinstance(body, dict) else None
    own = [row for row in rows or () if isinstance(row, dict) and org_id and str(row.get("id")) == org_id]
    if len(own) != 1:
        return Evidence(Proof.UNPROVEN, f"no row of data[] has the configured org id {org_id or '(none)'}")
    return _flagged(own[0].get("isSandboxPortal"), f"isSandboxPortal of org {org_id}")


def _flagged(flag: Any, name: str) -> Evidence:
    """Only a clear yes is a sandbox and only a clear no is production; Zoho sends both as texts too."""
    if flag is True or flag == "true":
        return Evidence(Proof.SANDBOX, f"{name} is {json.dumps(flag)}")
    if flag is False or flag == "false":
        return Evidence(Proof.PRODUCTION, f"{name} is {json.dumps(flag)}")
    return Evidence(Proof.UNPROVEN, f"{name} is {json.dumps(flag)}, neither true nor false")


def grant(
    target: Target,
    evidence: Evidence,
    asked: Collection[Tier] = (),
    operations: Collection[str] = (),
    confirm: tuple[str, ...] = (),
) -> Permit:
    """The permit for what was asked for, or a `GateError` that says what is missing and why one might not want it.

    Nothing asked means `read`, and `read,write` on the embedded sandbox. The table is DESIGN's: production never
    gets more than read; an org that cannot prove itself must be declared disposable and confirmed by name; so must
    every real org for `destructive`.
    """
    tiers = frozenset(asked) or frozenset({Tier.READ, Tier.WRITE} if _is_ours(target, evidence) else {Tier.READ})
    above = max(tiers, default=Tier.READ) > Tier.READ or bool(operations)
    typed = target.org if target.org in confirm else ""
    permit = Permit(tiers | {Tier.READ}, frozenset(operations), evidence.proof, typed, (evidence.said,))
    if not above or _is_ours(target, evidence):
        return permit
    if evidence.proof is Proof.PRODUCTION:
        remedy = "Nothing permits more there. Point the target at a sandbox, or ask for --allow read."
        raise _refuse(target, evidence, "this org is production, and production is only ever read", remedy)
    name = target.org or "ORG (and set org for the target in deskcheck.toml)"
    if evidence.proof is not Proof.SANDBOX and not target.disposable:
        remedy = (
            f"If losing everything in it would not matter, set disposable = true for target {target.name} in "
            f"deskcheck.toml and add --confirm {name}. Mail to real people would still be sent."
        )
        raise _refuse(target, evidence, "the org does not prove to be a sandbox", remedy)
    if _must_confirm(evidence, tiers, operations) and not typed:
        wrong = " and ".join(confirm)
        why = f"--confirm {wrong} is not the org's name" if wrong else "the org's name was not typed"
        remedy = f"Add --confirm {name} once you know that nobody works in it."
        raise _refuse(target, evidence, f"{why}, and what is asked for cannot be undone", remedy)
    return permit


def _is_ours(target: Target, evidence: Evidence) -> bool:
    return target.embedded and evidence.proof is Proof.EMBEDDED


def _must_confirm(evidence: Evidence, tiers: frozenset[Tier], operations: Collection[str]) -> bool:
    """Named operations count as destructive: naming one is the way round its tier."""
    return evidence.proof is not Proof.SANDBOX or Tier.DESTRUCTIVE in tiers or bool(operations)


def _refuse(target: Target, evidence: Evidence, what: str, remedy: str) -> GateError:
    return GateError(f"{what}: {evidence.said}", where=f"target {target.name}", remedy=remedy)
