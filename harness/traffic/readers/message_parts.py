"""Parts of messages in the forms that many writers share: headers, statuses, bodies, URLs."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlunsplit

from harness.exchange import Headers
from harness.traffic.recorded_exchange import text

MOST_NODES = 1_000_000
"""Values in one body that a recording holds as data: a few lines of YAML can stand for any number."""

_USUAL_PORTS = {"http": "80", "https": "443"}


def headers_of(raw: Any) -> Headers:
    """Header pairs with names in lower case, of any form: a mapping to one value or several, a list of pairs or of
    `name` and `value`, or lines of text.
    """
    return tuple((_words(name).strip().lower(), _words(value)) for name, value in _pairs(raw))


def alternating(raw: Any) -> Headers:
    """Headers in one flat list, name after value after name."""
    names, values = raw[::2], raw[1::2]
    return headers_of(list(zip(names, values, strict=False)))


def _pairs(raw: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(raw, str | bytes):
        raw = _words(raw).splitlines()
    members: Iterable[Any] = raw.items() if isinstance(raw, Mapping) else raw or ()
    for member in members:
        if isinstance(member, str | bytes):
            name, colon, value = _words(member).partition(":")
            if colon:
                yield name, value.strip()
        elif isinstance(member, Mapping):
            if not member.get("disabled"):
                yield from _spread(member.get("name", member.get("key")), member.get("value", ""))
        elif len(member) == 2 and not isinstance(member[0], list | tuple):
            yield from _spread(*member)
        else:
            # A set of pairs, as old cassettes of Python have it.
            yield from _pairs_of_set(member)


def _spread(name: Any, values: Any) -> Iterator[tuple[Any, Any]]:
    for value in values if isinstance(values, list | tuple) else (values,):
        yield name, "" if value is None else value


def _pairs_of_set(members: Any) -> Iterator[tuple[Any, Any]]:
    for name, value in members:
        yield from _spread(name, value)


def _words(raw: Any) -> str:
    """Text, which a header has even where the writer took it for bytes."""
    return raw.decode("latin-1") if isinstance(raw, bytes) else text(raw)


def header(headers: Headers, name: str) -> str:
    """The first value of a header, or an empty string."""
    return next((value for key, value in headers if key == name), "")


def status_of(*candidates: Any) -> int | None:
    """The first code among what a writer may have put it into: a number, `200`, `200 OK`, or a mapping with one."""
    for raw in candidates:
        if isinstance(raw, Mapping):
            plain = plain_keys(raw)
            raw = next((plain[key] for key in ("code", "statuscode", "status") if key in plain), None)
        if isinstance(raw, list):
            # Erlang's client keeps the parts of the status line.
            raw = next((part for part in raw if isinstance(part, int)), None)
        if isinstance(raw, str):
            raw = raw.split()[0] if raw.strip() else None
        if raw is not None and not isinstance(raw, bool):
            return int(raw)
    return None


def plain_keys(raw: Mapping[Any, Any]) -> dict[str, Any]:
    """A mapping with keys in one spelling: `:status_code`, `StatusCode` and `statusCode` are one key."""
    return {text(key).lstrip(":").replace("_", "").lower(): value for key, value in raw.items()}


def bytes_of(raw: Any) -> bytes:
    """A body that is kept as text or bytes."""
    if isinstance(raw, bytes):
        return raw
    return b"" if raw is None else text(raw).encode("utf-8", "surrogatepass")


def from_base64(raw: Any) -> bytes:
    """Bytes of base64; signs that do not belong there are passed over, as the recorders' own readers do."""
    return base64.b64decode(bytes_of(raw), validate=False)


def from_hex(raw: Any) -> bytes:
    """Bytes of hexadecimal digits. Raises `ValueError`."""
    try:
        return binascii.unhexlify(bytes_of(raw))
    except binascii.Error as error:
        raise ValueError(f"is not hexadecimal: {error}") from error


def text_or_json(raw: Any) -> bytes:
    """A body that is kept as text, or as the value that its JSON had."""
    if raw is None or isinstance(raw, str | bytes):
        return bytes_of(raw)
    return as_json(raw)


def as_json(value: Any) -> bytes:
    """The JSON text of a value. Raises `ValueError` for one that is too large to be written out."""
    count, waiting = 0, [value]
    while waiting:
        node = waiting.pop()
        members = node.values() if isinstance(node, Mapping) else node if isinstance(node, list | tuple) else ()
        count += len(members)
        if count > MOST_NODES:
            raise ValueError("the body has too many values")
        waiting.extend(members)
    return json.dumps(value, ensure_ascii=False, default=str).encode("utf-8", "surrogatepass")


def with_query(url: str, pairs: Iterable[tuple[Any, Any]]) -> str:
    """A URL with a query that is kept beside it; one that it has already stays."""
    kept = [(text(name), text(value)) for name, value in pairs]
    return url if "?" in url or not kept else f"{url}?{urlencode(kept)}"


def url_of(scheme: Any, host: Any, port: Any, path: Any, query: Any = "") -> str:
    """A URL of its parts; a port that the scheme has anyway is left out."""
    protocol, where = text(scheme or "https").lower(), text(host or "")
    if port not in (None, "", -1) and text(port) != _USUAL_PORTS.get(protocol):
        where = f"{where}:{text(port)}"
    before, _, behind = text(path or "/").partition("?")
    return urlunsplit((protocol, where, quote(before, safe="/%:@!$&'()*+,;=~"), text(query or "") or behind, ""))
