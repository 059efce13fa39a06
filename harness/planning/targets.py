"""The targets of a run: which orgs its options name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations

from harness import masking, secret_references
from harness.errors import UsageError
from harness.planning.run_options import RunOptions
from harness.settings import Settings, chosen, pick, references
from harness.target import EMBEDDED, Credentials, Target, embedded_name
from harness.vendors import VENDORS


def embedded(vendor: str) -> Target:
    """The embedded sandbox before it has an address. Raises `UsageError` for a vendor that has none."""
    if VENDORS[vendor].embedded is None:
        product = VENDORS[vendor].product
        raise UsageError(f"there is no embedded sandbox of {product}", remedy="Name an org: --target NAME.")
    return Target(embedded_name(vendor), vendor, "", Credentials("none"), org="sandbox", embedded=True)


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
    """The targets that the options name, by name, without their secrets.

    Raises `UsageError` for a target that is unknown, an org that is named twice, and faults without a sandbox.
    """
    targets: dict[str, Target] = {}
    for target in _named_targets(options, settings):
        if target.name in targets:
            raise UsageError(f"target {target.name} is named twice", where="--target", remedy="Name it once.")
        targets[target.name] = with_timeout(target, options.timeout)
    check_distinct(targets.values())
    _check_faults(options, targets.values())
    if options.vendor and all(target.vendor != options.vendor for target in targets.values()):
        raise UsageError(f"no target of {options.vendor} for its document", remedy="Name one, or leave --target out.")
    return targets


def _check_faults(options: RunOptions, targets: Iterable[Target]) -> None:
    if options.faults and not any(target.embedded for target in targets):
        what = "only the embedded sandbox can be made wrong"
        raise UsageError(what, where=f"--fault {options.faults[0]}", remedy="Leave --fault out, or --target.")


def check_distinct(targets: Iterable[Target]) -> None:
    """Raise `UsageError` where two targets are one org: each would take the other's records for somebody else's."""
    for first, second in combinations([target for target in targets if target.base_url], 2):
        if _address(first) == _address(second):
            what = f"targets {first.name} and {second.name} are the same org"
            raise UsageError(what, where=f"--target {second.name}", remedy="Name one of them.")


def _address(target: Target) -> tuple[str, str, str]:
    """Where an org is: a vendor that keeps all orgs on one host tells them apart by their ids, or first by name."""
    org = (target.org_id or target.org) if VENDORS[target.vendor].org_header else ""
    return target.vendor, target.base_url.rstrip("/").casefold(), org


def with_timeout(target: Target, seconds: float | None) -> Target:
    """The target with the time limit that was typed; its own one where none was."""
    return target if seconds is None else replace(target, timeout=seconds)


def with_secrets(
    targets: Mapping[str, Target], settings: Settings, secrets: Mapping[str, str] | None = None
) -> dict[str, Target]:
    """The chosen targets with their `secrets`, which are read here unless they are given (see `read_secrets`).

    What they hold is masked in every message from now on. Raises `UsageError` where one cannot be read.
    """
    secrets = read_secrets(targets, settings) if secrets is None else secrets
    complete = {key: chosen(settings, target, secrets) for key, target in targets.items()}
    for target in complete.values():
        masking.remember(*target.secrets)
    return complete


def read_secrets(targets: Mapping[str, Target], settings: Settings) -> dict[str, str]:
    """The secrets of targets by the text of their references, each read once.

    Inside a network namespace they are those that the process outside has read. Raises `UsageError` where one cannot be
    read.
    """
    secrets = secret_references.handed_over(settings.environ) or {}
    for target in targets.values():
        for reference in references(settings, target):
            if reference.text not in secrets:
                secrets[reference.text] = secret_references.resolve(reference, settings.environ)
    masking.remember(*secrets.values())
    return secrets


def _named_targets(options: RunOptions, settings: Settings) -> Iterator[Target]:
    embedded_vendors = {embedded_name(vendor): vendor for vendor in VENDORS}
    for name in options.targets or (EMBEDDED,):
        if name in embedded_vendors:
            yield embedded(embedded_vendors[name])
        elif name != EMBEDDED:
            yield pick(settings, name)
        elif options.vendor:
            yield embedded(options.vendor)
        else:
            yield from (embedded(vendor.name) for vendor in VENDORS.values() if vendor.embedded)
