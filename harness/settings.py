"""Environment and deskcheck.toml to one frozen Settings; the only reader of os.environ."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from harness import vendors
from harness.errors import UsageError
from harness.formats.toml import short, tables_of
from harness.target import Credentials, Target
from harness.vendors.vendor import AuthKind, Vendor

ROOT = Path(__file__).resolve().parent.parent
CONFIG = "deskcheck.toml"
EMBEDDED = "embedded"
"""The target name that means: the sandbox which the run starts for itself, of every vendor that has one."""

_KEYS = frozenset({"vendor", "base_url", "auth", "user", "client_id", "token_url", "org_id", "org", "quota",
                   "credits", "disposable", "secret_env", "client_secret_env"})  # fmt: skip
_MAX_QUOTA = 1_000_000
"""Requests a minute, or credits, that no run needs; a greater number is a typing error."""
_SECRET_KEYS = frozenset({"secret", "password", "token", "refresh_token", "client_secret", "api_token"})


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment and the configuration file say. `targets` are by name; `cache` and `state` are folders."""

    targets: Mapping[str, Target]
    cache: Path
    config: Path | None = None
    state: Path = Path(os.devnull)


def load(folder: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from `folder`/deskcheck.toml (optional) and the environment.

    Raises `UsageError` for broken TOML, unknown keys, a secret written into the file, or a variable that is not set.
    """
    environ = os.environ if environ is None else environ
    path = (folder or Path.cwd()) / CONFIG
    exists = os.path.lexists(path)
    data = tables_of(path) if exists else {}
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
        config=path if exists else None,
        state=state_folder(environ),
    )


def cache_folder(environ: Mapping[str, str] | None = None) -> Path:
    """Where compiled catalogs and generated cases are kept: DESKCHECK_CACHE, else the user's cache folder."""
    environ = os.environ if environ is None else environ
    if own := environ.get("DESKCHECK_CACHE"):
        return Path(own)
    return Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "deskcheck"


def state_folder(environ: Mapping[str, str] | None = None) -> Path:
    """Where tokens, chosen orgs and the use of quotas are kept: DESKCHECK_STATE, else the user's state folder."""
    environ = os.environ if environ is None else environ
    if own := environ.get("DESKCHECK_STATE"):
        return Path(own)
    return Path(environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "deskcheck"


def pick(settings: Settings, name: str) -> Target:
    """The target called `name`; raises `UsageError` that lists those which exist."""
    if name in settings.targets:
        return settings.targets[name]
    names = ", ".join([EMBEDDED, *sorted(map(short, settings.targets))])
    raise UsageError(
        f"unknown target {short(name)!r}",
        where=str(settings.config or ""),
        remedy=f"Known targets: {names}. Add [targets.{short(name)}] to {CONFIG}, or leave --target out for the "
        "sandbox.",
    )


def _target(name: str, table: Mapping[str, Any], path: Path, environ: Mapping[str, str]) -> Target:
    where = f"{path} [targets.{short(name)}]"
    if secret_keys := _SECRET_KEYS & table.keys():
        key = min(secret_keys)
        raise UsageError(
            f"`{key}` holds a secret in a file",
            where=where,
            remedy='Put it into an environment variable and name that: secret_env = "MY_TOKEN".',
        )
    if unknown := table.keys() - _KEYS:
        raise UsageError(
            f"unknown key `{short(min(unknown))}`", where=where, remedy=f"Known keys: {', '.join(sorted(_KEYS))}."
        )
    _check_texts(table, where)
    vendor = vendors.named(str(table.get("vendor", "")), where)
    kind = vendor.auth_kind(str(table.get("auth", "none")), where)
    base_url = str(table.get("base_url", ""))
    return Target(
        name=name,
        vendor=vendor.name,
        base_url=_url(base_url, where, example=vendor.example_url),
        credentials=_credentials(kind, table, where, environ),
        token_url=_token_url(vendor, table, where),
        org_id=str(table.get("org_id", "")),
        org=str(table.get("org") or urlsplit(base_url).hostname or name),
        quota=_count(table, "quota", 200, "requests a minute", where),
        credits=_count(table, "credits", 0, "credits a run", where),
        disposable=table.get("disposable") is True,
    )


def _credentials(kind: AuthKind, table: Mapping[str, Any], where: str, environ: Mapping[str, str]) -> Credentials:
    return Credentials(
        kind=kind.name,
        user=_needed(table, "user", kind, where),
        secret=_secret(table, "secret_env", kind, where, environ),
        client_id=_needed(table, "client_id", kind, where),
        client_secret=_secret(table, "client_secret_env", kind, where, environ),
    )


def _token_url(vendor: Vendor, table: Mapping[str, Any], where: str) -> str:
    if vendor.token_host is None:
        return ""
    default = vendor.token_host.default
    return _url(str(table.get("token_url") or default), where, key="token_url", example=default)


def _check_texts(table: Mapping[str, Any], where: str) -> None:
    """All values but three are texts; an organization's id may be written as the number that it looks like."""
    for key, value in table.items():
        is_number = key == "org_id" and type(value) is int and 0 <= value < 10**20
        if key not in ("quota", "credits", "disposable") and not isinstance(value, str) and not is_number:
            kind = type(value).__name__
            raise UsageError(f"`{key}` is of type {kind}, not a text", where=where, remedy=f'Write {key} = "...".')


def _count(table: Mapping[str, Any], key: str, default: int, unit: str, where: str) -> int:
    value = table.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MAX_QUOTA:
        shown = f"over {_MAX_QUOTA:,}" if isinstance(value, int) and value > _MAX_QUOTA else short(repr(value))
        raise UsageError(f"`{key}` is {shown}, not a number of {unit}", where=where, remedy=f"Write {key} = 400.")
    return value


def _url(text: str, where: str, *, key: str = "base_url", example: str = "https://HOST") -> str:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("https", "http") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment or "@" in parts.netloc or re.search(r"[^!-~]", text):
        # User and query can be secrets.
        shown = re.sub(r"//.*@|[?#].*", "…", text)
        raise UsageError(f"{short(shown)!r} is no base URL", where=where, remedy=f'Write {key} = "{example}".')
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise UsageError(f"{text!r} would send credentials unencrypted", where=where, remedy="Use https.")
    if api_path := re.search(r"/api(/v\d+)?/*$", parts.path):
        raise UsageError(
            f"{text!r} ends with the API's own path",
            where=where,
            remedy=f"Write it without: {text[: -len(api_path[0])]}",
        )
    return text.rstrip("/")


def _needed(table: Mapping[str, Any], key: str, kind: AuthKind, where: str) -> str:
    value = str(table.get(key, ""))
    if key in kind.fields and not value:
        raise UsageError(f"`{key}` is missing", where=where, remedy=kind.fields[key])
    return value


def _secret(table: Mapping[str, Any], key: str, kind: AuthKind, where: str, environ: Mapping[str, str]) -> str:
    variable = str(table.get(key, ""))
    if key in kind.secrets and not variable:
        remedy = f'Name the environment variable: {key} = "MY_TOKEN".'
        raise UsageError(f"`{key}` is missing", where=where, remedy=remedy)
    if not variable or environ.get(variable):
        return environ.get(variable, "")
    # What does not look like a variable may be the secret itself, which must not reach a log.
    shown = variable if re.fullmatch(r"[A-Z][A-Z0-9_]*", variable) else f"that `{key}` names"
    raise UsageError(
        f"the environment variable {shown} is not set",
        where=where,
        remedy=f"Set it, and only name it here: {key} = NAME.",
    )
