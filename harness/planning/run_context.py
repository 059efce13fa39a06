"""What a command looks at before anything is sent: documents, assessments, targets and what would take things back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from importlib.metadata import PackageNotFoundError, version

from harness import __version__
from harness.errors import UsageError
from harness.openapi.catalog import Operation
from harness.openapi.document import VENDORS
from harness.openapi.document_cache import DocumentCache, open_documents
from harness.planning import plan
from harness.planning.plan import Plan
from harness.planning.run_options import RunOptions, other
from harness.policy.permit import Evidence, Permit, Proof, grant
from harness.resources import cleanup
from harness.resources.cleanup import Cleanup
from harness.risk import overrides, rules
from harness.risk.tier import Assessment
from harness.settings import EMBEDDED, Credentials, Settings, Target, pick

LIBRARIES = ("schemathesis", "hypothesis", "httpx", "jsonschema-rs", "pytest")


@dataclass(frozen=True)
class RunContext:
    """Everything known without asking anybody. `targets` is by vendor; the embedded ones have no address yet."""

    wish: RunOptions
    documents: DocumentCache
    assessments: Mapping[str, Assessment]
    cleanup: Cleanup
    targets: Mapping[str, Target]

    def plan(self, permits: Mapping[str, Permit]) -> Plan:
        """What would run under these permits (by vendor). Raises `UsageError` when nothing is selected."""
        return plan.make(
            self.documents.catalog.operations,
            self.assessments,
            permits,
            self.cleanup,
            self.targets,
            budget=self.wish.budget,
            only=self.wish.only,
        )

    def supposed(self) -> dict[str, Permit]:
        """The permits if every real org proved to be a sandbox: what a plan shows, since it asks nobody."""
        return {vendor: self._suppose(target) for vendor, target in self.targets.items()}

    def _suppose(self, target: Target) -> Permit:
        proof = Proof.EMBEDDED if target.embedded else Proof.SANDBOX
        said = "the embedded sandbox" if target.embedded else "not asked yet; a run asks the org before anything else"
        return grant(target, Evidence(proof, said), self.wish.allow or (), self.wish.operations, (target.org,))


def take(wish: RunOptions, settings: Settings) -> RunContext:
    """The survey for a wish. Raises `UsageError` for an unknown target or operation key."""
    targets = _targets(wish, settings)
    documents = open_documents(settings.cache, other=other(wish))
    for key in wish.operations:
        find(documents, key)
    known = {vendor: overrides.load(vendor) for vendor in VENDORS}
    assessments = {one.key: rules.assess(one, known[one.vendor]) for one in documents.catalog.operations}
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
    """The embedded sandbox before it has an address."""
    return Target(EMBEDDED, vendor, "", Credentials("none"), org="sandbox", embedded=True)


def _targets(wish: RunOptions, settings: Settings) -> dict[str, Target]:
    names = wish.targets or (EMBEDDED,)
    found: dict[str, Target] = {}
    for name in names:
        vendors = (wish.vendor,) if wish.vendor else VENDORS
        rows = [embedded(vendor) for vendor in vendors] if name == EMBEDDED else [pick(settings, name)]
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
