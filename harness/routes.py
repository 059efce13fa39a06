"""How a target is reached: by which proxy, and trusting whom, by its own keys or the variables of the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from urllib.parse import unquote, urlsplit

from harness.errors import UsageError
from harness.formats.toml import short
from harness.target import Proxy, Target, address_of
from harness.target_keys import NO_PROXY


def proxies_of(target: Target, own: str | None, where: str, environ: Mapping[str, str]) -> dict[str, Proxy]:
    """The proxies of a target's addresses: its `own` for all of them, else, where that is None, the environment's.

    Raises `UsageError` for what is no proxy; `where` is the place of its own.
    """
    proxies = {}
    for url in filter(None, (target.base_url, target.token_url)):
        text, place = (_proxy_of(url, environ), _proxy_variable(url)) if own is None else (own, where)
        host, port = address_of(url)
        if text not in NO_PROXY:
            proxies[f"{host}:{port}"] = _proxy(text, place)
    return proxies


def _proxy_variable(url: str) -> str:
    return f"{urlsplit(url).scheme.upper()}_PROXY"


def _proxy_of(url: str, environ: Mapping[str, str]) -> str:
    """The proxy that the environment names for a URL; empty where NO_PROXY excepts its host."""
    host, port = address_of(url)
    exceptions = re.split(r"[\s,]+", _variable(environ, "NO_PROXY"))
    if any(_is_excepted(host, port, entry) for entry in exceptions if entry):
        return ""
    return _variable(environ, _proxy_variable(url))


def _is_excepted(host: str, port: int, entry: str) -> bool:
    """Whether an entry of NO_PROXY is about a host, as curl and Python's own library read it.

    `*` is every host, `example.com` and `.example.com` are the domain and all below it, `host:port` is that port alone,
    and `10.0.0.0/8` is a network.
    """
    if entry == "*":
        return True
    if "/" in entry:
        return _is_in_network(host, entry)
    name, colon, number = entry.rpartition(":")
    if colon and number.isdigit() and (":" not in name or name.endswith("]")):
        if int(number) != port:
            return False
        entry = name
    domain = entry.strip("[]").lstrip("*").lstrip(".").lower()
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))


def _is_in_network(host: str, entry: str) -> bool:
    try:
        return ip_address(host) in ip_network(entry, strict=False)
    except ValueError:  # a name, or no network
        return False


def _proxy(text: str, where: str) -> Proxy:
    """A proxy of its URL. What is wrong is told without the URL, which may hold a password."""
    text = text if "://" in text else f"http://{text}"
    try:
        parts = urlsplit(text)
        is_plain = parts.scheme == "http" and parts.path in ("", "/") and not parts.query and not parts.fragment
        host, port = parts.hostname, parts.port or 80
    except ValueError:
        is_plain, host, port = False, None, 80
    if not is_plain or not host or re.search(r"[^!-~]", text):
        remedy = 'Write "http://HOST:PORT"; proxies of other kinds (https, socks) are not known.'
        raise UsageError("is not the URL of an HTTP proxy", where=where, remedy=remedy)
    return Proxy(host, port, unquote(parts.username or ""), unquote(parts.password or ""))


def ca_file_of(target: Target, environ: Mapping[str, str]) -> str:
    """The certificate authorities that SSL_CERT_FILE names, for a target that is reached by TLS.

    Raises `UsageError` where the file holds none.
    """
    uses_tls = any(url.startswith("https") for url in (target.base_url, target.token_url))
    path = _variable(environ, "SSL_CERT_FILE") if uses_tls else ""
    if path and (problem := certificates_problem(path)):
        remedy = "Name a PEM file, or take the variable out of the environment."
        raise UsageError(f"{short(path, 200)} {problem}", where="SSL_CERT_FILE", remedy=remedy)
    return path


def certificates_problem(path: str) -> str:
    """Why a file holds no certificates, as the rest of a sentence; empty where it does."""
    import ssl  # takes a while to load, and few targets need it

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except ssl.SSLError:
        return "holds no certificates in PEM form"
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"
    return ""


def _variable(environ: Mapping[str, str], name: str) -> str:
    """A variable in either spelling; the small letters win, as they do in curl."""
    return environ.get(name.lower()) or environ.get(name, "")
