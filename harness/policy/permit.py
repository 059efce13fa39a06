"""What a run may do: proof of a sandbox by the target's own answer, and the permit that follows from it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from harness.errors import GateError
from harness.exchange import Response
from harness.formats.json_text import NOT_JSON
from harness.openapi.catalog import Operation
from harness.risk.tier import Tier
from harness.target import Target
from harness.vendors import VENDORS
from harness.vendors.evidence import Evidence, Proof
from harness.vendors.vendor import Vendor

_SAFE_METHODS = frozenset({"GET", "HEAD"})

READ_ONLY = frozenset({Proof.PRODUCTION, Proof.UNPROVABLE})
"""Where nothing but reading is ever permitted, whatever is requested and confirmed."""


@dataclass(frozen=True, slots=True)
class Permit:
    """What one run may do on one target. `operations` are keys allowed by name, whatever their tier.

    `confirmed` is the org's name as typed. A permit says why it is what it is: `reasons` go into `run.json`. `scopes`
    are those of the org's token, None where nobody said: what they do not cover would be refused by the org.
    """

    tiers: frozenset[Tier] = frozenset({Tier.READ})
    operations: frozenset[str] = frozenset()
    proof: Proof = Proof.UNPROVEN
    confirmed: str = ""
    reasons: tuple[str, ...] = ()
    scopes: frozenset[str] | None = None

    def allows(self, tier: Tier, key: str = "") -> bool:
        """Whether requests of this tier may leave at all, or those of this one operation."""
        if tier > Tier.READ and self.proof in READ_ONLY:
            return False
        return tier in self.tiers or (bool(key) and key in self.operations)


def missing_tier(permit: Permit, operation: Operation, tier: Tier) -> str:
    """Which flag a request of this tier lacks for its tier, as a sentence; empty where the permit covers it."""
    if tier > Tier.READ and permit.proof in READ_ONLY:
        return f"no flag allows {tier} here: {'; '.join(permit.reasons) or permit.proof}"
    if tier in permit.tiers:
        return ""
    if _destroys_by_a_safe_method(operation, tier):
        return f"the permit has no {tier} (--allow {tier})"
    if operation.key in permit.operations:
        return ""
    return f"the permit has no {tier} (--allow {tier}, or --allow-operation {operation.key})"


def missing_name(permit: Permit, operation: Operation, tier: Tier) -> str:
    """Whether a request lacks its operation's name in the permit, as a sentence; empty where it needs none or has it.

    A GET that destroys needs both its tier and its name: a method that promises safety (RFC 9110, 9.2.1) is what people
    and tools send without a thought.
    """
    if operation.key in permit.operations or not _destroys_by_a_safe_method(operation, tier):
        return ""
    return f"a {operation.method} that destroys needs its name (--allow-operation {operation.key})"


def _destroys_by_a_safe_method(operation: Operation, tier: Tier) -> bool:
    return operation.method in _SAFE_METHODS and tier is Tier.DESTRUCTIVE


def prove(target: Target, response: Response | None) -> Evidence:
    """What the answer to the vendor's question proves; no answer, or one without the fact, proves nothing."""
    vendor = VENDORS[target.vendor]
    if target.embedded:
        return Evidence(Proof.EMBEDDED, "the embedded sandbox, started by this process")
    if vendor.proof is None:
        return unprovable(vendor)
    if response is None or response.status != 200:
        status = response.status if response else "no answer"
        return Evidence(Proof.UNPROVEN, f"GET {vendor.proof.path} gave {status}, so nothing is known")
    body = response.json_or(NOT_JSON)
    if body is NOT_JSON:
        return Evidence(Proof.UNPROVEN, f"GET {vendor.proof.path} gave no JSON, so nothing is known")
    return vendor.proof.read(body, target)


def unprovable(vendor: Vendor) -> Evidence:
    """Of a vendor that has not said how an org proves to be a sandbox, any org may be production."""
    return Evidence(Proof.UNPROVABLE, f"{vendor.product} has not said how an org proves to be a sandbox")


def grant(
    target: Target,
    evidence: Evidence,
    requested: Collection[Tier] = (),
    operations: Collection[str] = (),
    confirm: tuple[str, ...] = (),
) -> Permit:
    """The permit for what is requested, or a `GateError` that says what is missing and what would be at risk.

    By default it is `read`, and `read,write` on the embedded sandbox. Production never gets more than read, and no org
    of a vendor without a proof does; an org that proves nothing must be declared disposable and confirmed by name; for
    `destructive` every real org must be confirmed.
    """
    tiers = frozenset(requested) or frozenset({Tier.READ, Tier.WRITE} if _is_ours(target, evidence) else {Tier.READ})
    above = max(tiers, default=Tier.READ) > Tier.READ or bool(operations)
    typed = target.org if target.org in confirm else ""
    permit = Permit(
        tiers | {Tier.READ}, frozenset(operations), evidence.proof, typed, (evidence.reason,), evidence.scopes
    )
    if not above or _is_ours(target, evidence):
        return permit
    if evidence.proof is Proof.UNPROVABLE:
        remedy = "Ask for --allow read. More needs a `proof` in the vendor's value (harness/vendors)."
        raise _refuse(target, evidence, "an org of this vendor is only ever read", remedy)
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
    """Operations allowed by name count as destructive, since a name permits an operation of any tier."""
    return evidence.proof is not Proof.SANDBOX or Tier.DESTRUCTIVE in tiers or bool(operations)


def _refuse(target: Target, evidence: Evidence, what: str, remedy: str) -> GateError:
    return GateError(f"{what}: {evidence.reason}", where=f"target {target.name}", remedy=remedy)
