"""Target: an org under test, with the credentials for it."""

from __future__ import annotations

from dataclasses import dataclass, field

DEFAULT_TIMEOUT = 60.0
"""Seconds for one exchange. The slowest recorded answer took 6; a server that hangs must not hang the run."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """How to prove who we are; `repr` shows no secret. `kind` names one of the vendor's auth kinds, which says what
    the other fields hold."""

    kind: str
    user: str = ""
    secret: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every value that must never reach a log, a report or an exchange."""
        return tuple(value for value in (self.secret, self.client_secret) if value)


@dataclass(frozen=True, slots=True)
class Target:
    """An org under test. `base_url` has no path of the API itself (`http://127.0.0.1:8080/desk`).

    `token_url` is the host that gives access tokens, where the vendor has one; `quota` is requests a minute (0: none),
    `credits` those of a day's quota that a run may use at most, where the vendor counts some (0: as many as are left);
    `org` is the name that `--confirm` must repeat; `disposable` says that an org that cannot prove itself may be spent;
    `embedded` marks the sandbox that this process started; `timeout` is the seconds that one exchange may take.
    """

    name: str
    vendor: str
    base_url: str
    credentials: Credentials
    token_url: str = ""
    org_id: str = ""
    org: str = ""
    quota: int = 0
    credits: int = 0
    disposable: bool = False
    embedded: bool = False
    timeout: float = DEFAULT_TIMEOUT
