"""The targets of a run: which orgs its options name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from harness.errors import UsageError
from harness.planning.run_options import RunOptions
from harness.settings import EMBEDDED, Settings, pick
from harness.target import Credentials, Target
from harness.vendors import VENDORS


def embedded(vendor: str) -> Target:
    """The embedded sandbox before it has an address. Raises `UsageError` for a vendor that has none."""
    if VENDORS[vendor].embedded is None:
        product = VENDORS[vendor].product
        raise UsageError(f"there is no embedded sandbox of {product}", remedy="Name an org: --target NAME.")
    return Target(EMBEDDED, vendor, "", Credentials("none"), org="sandbox", embedded=True)


def served(target: Target, urls: Mapping[str, str], credentials: Mapping[str, str]) -> Target:
    """An embedded target with the addresses and credentials that the sandbox's process prints at its start."""
    vendor = VENDORS[target.vendor]
    assert vendor.embedded, "only a vendor with an embedded sandbox has such a target"
    return replace(
        target,
        base_url=urls[target.vendor],
        token_url=urls["accounts"] if vendor.token_host and vendor.token_host.default else "",
        org_id=str(credentials.get("org_id", "")),
        credentials=vendor.embedded(credentials),
    )


def targets_of(options: RunOptions, settings: Settings) -> dict[str, Target]:
    """The targets that the options name, by vendor. Raises `UsageError` for one that is unknown or too many."""
    targets: dict[str, Target] = {}
    for target in _named_targets(options, settings):
        if target.vendor in targets:
            raise UsageError(f"two targets of {target.vendor}", where="--target", remedy="Run them one after another.")
        targets[target.vendor] = replace(target, timeout=options.timeout)
    if options.vendor and options.vendor not in targets:
        raise UsageError(f"no target of {options.vendor} for its document", remedy="Name one, or leave --target out.")
    return targets


def _named_targets(options: RunOptions, settings: Settings) -> Iterator[Target]:
    for name in options.targets or (EMBEDDED,):
        if name != EMBEDDED:
            yield pick(settings, name)
        elif options.vendor:
            yield embedded(options.vendor)
        else:
            yield from (embedded(vendor.name) for vendor in VENDORS.values() if vendor.embedded)
