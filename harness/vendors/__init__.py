"""Every vendor by name, each all that differs between vendors as one value (`vendor.py`).

Goes in: facts about one vendor, each with its source. Not in: what is done with them, which is the same for all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from harness.errors import UsageError
from harness.formats.suggestion import did_you_mean
from harness.formats.toml import short
from harness.vendors import zendesk, zoho
from harness.vendors.vendor import Vendor

_registered: dict[str, Vendor] = {vendor.name: vendor for vendor in (zendesk.VENDOR, zoho.VENDOR)}

VENDORS: Mapping[str, Vendor] = MappingProxyType(_registered)
"""The one table of vendors."""


@contextmanager
def register(vendor: Vendor) -> Iterator[Vendor]:
    """Add a further vendor until the block ends. Raises `ValueError` for a name that is taken."""
    if vendor.name in _registered:
        raise ValueError(f"there is a vendor called {vendor.name!r}")
    _registered[vendor.name] = vendor
    try:
        yield vendor
    finally:
        del _registered[vendor.name]


def named(name: str, where: str = "") -> Vendor:
    """The vendor of this name; raises a `UsageError` that lists the names there are."""
    if name in VENDORS:
        return VENDORS[name]
    remedy = f"{did_you_mean(name, VENDORS)} Use one of: {', '.join(VENDORS)}.".strip()
    raise UsageError(f"unknown vendor {short(name)!r}", where=where, remedy=remedy)


def of_paths(paths: Collection[str]) -> Vendor | None:
    """The vendor whose API most of these paths belong to; None where there is none."""
    for vendor in VENDORS.values():
        own = sum(path.startswith(vendor.api_prefix) for path in paths)
        if own * 2 > len(paths):
            return vendor
    return None


def title(name: str) -> str:
    """What reports call a vendor; a vendor that is no longer registered keeps its name."""
    return VENDORS[name].title if name in VENDORS else name


def org_headers() -> dict[str, str]:
    """The headers by which some vendors name an org, as they are spelled, by lower case."""
    return {vendor.org_header.lower(): vendor.org_header for vendor in VENDORS.values() if vendor.org_header}
