"""Every vendor by name, each all that differs between vendors as one value (`vendor.py`).

Goes in: facts about one vendor, each with its source. Not in: what is done with them, which is the same for all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from harness.errors import UsageError
from harness.formats.toml import short
from harness.vendors import zendesk, zoho
from harness.vendors.vendor import Vendor

_known: dict[str, Vendor] = {vendor.name: vendor for vendor in (zendesk.VENDOR, zoho.VENDOR)}

VENDORS: Mapping[str, Vendor] = MappingProxyType(_known)
"""The one table of vendors."""


@contextmanager
def register(vendor: Vendor) -> Iterator[Vendor]:
    """Know a further vendor until the block ends. Raises `ValueError` for a name that is taken."""
    if vendor.name in _known:
        raise ValueError(f"there is a vendor called {vendor.name!r}")
    _known[vendor.name] = vendor
    try:
        yield vendor
    finally:
        del _known[vendor.name]


def named(name: str, where: str = "") -> Vendor:
    """The vendor that somebody called by this name; raises `UsageError` that lists those which are known."""
    if name in VENDORS:
        return VENDORS[name]
    raise UsageError(f"unknown vendor {short(name)!r}", where=where, remedy=f"Use one of: {', '.join(VENDORS)}.")


def of_paths(paths: Collection[str]) -> Vendor | None:
    """The vendor whose API most of these paths belong to; None where they tell nothing."""
    for vendor in VENDORS.values():
        own = sum(path.startswith(vendor.api_prefix) for path in paths)
        if own * 2 > len(paths):
            return vendor
    return None


def title(name: str) -> str:
    """What reports call a vendor; one that is no longer known keeps its name."""
    return VENDORS[name].title if name in VENDORS else name


def org_headers() -> dict[str, str]:
    """The headers by which some vendors name an org, as they are spelled, by lower case."""
    return {vendor.org_header.lower(): vendor.org_header for vendor in VENDORS.values() if vendor.org_header}
