"""Environment and deskcheck.toml to one frozen Settings; the only reader of os.environ."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from harness.errors import UsageError
from harness.formats.toml import short, tables_of

ROOT = Path(__file__).resolve().parent.parent
CONFIG = "deskcheck.toml"
EMBEDDED = "embedded"
# Seconds for one exchange. The slowest recorded answer took 6; a server that hangs must not hang the run.
DEFAULT_TIMEOUT = 60.0
"""The target name that means: the sandbox of both vendors which the run starts for itself."""

_VENDOR_KINDS = {"zendesk": ("basic", "bearer", "none"), "zoho": ("zoho", "none")}
_KEYS = frozenset({"vendor", "base_url", "auth", "user", "client_id", "token_url", "org_id", "org", "quota",
                   "disposable", "secret_env", "client_secret_env"})  # fmt: skip
_MOST = 1_000_000
"""Requests a minute that no org allows; a greater quota is a slip of the key."""
_SECRET_KEYS = frozenset({"secret", "password", "token", "refresh_token", "client_secret", "api_token"})


@dataclass(frozen=True, slots=True)
class Credentials:
    """How to prove who we are; `repr` shows no secret.

    Kinds: `basic` (Zendesk: user `MAIL/token`, API token as `secret`), `bearer` (OAuth token as `secret`),
    `zoho` (client id and secret, refresh token as `secret`), `none`.
    """

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
    """An org under test. `base_url` has no path of the API itself (`http://127.0.0.1:8080/zendesk`).

    `token_url` is the accounts host of Zoho; `quota` is requests a minute (0: none); `org` is the name that
    `--confirm` must repeat; `disposable` says that an org that cannot prove itself may be spent;
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
    disposable: bool = False
    embedded: bool = False
    timeout: float = DEFAULT_TIMEOUT


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment and the configuration file say. `targets` are by name; `cache` is a folder."""

    targets: Mapping[str, Target]
    cache: Path
    config: Path | None = None


def load(folder: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from `folder`/deskcheck.toml (optional) and the environment.

    Raises `UsageError` for broken TOML, unknown keys, a secret written into the file, or a variable that is not set.
    """
    environ = os.environ if environ is None else environ
    path = (folder or Path.cwd()) / CONFIG
    found = os.path.lexists(path)
    data = tables_of(path) if found else {}
    tables = data.get("targets", {})
    if unknown := data.keys() - {"targets"}:
        raise UsageError(
            f"unknown table or key `{short(min(unknown))}`",
            where=str(path),
            remedy="Write [targets.NAME] above each target.",
        )
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise UsageError("`targets` holds no tables", where=str(path), remedy="Write [targets.NAME] above each target.")
    if EMBEDDED in tables:
        raise UsageError(
            f"a target cannot be called {EMBEDDED}",
            where=str(path),
            remedy="That is the sandbox which a run starts itself.",
        )
    return Settings(
        targets={name: _target(name, table, path, environ) for name, table in tables.items()},
        cache=cache_folder(environ),
        config=path if found else None,
    )


def cache_folder(environ: Mapping[str, str] | None = None) -> Path:
    """Where compiled catalogs and generated cases are kept: DESKCHECK_CACHE, else the user's cache folder."""
    environ = os.environ if environ is None else environ
    if own := environ.get("DESKCHECK_CACHE"):
        return Path(own)
    return Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "deskcheck"


def pick(settings: Settings, name: str) -> Target:
    """The target called `name`; raises `UsageError` that lists those which exist."""
    if name in settings.targets:
        return settings.targets[name]
    known = ", ".join([EMBEDDED, *sorted(map(short, settings.targets))])
    raise UsageError(
        f"unknown target {short(name)!r}",
        where=str(settings.config or ""),
        remedy=f"Known targets: {known}. Add [targets.{short(name)}] to {CONFIG}, or leave --target out for the "
        "sandbox.",
    )


