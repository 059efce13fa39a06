"""The context of a command, built once a process: options, documents, tiers, cleanup steps, targets, permits, plan."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from harness import __version__
from harness.errors import UsageError
from harness.formats.suggestion import did_you_mean
from harness.openapi import spec_files
from harness.openapi.catalog import Operation
from harness.openapi.document import sha256
from harness.openapi.document_cache import DocumentCache, open_documents
from harness.planning import plan
from harness.planning.changed_operations import ChangedOperations, changed_operations
from harness.planning.org_part import OrgPart
from harness.planning.plan import Plan
from harness.planning.run_options import RunOptions, replaced_documents
from harness.planning.targets import targets_of, with_secrets
from harness.policy.permit import Permit, grant, unprovable
from harness.resources import cleanup
from harness.resources.cleanup import Cleanup
from harness.risk.assessments import Assessments
from harness.risk.tier import Assessment
from harness.settings import Settings
from harness.target import Target
from harness.vendors import VENDORS
from harness.vendors.evidence import Evidence, Proof

LIBRARIES = ("schemathesis", "hypothesis", "httpx", "jsonschema-rs", "pytest")


@dataclass(frozen=True)
class RunContext:
    """All that a command knows, built once a process and handed on as a value; see `build`.

    `targets` and `permits` are by the name of the target. At first the embedded targets have no address yet, and the
    permits are those that there would be if every real org proved to be a sandbox: what `deskcheck plan` shows, since
    it sends nothing. `changed` is what `--changed-since` selects, None without it. `parts` are what `--partial` leaves,
    by target.
    """

    options: RunOptions
    settings: Settings
    documents: DocumentCache
    assessments: Mapping[str, Assessment]
    cleanup: Cleanup
    targets: Mapping[str, Target]
    permits: Mapping[str, Permit]
    changed: ChangedOperations | None = None
    parts: Mapping[str, OrgPart] = field(default_factory=dict)

    @cached_property
    def plan(self) -> Plan:
        """What will run under the permits. Raises `UsageError` when nothing is selected."""
        complete = plan.make(
            self.documents.catalog.operations,
            self.assessments,
            self.permits,
            self.cleanup,
            self.targets,
            budget=self.options.budget,
            only=self.options.only,
            changed=self.changed,
        )
        for name, part in self.parts.items():
            complete = plan.without(complete, name, part)
        return complete

    def budget(self, name: str) -> int:
        """Requests an operation for the org of a target."""
        return self.parts[name].budget if name in self.parts else self.options.budget

    def left_out(self, name: str) -> frozenset[str]:
        """The tests that are left out for the org of a target."""
        return self.parts[name].left_out if name in self.parts else frozenset()

    @property
    def is_confined(self) -> bool:
        """Whether only some of the operations are selected: tests come along that touch one of these."""
        return bool(self.options.only) or self.changed is not None

    @cached_property
    def selected(self) -> frozenset[str]:
        """The keys of the operations that are selected."""
        return frozenset(step.operation.key for step in self.plan.steps)

    @property
    def vendors(self) -> tuple[str, ...]:
        """The vendors whose orgs are tested, each once."""
        return tuple(dict.fromkeys(target.vendor for target in self.targets.values()))

    @property
    def why_nothing(self) -> str:
        """Why the plan is empty, where it is: nothing changed, or nothing of what did is selected."""
        if self.plan.steps or self.changed is None:
            return ""
        if not self.changed.keys:
            return self.changed.sentence
        selection = " ".join((*self.vendors, *self.options.only))
        return f"none of the {len(self.changed.keys):,} changed operations is selected ({selection})"

    def granted(self, targets: Mapping[str, Target], permits: Mapping[str, Permit]) -> RunContext:
        """The same context once every target has its address and has proved what it is."""
        return replace(self, targets=targets, permits=permits)


def build(
    options: RunOptions,
    settings: Settings,
    changed: ChangedOperations | None = None,
    targets: Mapping[str, Target] | None = None,
    parts: Mapping[str, OrgPart] | None = None,
) -> RunContext:
    """The context of a command.

    `changed`, `targets` and `parts` are known to a worker beforehand, and found out otherwise: the secrets of the
    targets that the options name are read here. Raises `UsageError` for an unknown target, operation key or older
    document, and where a secret cannot be read.
    """
    targets = with_secrets(targets_of(options, settings), settings) if targets is None else targets
    if options.changed_since:
        changed = changed or changed_operations(options.changed_since, options.document, options.vendor)
        targets = _of_vendor(changed.vendor, targets)
    spec_files.use_own(settings.specs)
    documents = open_documents(settings.cache, other=replaced_documents(options))
    for key in options.operations:
        find(documents, key)
    return RunContext(
        options,
        settings,
        documents,
        assessments=Assessments(documents.catalog, tuple(VENDORS)),
        cleanup=cleanup.load(documents.catalog),
        targets=targets,
        permits={name: _supposed_permit(target, options) for name, target in targets.items()},
        changed=changed,
        parts=parts or {},
    )


def _of_vendor(vendor: str, targets: Mapping[str, Target]) -> dict[str, Target]:
    """The targets of the vendor whose older document is given; nothing changed for the others."""
    own = {name: target for name, target in targets.items() if target.vendor == vendor}
    if not own:
        others = " or ".join(dict.fromkeys(target.vendor for target in targets.values()))
        remedy = f"Name an org of {vendor} with --target, or an older document of {others}."
        raise UsageError(f"the older document is one of {vendor}", where="--changed-since", remedy=remedy)
    return own


def _supposed_permit(target: Target, options: RunOptions) -> Permit:
    return grant(target, _best_evidence(target), options.allow or (), options.operations, (target.org,))


def _best_evidence(target: Target) -> Evidence:
    """The best that the org may prove to be when a run asks it."""
    vendor = VENDORS[target.vendor]
    if target.embedded:
        return Evidence(Proof.EMBEDDED, "the embedded sandbox")
    if vendor.proof is None:
        return unprovable(vendor)
    return Evidence(Proof.SANDBOX, "not asked yet; a run asks the org before anything else")


def find(documents: DocumentCache, name: str, checks: Collection[str] = ()) -> Operation:
    """The operation called `name`: a key, an operationId, or `METHOD /path`. Raises `UsageError` with near matches.

    `checks` are names that would have been understood as well.
    """
    by_key = documents.catalog.by_key
    if name in by_key:
        return by_key[name]
    matches = {operation.key: operation for key, operation in by_key.items() if _is_called(name, key, operation)}
    if len(matches) == 1:
        return next(iter(matches.values()))
    if matches:
        raise UsageError(f"{name!r} means several operations", remedy=f"Say which: {', '.join(sorted(matches))}.")
    hint = did_you_mean(name, (*checks, *by_key), "All operations: deskcheck plan --list")
    what = "operation or check" if checks else "operation"
    raise UsageError(f"unknown {what} {name!r}", remedy=hint)


def _is_called(name: str, key: str, operation: Operation) -> bool:
    """Whether an operation of this key has the name; the key's own spelling does not matter."""
    names = (key.split(":", 1)[1], f"{operation.method} {operation.path}", operation.path)
    return name in names or name.lower() == key.lower()


def versions(context: RunContext) -> dict[str, str]:
    """What the run was made with: deskcheck, its libraries, and every document with its sha256."""
    installed = {"deskcheck": __version__}
    for name in LIBRARIES:
        with suppress(PackageNotFoundError):
            installed[name] = version(name)
    folder = context.settings.specs or Path()
    own = (
        {f"own specs/{path.relative_to(folder)}": sha256(path.read_bytes()) for path in spec_files.own_files()}
        if context.settings.specs
        else {}
    )
    return installed | {f"specs/{name}": digest for name, digest in context.documents.hashes().items()} | own
