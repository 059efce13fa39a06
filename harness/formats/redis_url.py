"""The URL of a Redis as a configuration names it: itself, or an environment variable that holds it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from harness.errors import UsageError
from harness.formats.toml import short

FORMS = '"redis://HOST:PORT/DB", or "env:NAME" of a variable that holds such a URL'


def redis_url(store: str, where: str, environ: Mapping[str, str], remedy: str) -> str:
    """The URL that the text `store` at the place `where` stands for, a password included.

    Raises `UsageError` for a URL that is none, for one with a password in the file, and for a variable that is not set.
    No message repeats what may be a secret.
    """
    if store.startswith("env:"):
        return _url_of_variable(store.removeprefix("env:"), where, environ, remedy)
    if "@" in store:
        raise UsageError(
            "the URL of `store` holds user or password in a file",
            where=where,
            remedy='Put the URL into an environment variable and name that: store = "env:DESKCHECK_STORE".',
        )
    return _checked(store, where, short(store), remedy)


def _url_of_variable(name: str, where: str, environ: Mapping[str, str], remedy: str) -> str:
    """The URL in an environment variable. What does not look like a variable may be a secret, and is not shown."""
    shown = name if re.fullmatch(r"[A-Z][A-Z0-9_]*", name) else "that `store` names"
    if not environ.get(name):
        raise UsageError(
            f"the environment variable {shown} is not set", where=where, remedy="Set it to redis://HOST:PORT/DB."
        )
    return _checked(environ[name], where, f"the text in {shown}", remedy)


def _checked(url: str, where: str, shown: str, remedy: str) -> str:
    parts = _parts(url)
    usable = parts.scheme in ("redis", "rediss") and parts.hostname and re.fullmatch(r"(/\d{0,4})?", parts.path)
    if not usable or parts.fragment or not re.fullmatch(r"(ssl_ca_certs=[^&]+)?", parts.query):
        raise UsageError(f"`store` is none of its kinds: {shown}", where=where, remedy=remedy)
    return url


def _parts(url: str) -> SplitResult:
    """The parts of a URL; none where it is no URL."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return urlsplit("")
    return parts if re.fullmatch(r"[!-~]*", url) else urlsplit("")
