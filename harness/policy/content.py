"""A request's query and body as the trees that some server could make of them."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl

from harness.exchange import Headers
from harness.risk.escalate import UNREADABLE, Several, tree_of

_NAME = re.compile(rb'name="((?:[^"\\]|\\.)*)"|name=([^;\s"]+)', re.IGNORECASE)
_FILE = re.compile(rb"filename\*?=", re.IGNORECASE)
_UNDECODED = ("xml", "yaml", "yml", "msgpack", "protobuf", "cbor", "graphql", "plist")


def query_of(url: str) -> list[tuple[str, str]]:
    """The pairs of the query, decoded, blanks kept; both `&` and `;` part them, as servers differ."""
    query = url.partition("?")[2].partition("#")[0]
    if not query:
        return []
    pairs = parse_qsl(query, keep_blank_values=True)
    return pairs + parse_qsl(query.replace(";", "&"), keep_blank_values=True) if ";" in query else pairs


def body_of(headers: Headers, body: bytes) -> Any:
    """The body as a tree: JSON, a form, or the fields of a multipart; None for none and for opaque files.

    JSON is tried whatever the media type says. `UNREADABLE` for what another server may read: a broken JSON, other
    charsets, compressed bodies, XML.
    """
    if not body:
        return None
    media, charset = "", ""
    for name, value in headers:
        if name == "content-type":
            media = value.casefold()
        elif name == "content-encoding" and value.strip().casefold() not in ("", "identity"):
            return UNREADABLE
    if found := re.search(r"charset\s*=\s*\"?([\w-]+)", media):
        charset = found.group(1)
    if charset not in ("", "utf-8", "utf8", "us-ascii", "ascii"):
        return UNREADABLE
    return _decoded(media, body)


def _decoded(media: str, body: bytes) -> Any:
    if "multipart/" in media:
        return _multipart(media, body)
    try:
        return json.loads(body, object_pairs_hook=_merged)
    except (ValueError, RecursionError):
        pass
    if "x-www-form-urlencoded" in media:
        return tree_of(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    if "json" in media or any(word in media for word in _UNDECODED) or not media:
        return UNREADABLE
    if media.startswith("text/"):
        return tree_of(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return None


def _merged(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose repeated keys keep every value."""
    out = dict(pairs)
    if len(out) != len(pairs):
        for key in out:
            values = [value for name, value in pairs if name == key]
            if len(values) > 1:
                out[key] = Several(values)
    return out


def _multipart(media: str, body: bytes) -> Any:
    """The fields of a multipart form; files are left out. Parts without a name count as unreadable."""
    found = re.search(r"boundary=\"?([^\";,\s]+)", media)
    if not found:
        return UNREADABLE
    pairs: list[tuple[str, str]] = []
    # The media type was folded for comparing, the body was not.
    for part in re.split(re.escape(b"--" + found.group(1).encode()), body, flags=re.IGNORECASE)[1:]:
        head, _, data = part.partition(b"\r\n\r\n")
        if part.strip() in (b"", b"--"):
            continue
        name = _NAME.search(head)
        if name is None:
            return UNREADABLE
        if not _FILE.search(head):
            key = (name.group(1) or name.group(2) or b"").decode("utf-8", "replace")
            pairs.append((key, data.removesuffix(b"\r\n").decode("utf-8", "replace")))
    return tree_of(pairs)
