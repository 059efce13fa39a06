"""Environment and deskcheck.toml to one frozen Settings; the only reader of os.environ."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from harness import vendors
from harness.errors import UsageError
from harness.formats.redis_url import FORMS, redis_url
from harness.formats.suggestion import did_you_mean
from harness.formats.toml import lines_of, place_of, short, tables_of
from harness.routes import ca_file_of, certificates_problem, proxies_of
from harness.secret_references import SecretReference, is_reference
from harness.target import DEFAULT_TIMEOUT, EMBEDDED, Credentials, Target, embedded_name
from harness.target_keys import KEYS, LITERAL_SECRETS, SECRET_KEYS, secret_remedy
from harness.tokens import store_place
from harness.tokens.store_place import IN_MEMORY, StorePlace
from harness.vendors.vendor import AuthKind, TokenHost, Vendor

CONFIG = "deskcheck.toml"
REPORTS = "reports"
"""Where runs are kept, beside deskcheck.toml, unless that says otherwise."""
TABLES = frozenset({"targets", "quota", "tokens", "report_dir", "suites", "specs"})
"""The tables and keys of the configuration file."""
START_QUOTA = 200
"""Requests a minute until an org says what it allows, where none are configured: what the smallest plan that has an API
allows (vendor page: rate limits)."""


@dataclass(frozen=True, slots=True)
class Unresolved:
    """What a target has only once it is chosen: its secrets, by the key that says where each is, and its proxies.

    `proxy` is the text of the target's own key, None where the environment decides.
    """

    secrets: Mapping[str, SecretReference]
    proxy: str | None
    where: str


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment and the configuration file say.

    `targets` are by name, and have no secrets yet (see `chosen`). `cache` and `state` are folders, and so is `reports`,
    which gets a folder of each run. `suites` are the user's own files and folders of tests, `specs` is the folder
    of what the user adds to the vendors' documents. `tokens` is where access tokens are kept. `environ` is the
    environment as it was when the settings were read.
    """

    targets: Mapping[str, Target]
    cache: Path
    config: Path | None = None
    state: Path = Path(os.devnull)
    unresolved: Mapping[str, Unresolved] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    tokens: StorePlace = IN_MEMORY
    reports: Path = field(default_factory=lambda: Path.cwd() / REPORTS)
    suites: tuple[Path, ...] = ()
    specs: Path | None = None


