"""All that a verdict depends on besides the request: operations, tiers, targets, permits, and what this run created."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
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
from harness.vendors.vendor import TokenHost


class OwnershipLedger(Protocol):
    """What a verdict asks the ledger."""

    def owns(self, target: str, kinds: frozenset[str], value: str) -> bool:
        """Whether this run created a record of one of these kinds with this id in the target's org."""

    def is_cleanup(self, target: str, method: str, path: str, body: bytes) -> bool:
        """Whether the request is a cleanup step that the ledger has for a record which is still there in that org."""


class EmptyLedger:
    """The ledger of a run that has created nothing."""

    def owns(self, target: str, kinds: frozenset[str], value: str) -> bool:
        """Nothing is owned."""
        return False

    def is_cleanup(self, target: str, method: str, path: str, body: bytes) -> bool:
        """Nothing is to be cleaned up."""
        return False


@dataclass(frozen=True, slots=True)
class ApiBase:
    """One API base of one target; `prefix` is that of its paths, without a trailing slash and often empty.

    `origin` is scheme, host and port in one spelling, `hosts` are what a Host header may say.
    """

    vendor: str
    prefix: str
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
    match = _URL.match(url)
    if not match or not url.isprintable() or " " in url:
        return None
    scheme, host, port, path, query = match.groups()
    scheme = scheme.lower()
    return Url(f"{scheme}://{host.lower()}:{port or _PORTS[scheme]}", path or "/", query or "")


@dataclass(frozen=True)
class PolicyContext:
    """`targets` and `permits` go by the name of the target, `assessments` by operation key, the others by vendor.

    `targets` are those whose requests are judged: of a run, the one org of the guard's chain. `others` are the run's
    other orgs, for which no request of this chain may speak. `mark` is a text that only this run puts into names that
    it invents: such a name cannot have existed before.
    """

    catalog: Catalog
    assessments: Mapping[str, Assessment]
    targets: Mapping[str, Target]
    permits: Mapping[str, Permit]
    escalations: Mapping[str, tuple[Escalation, ...]] = field(default_factory=dict)
    references_of: Mapping[str, References] = field(default_factory=dict)
    owned: OwnershipLedger = field(default_factory=EmptyLedger)
    mark: str = ""
    others: tuple[Target, ...] = ()

    @cached_property
    def routers(self) -> Mapping[str, OperationRouter]:
        """One router for each vendor under test."""
        return {
            vendor: OperationRouter(self.catalog.of(vendor).operations, VENDORS[vendor].ignored_suffix)
            for vendor in {target.vendor for target in self.targets.values()}
        }

    @cached_property
    def graphs(self) -> Mapping[str, ResourceGraph]:
        """The collections of each vendor."""
        return graphs_of(self.catalog)

    @cached_property
    def api_bases(self) -> Mapping[str, tuple[ApiBase, ...]]:
        """Origin (`https://host:port`) to the API bases behind it, longest prefix first."""
        bases: dict[str, list[ApiBase]] = {}
        for target in self.targets.values():
            if url := split_url(target.base_url):
                host = url.origin.partition("://")[2]
                bare = host.removesuffix(":443" if url.origin.startswith("https") else ":80")
                base = ApiBase(target.vendor, url.path.rstrip("/"), target, url.origin, frozenset((host, bare)))
                bases.setdefault(url.origin, []).append(base)
        return {origin: tuple(sorted(group, key=lambda base: -len(base.prefix))) for origin, group in bases.items()}

    @cached_property
    def url_prefixes(self) -> tuple[tuple[str, ApiBase], ...]:
        """The URL prefixes that requests nearly always have, longest first: a shortcut past `split_url`."""
        bases = chain.from_iterable(self.api_bases.values())
        pairs = [(base.target.base_url.rstrip("/") + "/", base) for base in bases]
        return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))

    @cached_property
    def token_urls(self) -> frozenset[str]:
        """Exact URLs of token calls: the accounts host of a target, and there only the one path."""
        return frozenset(url for url, host, _ in self._token_hosts if host.default)

    @cached_property
    def token_urls_of_orgs(self) -> Mapping[str, Target]:
        """The same where the org itself gives the tokens; what else is sent there is a request like any other."""
        return {url: target for url, host, target in self._token_hosts if not host.default}

    @cached_property
    def _token_hosts(self) -> list[tuple[str, TokenHost, Target]]:
        hosts = ((VENDORS[target.vendor].token_host, target) for target in self.targets.values())
        return [
            (target.token_url.rstrip("/") + host.path, host, target)
            for host, target in hosts
            if host and target.token_url
        ]

    @cached_property
    def foreign_secrets(self) -> Mapping[str, str]:
        """The configured secrets of the run's other orgs, each with its target's name; not those that orgs share."""
        own = {secret for target in self.targets.values() for secret in target.credentials.secrets}
        return {
            secret: other.name for other in self.others for secret in other.credentials.secrets if secret not in own
        }

    @cached_property
    def _escalations_of(self) -> dict[str, tuple[Escalation, ...]]:
        return {}

    def escalations_of(self, operation: Operation) -> tuple[Escalation, ...]:
        """The escalations that are about one operation."""
        if operation.key not in self._escalations_of:
            rules = self.escalations.get(operation.vendor, ())
            self._escalations_of[operation.key] = tuple(rule for rule in rules if rule.fits(operation))
        return self._escalations_of[operation.key]

    def references(self, vendor: str) -> References:
        """How the vendor names records; the default where it declares nothing."""
        return self.references_of.get(vendor) or _NO_DECLARATIONS


_NO_DECLARATIONS = References()
