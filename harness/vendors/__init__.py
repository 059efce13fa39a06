"""The table of vendors by name."""

from __future__ import annotations

from collections.abc import Mapping

from harness.vendors import zendesk, zoho
from harness.vendors.base import Vendor

VENDORS: Mapping[str, Vendor] = {vendor.name: vendor for vendor in (zendesk.VENDOR, zoho.VENDOR)}
