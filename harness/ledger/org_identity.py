"""What a ledger says of an org: enough to know it again on another machine, and no secret."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from harness.target import Target

_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class OrgIdentity:
    """One org as the header of each ledger file names it.

    `target` is its name in deskcheck.toml where the run took place; elsewhere it may be called otherwise. `org_id` is
    empty where the vendor has a host for each org.
    """

    target: str
    vendor: str
    base_url: str
    org_id: str = ""
    embedded: bool = False

    def __str__(self) -> str:
        return (
            f"{self.vendor} org {self.org_id} at {self.base_url}" if self.org_id else f"{self.vendor} {self.base_url}"
        )

    def is_org_of(self, target: Target) -> bool:
        """Whether a target is this org: same vendor, same address, and same org id where both have one."""
        same_id = target.org_id == self.org_id or not (target.org_id and self.org_id)
        return target.vendor == self.vendor and _address(target.base_url) == _address(self.base_url) and same_id

    def is_known_for_certain(self, target: Target) -> bool:
        """Whether nothing was assumed: an org id is missing on one side only where the other has none either."""
        return self.is_org_of(target) and target.org_id == self.org_id


def of_target(target: Target) -> OrgIdentity:
    """What identifies the org of a target. A base URL holds neither user nor query (`settings`)."""
    return OrgIdentity(target.name, target.vendor, target.base_url, target.org_id, target.embedded)


def to_rows(orgs: Iterable[OrgIdentity]) -> list[dict[str, Any]]:
    """Orgs in the form in which a header holds them."""
    return [asdict(org) for org in orgs]


def from_rows(rows: Any) -> tuple[OrgIdentity, ...]:
    """The orgs of a header; none in those that older versions wrote."""
    if not isinstance(rows, list):
        return ()
    return tuple(_from_row(row) for row in rows if isinstance(row, dict))


def _from_row(row: Mapping[str, Any]) -> OrgIdentity:
    texts = {name: str(row.get(name, "")) for name in ("target", "vendor", "base_url", "org_id")}
    return OrgIdentity(**texts, embedded=row.get("embedded") is True)


def _address(base_url: str) -> tuple[str, str, int | None, str]:
    """An address in one spelling: scheme, host, port and path."""
    parts = urlsplit(base_url)
    try:
        port = parts.port or _DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        port = None
    return parts.scheme, parts.hostname or "", port, parts.path.rstrip("/")
