"""The targets of a run: which orgs its options name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from harness.errors import UsageError
from harness.planning.run_options import RunOptions
from harness.settings import EMBEDDED, Credentials, Settings, Target, pick
from harness.vendors import VENDORS


def embedded(vendor: str) -> Target:
    """The embedded sandbox before it has an address."""
    return Target(EMBEDDED, vendor, "", Credentials("none"), org="sandbox", embedded=True)


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
        if name == EMBEDDED:
            yield from map(embedded, (options.vendor,) if options.vendor else VENDORS)
        else:
            yield pick(settings, name)
