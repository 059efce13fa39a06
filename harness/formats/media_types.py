"""Media types: which of them hold JSON or XML, and which declared one covers that of a body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")


def bare(media_type: str) -> str:
    """A media type without its parameters, in lower case."""
    return media_type.split(";", 1)[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Whether a media type holds JSON (RFC 6839: also those with a `+json` suffix)."""
    return media_type == "application/json" or media_type.endswith("+json")


def is_xml(media_type: str) -> bool:
    """Whether a media type holds XML (RFC 7303)."""
    return media_type in ("application/xml", "text/xml") or media_type.endswith("+xml")


def covers(declared: str, sent: str) -> bool:
    """Whether a declared media type, or range of types such as `image/*`, is that of a body."""
    if declared in ("*/*", sent):
        return True
    return declared.endswith("/*") and sent.startswith(declared.removesuffix("*"))


def fitting(contents: Mapping[str, T], sent: str) -> str | None:
    """The declared media type that covers that of a body, the most exact one; None where none does."""
    ranges = (sent, f"{sent.partition('/')[0]}/*", "*/*")
    return next((declared for declared in ranges if declared in contents), None)
