"""Environment and deskcheck.toml to one frozen Settings; the only reader of os.environ."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Credentials:
    """How to prove who we are. Kinds: `basic` (user, secret), `bearer` (secret), `zoho` (client id and secret,
    refresh token as `secret`), `none`. `repr` shows no secret.
    """

    kind: str
    user: str = ""
    secret: str = ""
    client_id: str = ""
    client_secret: str = ""

    def __repr__(self) -> str:
        return f"Credentials({self.kind!r}, user={self.user!r}, …)"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every value that must never reach a log, a report or an exchange."""
        return tuple(value for value in (self.secret, self.client_secret) if value)


@dataclass(frozen=True, slots=True)
class Target:
    """An org under test. `base_url` has no path of the API itself (`http://127.0.0.1:8080/zendesk`).

    `token_url` is the accounts host of Zoho; `quota` is requests a minute (0: none); `org` is the name that
    `--confirm` must repeat; `disposable` says that an org that cannot prove itself may be spent;
    `embedded` marks the sandbox that this process started.
    """

    name: str
    vendor: str
    base_url: str
    credentials: Credentials
    token_url: str = ""
    org_id: str = ""
    org: str = ""
    quota: int = 0
    disposable: bool = False
    embedded: bool = False