def load(folder: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from `folder`/deskcheck.toml (optional) and the environment; no secret is read yet.

    Raises `UsageError` with file and line for broken TOML, unknown keys, wrong values, and a secret in the file itself.
    """
    environ = dict(os.environ if environ is None else environ)
    path = (folder or Path.cwd()) / CONFIG
    exists = os.path.lexists(path)
    data = tables_of(path) if exists else {}
    places = _places(data, path) if exists else {}
    quota_store = _quota_store(data.get("quota", {}), path, environ)
    tokens = store_place.place_of(data.get("tokens", {}), f"{path} [tokens]", environ, state_folder(environ))
    return Settings(
        targets={
            name: replace(_target(place), quota_store=quota_store, tokens=tokens) for name, place in places.items()
        },
        cache=cache_folder(environ),
        config=path if exists else None,
        state=state_folder(environ),
        unresolved={name: _unresolved(place) for name, place in places.items()},
        environ=environ,
        tokens=tokens,
        reports=_reports(data, path),
        suites=_suites(data, path),
        specs=_specs(data, path),
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """One target's table, and where it stands: `lines` are those of the whole file."""

    path: Path
    lines: Mapping[tuple[str, ...], int]
    name: str
    table: Mapping[str, Any]

    def where(self, key: str = "") -> str:
        """File, line and table, for a message."""
        keys = ("targets", self.name, *([key] if key else []))
        return f"{place_of(self.path, self.lines, *keys)} [targets.{short(self.name)}]"

    def text(self, key: str) -> str:
        """A value as text; empty where it is not given."""
        return str(self.table.get(key, ""))

    def error(self, key: str, what: str, remedy: str) -> UsageError:
        """An error at the line of a key."""
        return UsageError(what, where=self.where(key), remedy=remedy)


def _places(data: Mapping[str, Any], path: Path) -> dict[str, _Place]:
    """The table of each target."""
    lines = lines_of(path)
    tables = data.get("targets", {})
    remedy = "Write [targets.NAME] above each target."
    if unknown := data.keys() - TABLES:
        key = min(unknown)
        meant = did_you_mean(key, TABLES)
        raise UsageError(
            f"unknown table or key `{short(key)}`",
            where=place_of(path, lines, key),
            remedy=f"{meant} {remedy}".strip(),
        )
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise UsageError("`targets` holds no tables", where=place_of(path, lines, "targets"), remedy=remedy)
    if reserved := tables.keys() & {EMBEDDED, *map(embedded_name, vendors.VENDORS)}:
        name = min(reserved)
        raise UsageError(
            f"a target cannot be called {name}",
            where=place_of(path, lines, "targets", name),
            remedy="That is the sandbox which a run starts itself.",
        )
    return {name: _Place(path, lines, name, table) for name, table in tables.items()}


def _reports(data: Mapping[str, Any], path: Path) -> Path:
    """The folder that gets one of each run: `report_dir`, from the folder of deskcheck.toml on, else `reports`."""
    folder = data.get("report_dir", REPORTS)
    if not isinstance(folder, str) or not folder or "\0" in folder:
        where = place_of(path, lines_of(path), "report_dir")
        raise UsageError("`report_dir` is no folder", where=where, remedy='Write report_dir = "reports".')
    return path.absolute().parent / folder


def _suites(data: Mapping[str, Any], path: Path) -> tuple[Path, ...]:
    """The user's own suites, from the folder of deskcheck.toml on."""
    places = data.get("suites", [])
    if not isinstance(places, list) or not all(isinstance(place, str) and place for place in places):
        where = place_of(path, lines_of(path), "suites")
        raise UsageError("`suites` is no list of folders", where=where, remedy='Write suites = ["tests/desk"].')
    return tuple(_existing(path, "suites", place) for place in places)


def _specs(data: Mapping[str, Any], path: Path) -> Path | None:
    """The folder of the user's own corrections, with a folder for each vendor; None without one."""
    place = data.get("specs")
    if place is None:
        return None
    where = place_of(path, lines_of(path), "specs")
    if not isinstance(place, str) or not place:
        raise UsageError("`specs` is no folder", where=where, remedy='Write specs = "specs/".')
    folder = _existing(path, "specs", place)
    if not folder.is_dir():
        raise UsageError(f"`specs` is no folder: {place}", where=where, remedy='Write specs = "specs/".')
    return folder


def _existing(path: Path, key: str, place: str) -> Path:
    """A file or folder that deskcheck.toml names. Raises `UsageError` where there is none."""
    found = Path(os.path.normpath(path.absolute().parent / place))
    if "\0" in place or not found.exists():
        where = place_of(path, lines_of(path), key)
        remedy = f"Make it, or correct `{key}`; paths begin at the folder of {CONFIG}."
        raise UsageError(f"no such file or folder: {short(place)}", where=where, remedy=remedy)
    return found


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


def _quota_store(table: Any, path: Path, environ: Mapping[str, str]) -> str:
    """Where the use of quotas is kept: the state folder, or the URL of a Redis, which may be a variable's value."""
    where, remedy = f"{path} [quota]", f'Write store = "file", {FORMS}.'
    if not isinstance(table, dict) or table.keys() - {"store"}:
        raise UsageError("`quota` has other keys than `store`", where=where, remedy=remedy)
    store = table.get("store", "file")
    if not isinstance(store, str):
        raise UsageError("`store` is no text", where=where, remedy=remedy)
    return str(state_folder(environ)) if store == "file" else redis_url(store, where, environ, remedy)


def pick(settings: Settings, name: str) -> Target:
    """The target called `name`, without its secrets; raises `UsageError` that lists those which exist."""
    if name in settings.targets:
        return settings.targets[name]
    names = [EMBEDDED, *sorted(settings.targets)]
    nameable = [*names, *map(embedded_name, vendors.VENDORS)]
    add = f"Add [targets.{short(name)}] to {CONFIG}, or leave --target out for the sandbox."
    raise UsageError(
        f"unknown target {short(name)!r}",
        where=str(settings.config or ""),
        remedy=did_you_mean(name, map(short, nameable), add) + f" Known targets: {', '.join(map(short, names))}.",
    )


def references(settings: Settings, target: Target) -> tuple[SecretReference, ...]:
    """Where the secrets of a target are."""
    unresolved = settings.unresolved.get(target.name)
    return () if target.embedded or unresolved is None else tuple(unresolved.secrets.values())


def secret_variable(settings: Settings, target: Target) -> str:
    """The environment variable of a target's secret, where that is sent as it is; of a grant, only tokens are sent.

    Empty where the secret is kept elsewhere.
    """
    is_sent = vendors.named(target.vendor).auth_kind(target.credentials.kind).grant is None
    variables = (
        reference.text.removeprefix("env:")
        for reference in (references(settings, target) if is_sent else ())
        if reference.text.startswith("env:") and reference.key.startswith("secret")
    )
    return next(variables, "")


def chosen(settings: Settings, target: Target, secrets: Mapping[str, str]) -> Target:
    """A target with its secrets, its proxies and its certificate authorities, now that it is to be tested.

    `secrets` are by the text of their `references`. An embedded target has nothing to be completed and never has a
    proxy. Raises `UsageError` for what is no proxy, and for a file that holds no certificates.
    """
    unresolved = settings.unresolved.get(target.name)
    if target.embedded or unresolved is None:
        return target
    own = {key: secrets[reference.text] for key, reference in unresolved.secrets.items()}
    credentials = replace(target.credentials, secret=own.get("secret", ""), client_secret=own.get("client_secret", ""))
    proxy = own.get("proxy", unresolved.proxy)
    return replace(
        target,
        credentials=credentials,
        proxies=proxies_of(target, proxy, unresolved.where, settings.environ),
        ca_file=target.ca_file or ca_file_of(target, settings.environ),
    )


def _target(place: _Place) -> Target:
    _check_keys(place)
    table = place.table
    vendor = vendors.named(place.text("vendor"), place.where("vendor"))
    kind = vendor.auth_kind(str(table.get("auth", "none")), place.where("auth"))
    base_url = _url(place, "base_url", vendor.example_url)
    return Target(
        name=place.name,
        vendor=vendor.name,
        base_url=base_url,
        credentials=_credentials(kind, place),
        token_url=_token_url(vendor, kind, base_url, place),
        org_id=_org_id(vendor, place),
        org=place.text("org") or urlsplit(base_url).hostname or place.name,
        org_name=place.text("org"),
        quota=table.get("quota", START_QUOTA),
        learns_quota="quota" not in table,
        credits=table.get("credits", 0),
        disposable=table.get("disposable", False),
        timeout=float(table.get("timeout", DEFAULT_TIMEOUT)),
        ca_file=_ca_file(place),
    )


def _check_keys(place: _Place) -> None:
    """Every key is known, and every value is of its key's kind; what may be a secret is never shown."""
    table = place.table
    if literal := LITERAL_SECRETS & table.keys():
        key = min(literal)
        raise place.error(key, f"`{key}` holds a secret in a file", secret_remedy(key))
    if unknown := table.keys() - KEYS.keys():
        key = min(unknown)
        known = f"Known keys: {', '.join(sorted(KEYS))}."
        raise place.error(key, f"unknown key `{short(key)}`", f"{did_you_mean(key, KEYS)} {known}".strip())
    for name, value in table.items():
        if problem := KEYS[name].problem(value):
            remedy = secret_remedy(name) if name in SECRET_KEYS else KEYS[name].remedy
            raise place.error(name, f"`{name}` {problem}", remedy)


def _credentials(kind: AuthKind, place: _Place) -> Credentials:
    """Who we are, as far as the file says it; the secrets are read when the target is chosen."""
    for name in SECRET_KEYS:
        is_needed = {name, f"{name}_env"} & kind.secrets
        if is_needed and not place.text(name) and not place.text(f"{name}_env"):
            raise place.error("", f"`{name}` is missing (or `{name}_env`)", secret_remedy(name))
        if place.text(name) and place.text(f"{name}_env"):
            raise place.error(name, f"`{name}` and `{name}_env` both say where it is", "Leave one of them out.")
    return Credentials(
        kind=kind.name,
        user=_needed(place, "user", kind),
        client_id=_needed(place, "client_id", kind),
        scope=place.text("scope"),
    )


def _needed(place: _Place, key: str, kind: AuthKind) -> str:
    value = place.text(key)
    if key in kind.fields and not value:
        raise place.error(key, f"`{key}` is missing", kind.fields[key])
    return value


def _unresolved(place: _Place) -> Unresolved:
    references = {name: _reference(place, name) for name in SECRET_KEYS}
    proxy = place.table.get("proxy")
    if proxy is not None and is_reference(proxy):
        references["proxy"] = SecretReference(proxy, "proxy", place.where("proxy"), place.path.parent)
    return Unresolved({key: value for key, value in references.items() if value}, proxy, place.where("proxy"))


def _reference(place: _Place, name: str) -> SecretReference | None:
    """Where a secret is, by either of its two keys."""
    variable = place.text(f"{name}_env")
    key, text = (f"{name}_env", f"env:{variable}") if variable else (name, place.text(name))
    return SecretReference(text, key, place.where(key), place.path.parent) if text else None


def _token_url(vendor: Vendor, kind: AuthKind, base_url: str, place: _Place) -> str:
    """The token host: the one of the data centre that the base URL is in, and no other may be written.

    Where the org itself gives the tokens, only kinds that get tokens there may call it.
    """
    host = vendor.token_host
    if host is None:
        return ""
    if not host.default:
        if "token_url" in place.table:
            raise place.error("token_url", "the org itself gives the tokens", "Leave token_url out.")
        return base_url if kind.grant else ""
    derived = host.of(urlsplit(base_url).hostname or "")
    if not place.text("token_url"):
        return derived
    written = _url(place, "token_url", derived)
    is_known = (urlsplit(base_url).hostname or "").lower() in host.data_centres
    if is_known and written.lower() != derived:
        raise place.error(
            "token_url",
            f"token_url {written} is not of the data centre of base_url {base_url}",
            _data_centre_remedy(host, written, derived),
        )
    return written


def _data_centre_remedy(host: TokenHost, written: str, derived: str) -> str:
    """Which of the two to change."""
    own = [api_host for api_host, token_url in host.data_centres.items() if token_url == written.lower()]
    other = f', or write base_url = "https://{own[0]}" if the org is there' if own else ""
    return f"Leave token_url out: it is {derived}{other}."


def _org_id(vendor: Vendor, place: _Place) -> str:
    org_id = place.text("org_id")
    if "org_id" in place.table and vendor.orgs and not vendor.orgs.is_id(org_id):
        remedy = "Leave it out: then the org is found by its name (org), or is the only one of the credentials."
        raise place.error("org_id", f"`org_id` is {short(org_id)!r}, not {vendor.orgs.id_words}", remedy)
    return org_id


def _url(place: _Place, key: str, example: str) -> str:
    try:
        return _plain_url(place.text(key), example, key)
    except UsageError as error:
        raise place.error(key, error.what, error.remedy) from None


def _plain_url(text: str, example: str = "https://HOST", key: str = "base_url") -> str:
    """A base URL without the slash at its end. Raises `UsageError` for what is none, without what may be secret."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("https", "http") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment or "@" in parts.netloc or re.search(r"[^!-~]", text):
        # User and query can be secrets.
        shown = re.sub(r"//.*@|[?#].*", "…", text)
        raise UsageError(f"{short(shown)!r} is no base URL", remedy=f'Write {key} = "{example}".')
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise UsageError(f"{text!r} would send credentials unencrypted", remedy="Use https.")
    if api_path := re.search(r"/api(/v\d+)?/*$", parts.path):
        bare = text[: -len(api_path[0])]
        raise UsageError(f"{text!r} ends with the API's own path", remedy=f"Write it without: {bare}")
    return text.rstrip("/")


def _ca_file(place: _Place) -> str:
    """The absolute path of the target's own certificate authorities, which must be there and be PEM."""
    written = place.text("ca_file")
    if not written:
        return ""
    path = place.path.parent / Path(written).expanduser()
    if problem := certificates_problem(str(path)):
        raise place.error("ca_file", f"`ca_file` {short(str(path), 200)} {problem}", KEYS["ca_file"].remedy)
    return str(path)
