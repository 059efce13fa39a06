"""Target: an org under test, with the credentials for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from harness.tokens.store_place import IN_MEMORY, StorePlace

DEFAULT_TIMEOUT = 60.0
"""Seconds for one exchange. The slowest recorded answer took 6; a server that hangs must not hang the run."""
EMBEDDED = "embedded"
"""The name that means: the sandbox which the run starts for itself, of every vendor that has one."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """How to prove who we are; `repr` shows no secret. `kind` names one of the vendor's auth kinds, which says what
    the other fields hold. `scope` is what to ask for where a token is asked for, as the vendor writes it."""

    kind: str
    user: str = ""
    secret: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    scope: str = ""

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every value that must never reach a log, a report or an exchange."""
        return tuple(value for value in (self.secret, self.client_secret) if value)


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy, by which a host is reached; `user` and `password` are what it asks for itself."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def address(self) -> str:
        """`host:port`, as errors name the proxy."""
        return f"{self.host}:{self.port}"


def address_of(url: str) -> tuple[str, int]:
    """Host and port of a URL; the port is the usual one of its scheme where none is written."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (80 if parts.scheme == "http" else 443)


@dataclass(frozen=True, slots=True)
class Target:
    """An org under test. `base_url` has no path of the API itself (`http://127.0.0.1:8080/desk`).

    `token_url` is the host that gives access tokens, where the vendor has one, and `tokens` where they are kept; `org`
    is the name that `--confirm` must repeat; `disposable` says that an org that cannot prove itself may be spent;
    `embedded` marks the sandbox that this process started; `timeout` is the seconds that one exchange may take.
    `org_name` is the name by which the org is looked for among those of the credentials, where `org_id` is empty.
    `proxies` are the proxies of its hosts, by `host:port`; a host that is not there is reached directly. `ca_file` is a
    PEM file of certificate authorities that are trusted besides the public ones.

    `quota` is requests a minute (0: no limit of ours). It is a ceiling, unless `learns_quota` says that it is only
    where to begin until the org says what it allows. `quota_store` is where the use of it is kept: a folder's path or
    the URL of a Redis, which may hold a password; empty where each process counts for itself. `credits` are those of a
    day's quota that a run may use at most, where the vendor counts some (0: as many as are left).
    """

    name: str
    vendor: str
    base_url: str
    credentials: Credentials
    token_url: str = ""
    org_id: str = ""
    org: str = ""
    quota: int = 0
    learns_quota: bool = False
    quota_store: str = field(default="", repr=False)
    credits: int = 0
    disposable: bool = False
    embedded: bool = False
    timeout: float = DEFAULT_TIMEOUT
    tokens: StorePlace = IN_MEMORY
    org_name: str = ""
    proxies: Mapping[str, Proxy] = field(default_factory=dict, hash=False)
    ca_file: str = ""

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every value that must never reach a log, a report or an exchange: credentials, proxies' and stores'."""
        proxies = (proxy.password for proxy in self.proxies.values())
        stores = (urlsplit(url).password for url in (self.quota_store, self.tokens.url))
        return (*self.credentials.secrets, *dict.fromkeys(filter(None, (*proxies, *stores))))

    def proxy_of(self, host: str, port: int) -> Proxy | None:
        """The proxy by which an address of this target is reached; None where it is reached directly."""
        return self.proxies.get(f"{host}:{port}")


def embedded_name(vendor: str) -> str:
    """The name of the target that is one vendor's part of the embedded sandbox."""
    return f"{EMBEDDED}-{vendor}"


def org_labels(vendors: Mapping[str, str]) -> dict[str, str]:
    """What outputs call the orgs of one run, by target name; `vendors` are the targets' vendors by the same names.

    An org goes by its vendor where each vendor has one, as in nearly every run, and by its target's name where a vendor
    has several: a script that reads the outputs of a run with one org a vendor needs to know no names of ours.
    """
    is_one_each = len(set(vendors.values())) == len(vendors)
    return {name: vendor if is_one_each else name for name, vendor in vendors.items()}


def vendors_by_name(names: Mapping[str, str]) -> dict[str, str]:
    """The vendor of each target by name, from the names by vendor of a run before December 2026.

    The embedded sandbox was one target of all vendors then.
    """
    uses = Counter(names.values())
    return {
        f"{name}-{vendor}" if name == EMBEDDED or uses[name] > 1 else name: vendor for vendor, name in names.items()
    }
