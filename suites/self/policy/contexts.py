"""Worlds for tests of the guard: the pinned catalogs, their assessments, two targets on one loopback port."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from harness.exchange import Request
from harness.openapi.catalog import Catalog, Operation, compile_operations
from harness.openapi.document import pinned
from harness.policy import references
from harness.policy.context import PolicyContext
from harness.policy.permit import Permit
from harness.risk import escalate, overrides, rules
from harness.risk.tier import Assessment, Tier
from harness.target import Credentials, Target
from harness.vendors.evidence import Proof

HOST = "http://127.0.0.1:8099"
ZENDESK = Target("zendesk", "zendesk", f"{HOST}/zendesk", Credentials("none"), org="acme", embedded=True)
ZOHO = Target(
    "zoho",
    "zoho",
    f"{HOST}/zoho",
    Credentials("none"),
    token_url=f"{HOST}/zoho-accounts",
    org_id="4242",
    embedded=True,
)
VENDORS = ("zendesk", "zoho")


@lru_cache
def operations() -> tuple[Operation, ...]:
    """Every pinned operation of both vendors; the first document that describes a method and path wins."""
    found: dict[tuple[str, str, str], Operation] = {}
    for vendor in VENDORS:
        for document in pinned(vendor):
            for one in compile_operations(vendor, document.name, document.tree):
                found.setdefault((vendor, one.method, one.path), one)
    return tuple(found.values())


@lru_cache
def assessments() -> dict[str, Assessment]:
    """All tiers, overrides included."""
    known = {vendor: overrides.load(vendor) for vendor in VENDORS}
    return {one.key: rules.assess(one, known[one.vendor]) for one in operations()}


class Ours:
    """A ledger with the given (kind, id) pairs and cleanup steps (method, path, body)."""

    def __init__(self, *owned: tuple[str, str], cleanup_steps: Iterable[tuple[str, str, bytes]] = ()) -> None:
        self.owned, self.cleanup_steps = set(owned), set(cleanup_steps)

    def owns(self, vendor: str, kinds: frozenset[str], value: str) -> bool:
        del vendor
        return any(value == one and (kind in kinds or "*" in kinds) for kind, one in self.owned)

    def is_cleanup(self, vendor: str, method: str, path: str, body: bytes) -> bool:
        del vendor
        return (method, path, body) in self.cleanup_steps


@lru_cache
def _world() -> PolicyContext:
    return PolicyContext(
        Catalog(operations()),
        assessments(),
        {"zendesk": ZENDESK, "zoho": ZOHO},
        {vendor: Permit(frozenset({Tier.READ}), proof=Proof.EMBEDDED) for vendor in VENDORS},
        {vendor: escalate.load(vendor) for vendor in VENDORS},
        {vendor: references.load(vendor) for vendor in VENDORS},
    )


def context(*tiers: Tier, owned: Ours | None = None, named: Collection[str] = (), mark: str = "") -> PolicyContext:
    """The world with these tiers allowed (read always is) on the embedded sandbox."""
    permit = Permit(frozenset({Tier.READ, *tiers}), frozenset(named), Proof.EMBEDDED)
    made = replace(_world(), permits=dict.fromkeys(VENDORS, permit), owned=owned or Ours(), mark=mark)
    # What is costly to build does not depend on the permit.
    made.__dict__.update(
        {
            name: getattr(_world(), name)
            for name in ("routers", "graphs", "api_bases", "url_prefixes", "token_urls", "_escalations_of")
        }
    )
    return made


def everything() -> tuple[Tier, ...]:
    """All tiers, for tests about the other rules."""
    return tuple(Tier)


def ask(
    method: str, path: str, body: Any = None, *, vendor: str = "zendesk", headers: dict[str, str] | None = None
) -> Request:
    """A request to an API path of a target, with JSON for a body that is no bytes."""
    base = {"zendesk": ZENDESK, "zoho": ZOHO}[vendor].base_url
    pairs = {"host": "127.0.0.1:8099", **({"orgid": "4242"} if vendor == "zoho" else {}), **(headers or {})}
    if body is not None and not isinstance(body, bytes):
        pairs.setdefault("content-type", "application/json")
        body = json.dumps(body).encode()
    return Request(method, base + path, tuple(pairs.items()), body or b"")