def _target(name: str, table: Mapping[str, Any], path: Path, environ: Mapping[str, str]) -> Target:
    where = f"{path} [targets.{short(name)}]"
    if named := _SECRET_KEYS & table.keys():
        key = min(named)
        raise UsageError(
            f"`{key}` holds a secret in a file",
            where=where,
            remedy='Put it into an environment variable and name that: secret_env = "ZENDESK_TOKEN".',
        )
    if unknown := table.keys() - _KEYS:
        raise UsageError(
            f"unknown key `{short(min(unknown))}`", where=where, remedy=f"Known keys: {', '.join(sorted(_KEYS))}."
        )
    _check_texts(table, where)
    vendor, kind = str(table.get("vendor", "")), str(table.get("auth", "none"))
    if vendor not in _VENDOR_KINDS:
        raise UsageError(f"unknown vendor {short(vendor)!r}", where=where, remedy='Write vendor = "zendesk" or "zoho".')
    if kind not in _VENDOR_KINDS[vendor]:
        allowed = ", ".join(_VENDOR_KINDS[vendor])
        raise UsageError(f"auth {short(kind)!r} is none of {vendor}'s", where=where, remedy=f"Use one of: {allowed}.")
    return Target(
        name=name,
        vendor=vendor,
        base_url=_url(str(table.get("base_url", "")), where),
        credentials=Credentials(
            kind=kind,
            user=_needed(table, "user", kind == "basic", where, 'Write user = "MAIL/token".'),
            secret=_secret(table, "secret_env", kind != "none", where, environ),
            client_id=_needed(table, "client_id", kind == "zoho", where, "It is shown in the API console of Zoho."),
            client_secret=_secret(table, "client_secret_env", kind == "zoho", where, environ),
        ),
        token_url=_url(str(table.get("token_url") or "https://accounts.zoho.com"), where) if vendor == "zoho" else "",
        org_id=str(table.get("org_id", "")),
        org=str(table.get("org") or urlsplit(str(table.get("base_url", ""))).hostname or name),
        quota=_count(table.get("quota", 200), where),
        disposable=table.get("disposable") is True,
    )


def _check_texts(table: Mapping[str, Any], where: str) -> None:
    """All values but two are texts; an organization's id may be written as the number that it looks like."""
    for key, value in table.items():
        is_number = key == "org_id" and type(value) is int and 0 <= value < 10**20
        if key not in ("quota", "disposable") and not isinstance(value, str) and not is_number:
            kind = type(value).__name__
            raise UsageError(f"`{key}` is of type {kind}, not a text", where=where, remedy=f'Write {key} = "...".')


def _count(value: Any, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST:
        shown = f"over {_MOST:,}" if isinstance(value, int) and value > _MOST else short(repr(value))
        raise UsageError(
            f"`quota` is {shown}, not a number of requests a minute", where=where, remedy="Write quota = 400."
        )
    return value


def _url(text: str, where: str) -> str:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("https", "http") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment or "@" in parts.netloc or re.search(r"[^!-~]", text):
        # User and query can be secrets.
        shown = re.sub(r"//.*@|[?#].*", "…", text)
        raise UsageError(
            f"{short(shown)!r} is no base URL", where=where, remedy='Write base_url = "https://ORG.zendesk.com".'
        )
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise UsageError(f"{text!r} would send credentials unencrypted", where=where, remedy="Use https.")
    if found := re.search(r"/api(/v\d+)?/*$", parts.path):
        raise UsageError(
            f"{text!r} ends with the API's own path", where=where, remedy=f"Write it without: {text[: -len(found[0])]}"
        )
    return text.rstrip("/")


def _needed(table: Mapping[str, Any], key: str, needed: bool, where: str, remedy: str) -> str:
    value = str(table.get(key, ""))
    if needed and not value:
        raise UsageError(f"`{key}` is missing", where=where, remedy=remedy)
    return value


def _secret(table: Mapping[str, Any], key: str, needed: bool, where: str, environ: Mapping[str, str]) -> str:
    variable = _needed(table, key, needed, where, f'Name the environment variable: {key} = "MY_TOKEN".')
    if not variable or environ.get(variable):
        return environ.get(variable, "")
    # What does not look like a variable may be the secret itself, which must not reach a log.
    shown = variable if re.fullmatch(r"[A-Z][A-Z0-9_]*", variable) else f"that `{key}` names"
    raise UsageError(
        f"the environment variable {shown} is not set",
        where=where,
        remedy=f"Set it, and only name it here: {key} = NAME.",
    )
