"""All that a verdict depends on besides the request itself: operations, tiers, targets, permits, and what is ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from harness.openapi.catalog import Catalog, Operation
from harness.openapi.graph import ResourceGraph, graphs_of
from harness.policy.operation_router import OperationRouter
from harness.policy.permit import Permit
from harness.policy.references import References
from harness.risk.escalate import Escalation
from harness.risk.tier import Assessment
from harness.target import Target
from harness.vendors import VENDORS


class Owned(Protocol):
    """What the ledger answers."""

    def owns(self, vendor: str, kinds: frozenset[str], value: str) -> bool:
        """Whether this run created a record of one of these kinds with this id."""

    def is_cleanup(self, vendor: str, method: str, path: str, body: bytes) -> bool:
        """Whether the request is what the ledger wrote down for taking back something that is still there."""


class Nothing:
    """A ledger with nothing in it."""

    def owns(self, vendor: str, kinds: frozenset[str], value: str) -> bool:
        """Nothing is owned."""
        return False

    def is_cleanup(self, vendor: str, method: str, path: str, body: bytes) -> bool:
        """Nothing is to be taken back."""
        return False


@dataclass(frozen=True, slots=True)
class ApiBase:
    """One API base of one target; `base` is its path prefix without a trailing slash, often empty.

    `origin` is scheme, host and port in one spelling, `hosts` are what a Host header may say.
    """

    vendor: str
    base: str
    target: Target
    origin: str
    hosts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Url:
    """A URL in parts. `origin` has scheme, host and port in one spelling; `path` is raw."""

    origin: str
    path: str
    query: str


_URL = re.compile(
    r"(https?)://([A-Za-z0-9.\-]+|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?(/[^?#]*)?(?:\?([^#]*))?\Z", re.IGNORECASE
)
_PORTS = {"http": "80", "https": "443"}


def split_url(url: str) -> Url | None:
    """A URL in the one form that every server reads the same; None for userinfo, fragments, blanks, other schemes."""
    found = _URL.match(url)
    if not found or not url.isprintable() or " " in url:
        return None
    scheme, host, port, path, query = found.groups()
    scheme = scheme.lower()
    return Url(f"{scheme}://{host.lower()}:{port or _PORTS[scheme]}", path or "/", query or "")


@dataclass(frozen=True)
class PolicyContext:
    """Mappings go by vendor, `assessments` by operation key.

    `mark` is a text that only this run puts into names that it makes up: such a name cannot have existed before.
    """

    catalog: Catalog
    assessments: Mapping[str, Assessment]
    targets: Mapping[str, Target]
    permits: Mapping[str, Permit]
    escalations: Mapping[str, tuple[Escalation, ...]] = field(default_factory=dict)
    references_of: Mapping[str, References] = field(default_factory=dict)
    owned: Owned = field(default_factory=Nothing)
    mark: str = ""

    @cached_property
    def routers(self) -> Mapping[str, OperationRouter]:
        """One router for each vendor under test."""
        return {vendor: OperationRouter(self.catalog.of(vendor).operations) for vendor in self.targets}

    @cached_property
    def graphs(self) -> Mapping[str, ResourceGraph]:
        """The collections of each vendor."""
        return graphs_of(self.catalog)

    @cached_property
    def doors(self) -> Mapping[str, tuple[ApiBase, ...]]:
        """Origin (`https://host:port`) to the API bases behind it, longest first."""
        found: dict[str, list[ApiBase]] = {}
        for vendor, target in self.targets.items():
            if url := split_url(target.base_url):
                host = url.origin.partition("://")[2]
                bare = host.removesuffix(":443" if url.origin.startswith("https") else ":80")
                door = ApiBase(vendor, url.path.rstrip("/"), target, url.origin, frozenset((host, bare)))
                found.setdefault(url.origin, []).append(door)
        return {origin: tuple(sorted(doors, key=lambda door: -len(door.base))) for origin, doors in found.items()}

    @cached_property
    def prefixes(self) -> tuple[tuple[str, ApiBase], ...]:
        """The URL prefixes that requests nearly always have, longest first: a shortcut past `split_url`."""
        doors = [door for doors in self.doors.values() for door in doors]
        found = [(door.target.base_url.rstrip("/") + "/", door) for door in doors]
        return tuple(sorted(found, key=lambda pair: -len(pair[0])))

    @cached_property
    def token_urls(self) -> frozenset[str]:
        """Exact URLs of token calls: the accounts host of a target, and there only the one path."""
        found = set()
        for vendor, target in self.targets.items():
            host = VENDORS[vendor].token_host
            if host and target.token_url:
                found.add(target.token_url.rstrip("/") + host.path)
        return frozenset(found)

    @cached_property
    def _escalating(self) -> dict[str, tuple[Escalation, ...]]:
        return {}

    def escalating(self, operation: Operation) -> tuple[Escalation, ...]:
        """The escalations that speak about one operation."""
        found = self._escalating.get(operation.key)
        if found is None:
            found = tuple(one for one in self.escalations.get(operation.vendor, ()) if one.fits(operation))
            self._escalating[operation.key] = found
        return found

    def references(self, vendor: str) -> References:
        """How the vendor names records, or the plain way."""
        return self.references_of.get(vendor) or _PLAIN


_PLAIN = References()


def plain_context(
    catalog: Catalog, assessments: Mapping[str, Assessment], targets: Iterable[Target], permit: Permit
) -> PolicyContext:
    """A context with one permit for all targets and an empty ledger."""
    by_vendor = {target.vendor: target for target in targets}
    return PolicyContext(catalog, assessments, by_vendor, dict.fromkeys(by_vendor, permit))
