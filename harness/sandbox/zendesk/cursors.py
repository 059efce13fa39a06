"""Cursors: the sort values of a row, packed as the vendor packs them.

A cursor is base64 of `{"o": ORDER, "v": base64 of the sort values}`, each value a type letter and its bytes,
little-endian (read off recorded cursors). It names a place by value, so it stays good when rows come and go.
"""

from __future__ import annotations

import base64
import binascii
import struct
from typing import Any

import msgspec


def encode(order: str, values: tuple[Any, ...]) -> str:
    """A cursor from sort values; `order` names them."""
    names = order.removeprefix("-").split(",")
    packed = b"".join(_pack(value, name) for name, value in zip(names, values, strict=True))
    inner = {"o": order, "v": base64.b64encode(packed).decode()}
    return base64.b64encode(msgspec.json.encode(inner)).decode()


def _pack(value: Any, name: str) -> bytes:
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return (b"d" if name.endswith("_at") else b"i") + struct.pack("<q", value)
    text = str(value)
    return b"s" + struct.pack("<I", len(text)) + text.encode()


def decode(cursor: str) -> tuple[Any, ...] | None:
    """The sort values of a cursor, in any of the vendor's wrappings; None for what is none."""
    try:
        data = base64.b64decode(cursor.replace(" ", "+"), validate=True)
        if data[:1] == b"{":
            inner = msgspec.json.decode(data)
            data = base64.b64decode(inner.get("v") or inner["offset"], validate=True)
        return _unpack(data)
    except (binascii.Error, ValueError, LookupError, TypeError, AttributeError, struct.error):
        return None


def _unpack(data: bytes) -> tuple[Any, ...]:
    values: list[Any] = []
    while data:
        tag, data = data[:1], data[1:]
        if tag in (b"i", b"d"):
            values.append(struct.unpack("<q", data[:8])[0])
            data = data[8:]
        elif tag == b"s":
            # The length counts characters, not bytes (recorded with a name that begins with an emoji).
            text = data[4:].decode("utf-8", "surrogateescape")[: struct.unpack("<I", data[:4])[0]]
            values.append(text)
            data = data[4 + len(text.encode("utf-8", "surrogateescape")) :]
        else:
            raise ValueError(tag)
    if not values:
        raise ValueError("empty cursor")
    return tuple(values)
