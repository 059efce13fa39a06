"""What a command looks at before anything is sent: documents, assessments, targets and what would take things back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from importlib.metadata import PackageNotFoundError, version

from harness import __version__
from harness.errors import UsageError
from harness.openapi.catalog import Operation
from harness.openapi.document_cache import DocumentCache, open_documents
from harness.planning import plan
from harness.planning.plan import Plan
from harness.planning.run_options import RunOptions, other
from harness.policy.permit import Permit, grant, unprovable
from harness.resources import cleanup
from harness.resources.cleanup import Cleanup
from harness.risk import overrides, rules
from harness.risk.tier import Assessment
from harness.settings import EMBEDDED, Settings, pick
from harness.target import Credentials, Target
from harness.vendors import VENDORS
from harness.vendors.evidence import Evidence, Proof

LIBRARIES = ("schemathesis", "hypothesis", "httpx", "jsonschema-rs", "pytest")


@dataclass(frozen=True)
class RunContext:
    """Everything known without asking anybody. `targets` is by vendor; the embedded ones have no address yet."""

    wish: RunOptions
    documents: DocumentCache
    assessments: Mapping[str, Assessment]
    undo: Cleanup
    targets: Mapping[str, Target]

    def plan(self, permits: Mapping[str, Permit]) -> Plan:
        """What would run under these permits (by vendor). Raises `UsageError` when nothing is selected."""
        return plan.make(
            self.documents.catalog.operations,
            self.assessments,
            permits,
            self.undo,
            self.targets,
            budget=self.wish.budget,
            only=self.wish.only,
        )

    def supposed(self) -> dict[str, Permit]:
        """The permits if every real org proved to be a sandbox: what a plan shows, since it asks nobody."""
        return {vendor: self._suppose(target) for vendor, target in self.targets.items()}

    def _suppose(self, target: Target) -> Permit:
        return grant(target, _best_evidence(target), self.wish.allow or (), self.wish.operations, (target.org,))


def _best_evidence(target: Target) -> Evidence:
    """The best that the org may prove to be once it is asked."""
    vendor = VENDORS[target.vendor]
    if target.embedded:
        return Evidence(Proof.EMBEDDED, "the embedded sandbox")
    if vendor.proof is None:
        return unprovable(vendor)
    return Evidence(Proof.SANDBOX, "not asked yet; a run asks the org before anything else")


def take(wish: RunOptions, settings: Settings) -> RunContext:
    """The survey for a wish. Raises `UsageError` for an unknown target or operation key."""
    targets = _targets(wish, settings)
    documents = open_documents(settings.cache, other=other(wish))
    for key in wish.operations:
        find(documents, key)
    operations = documents.catalog.operations
    known = {vendor: overrides.load(vendor) for vendor in {one.vendor for one in operations}}
    assessments = {one.key: rules.assess(one, known[one.vendor]) for one in operations}
    return RunContext(wish, documents, assessments, cleanup.load(documents.catalog), targets)


def find(documents: DocumentCache, name: str, checks: Collection[str] = ()) -> Operation:
    """The operation called `name`: a key, an operationId, or `METHOD /path`. Raises `UsageError` with near matches.

    `checks` are names that would have been understood as well.
    """
    by_key = documents.catalog.by_key
    if name in by_key:
        return by_key[name]
    fits = {
        one.key: one
        for key, one in by_key.items()
        if name in (key.split(":", 1)[1], f"{one.method} {one.path}", one.path) or key.lower() == name.lower()
    }
    if len(fits) == 1:
        return next(iter(fits.values()))
    if fits:
        raise UsageError(f"{name!r} means several operations", remedy=f"Say which: {', '.join(sorted(fits))}.")
    near = [*get_close_matches(name.lower(), checks), *get_close_matches(name, by_key)]
    hint = f"Did you mean {' or '.join(near)}?" if near else "See: deskcheck plan"
    what = "operation or check" if checks else "operation"
    raise UsageError(f"unknown {what} {name!r}", remedy=hint)


def embedded(vendor: str) -> Target:
    """The embedded sandbox before it has an address. Raises `UsageError` for a vendor that has none."""
    if VENDORS[vendor].embedded is None:
        product = VENDORS[vendor].product
        raise UsageError(f"there is no embedded sandbox of {product}", remedy="Name an org: --target NAME.")
    return Target(EMBEDDED, vendor, "", Credentials("none"), org="sandbox", embedded=True)


def served(target: Target, urls: Mapping[str, str], printed: Mapping[str, str]) -> Target:
    """An embedded target with the addresses and credentials that the process which serves it prints."""
    vendor = VENDORS[target.vendor]
    assert vendor.embedded, "only a vendor with an embedded sandbox has such a target"
    return replace(
        target,
        base_url=urls[target.vendor],
        token_url=urls["accounts"] if vendor.token_host else "",
        org_id=str(printed.get("org_id", "")),
        credentials=vendor.embedded(printed),
    )


def _embedded(wish: RunOptions) -> list[Target]:
    """The embedded sandbox of the document's vendor, or of every vendor that has one."""
    own = (vendor.name for vendor in VENDORS.values() if vendor.embedded)
    return [embedded(vendor) for vendor in ((wish.vendor,) if wish.vendor else own)]


def _targets(wish: RunOptions, settings: Settings) -> dict[str, Target]:
    names = wish.targets or (EMBEDDED,)
    found: dict[str, Target] = {}
    for name in names:
        rows = _embedded(wish) if name == EMBEDDED else [pick(settings, name)]
        for target in rows:
            if target.vendor in found:
                raise UsageError(
                    f"two targets of {target.vendor}", where="--target", remedy="Run them one after another."
                )
            found[target.vendor] = replace(target, timeout=wish.timeout)
    if wish.vendor and wish.vendor not in found:
        raise UsageError(f"no target of {wish.vendor} for its document", remedy="Name one, or leave --target out.")
    return found


def versions(seen: RunContext) -> dict[str, str]:
    """What the run was made with: deskcheck, its libraries, and every document with its sha256."""
    found = {"deskcheck": __version__}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found | {f"specs/{name}": digest for name, digest in seen.documents.hashes().items()}
