"""A request's query and body as the trees that some server could make of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from harness.exchange import Headers
from harness.risk.escalate import UNREADABLE, RepeatedValues, tree_of

_NAME = re.compile(rb'(?<!\w)name="((?:[^"\\]|\\.)*)"|(?<!\w)name=([^;\s"]+)', re.IGNORECASE)
_FILE = re.compile(rb"filename\*?=", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*\"?([\w-]+)")
_CHARSETS = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
_ENCODED = re.compile(rb"content-transfer-encoding\s*:\s*(?!7bit|8bit|binary)", re.IGNORECASE)
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_UNDECODED = ("xml", "yaml", "yml", "msgpack", "protobuf", "cbor", "graphql", "plist")


def query_of(url: str) -> list[tuple[str, str]]:
    """The pairs of the query, decoded, blanks kept; both `&` and `;` part them, as servers differ."""
    return _pairs(url.partition("?")[2].partition("#")[0])


def _pairs(text: str) -> list[tuple[str, str]]:
    pairs = parse_qsl(text, keep_blank_values=True)
    if ";" in text:
        pairs += parse_qsl(text.replace(";", "&"), keep_blank_values=True)
    return pairs


def body_of(headers: Headers, body: bytes) -> Any:
    """The body as a tree: JSON, a form, or the fields of a multipart; None for none and for opaque files.

    JSON is tried whatever the media type says. `UNREADABLE` for what another server may read: a broken JSON, other
    charsets, compressed bodies, XML.
    """
    if not body:
        return None
    types = [value.casefold() for name, value in headers if name == "content-type"]
    if _is_compressed(headers) or any(_has_other_charset(media) for media in types):
        return UNREADABLE
    # Two content types: servers differ in which one they take.
    trees = [tree for media in types or [""] for tree in _decoded(media, body)]
    if any(tree is UNREADABLE for tree in trees):
        return UNREADABLE
    return RepeatedValues(trees) if len(trees) > 1 else next(iter(trees), None)


def _is_compressed(headers: Headers) -> bool:
    encodings = [value.strip().casefold() for name, value in headers if name == "content-encoding"]
    return any(encoding not in ("", "identity") for encoding in encodings)


def _has_other_charset(media: str) -> bool:
    charset = _CHARSET.search(media)
    return charset is not None and charset[1] not in _CHARSETS


def _decoded(media: str, body: bytes) -> Iterator[Any]:
    """What a body of this type is read as: more than one tree where what is JSON to one is a form to another."""
    if "multipart/" in media:
        yield _multipart(media, body)
        return
    try:
        # Not `read_json`: here counts what some server could read, so NaN and any depth are looked into as well.
        yield json.loads(body, object_pairs_hook=_merged)
        if "x-www-form-urlencoded" not in media or b"=" not in body:
            return
    except (ValueError, RecursionError):
        pass
    if "x-www-form-urlencoded" in media or (media.startswith("text/") and not _is_undecoded(media)):
        yield tree_of(_pairs(body.decode("utf-8", "replace")))
    elif "json" in media or not media or _is_undecoded(media):
        yield UNREADABLE


def _is_undecoded(media: str) -> bool:
    return "json" in media or any(word in media for word in _UNDECODED)


def _merged(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose repeated keys keep every value."""
    out = dict(pairs)
    if len(out) != len(pairs):
        for key in out:
            values = [value for name, value in pairs if name == key]
            if len(values) > 1:
                out[key] = RepeatedValues(values)
    return out


def _multipart(media: str, body: bytes) -> Any:
    """The fields of a multipart form; files are left out. Parts without a name count as unreadable."""
    boundary = re.search(r"boundary=\"?([^\";,\s]+)", media)
    if not boundary:
        return UNREADABLE
    pairs: list[tuple[str, str]] = []
    # The media type was folded for comparing, the body was not.
    for part in re.split(re.escape(b"--" + boundary[1].encode()), body, flags=re.IGNORECASE)[1:]:
        if part.strip() in (b"", b"--"):
            continue
        head, *rest = _HEAD_END.split(part, maxsplit=1)
        data = re.sub(rb"\r?\n\Z", b"", rest[0]) if rest else b""
        if _FILE.search(_NAME.sub(b"", head)):
            continue
        names = [quoted or plain for quoted, plain in _NAME.findall(head)]
        if not names or _ENCODED.search(head):
            return UNREADABLE
        # Given twice, a name is the first to one server and the last to another.
        pairs += [(name.decode("utf-8", "replace"), data.decode("utf-8", "replace")) for name in names]
    return tree_of(pairs)
