"""RecordedExchange: one entry of a recording with the place that it was read from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from harness.exchange import Exchange
from harness.finding import Finding

BROKEN = (KeyError, TypeError, ValueError, AttributeError, OverflowError)
"""What reading an entry of another tool can raise where it is not as it should be."""


@dataclass(frozen=True, slots=True)
class RecordedExchange:
    """One entry of a recording, the first being 0. `exchange` is None where `note` says why there is none.

    `whole` is False where the recording left the answer's body out. `ours` marks what deskcheck recorded itself; it
    then knows the `operation` key, the `purpose` that `checks.fitting` takes, and the `case_findings` of those checks
    that need the generated case itself.
    """

    file: str
    index: int
    exchange: Exchange | None = None
    note: str = ""
    whole: bool = True
    ours: bool = False
    operation: str = ""
    purpose: str = ""
    case_findings: tuple[Finding, ...] = ()


def text(raw: Any) -> str:
    """A scalar as text. Raises `TypeError` for a container, whose text might not end."""
    if isinstance(raw, dict | list | tuple):
        raise TypeError(f"{type(raw).__name__} where text should be")
    return str(raw)


def url(raw: Any) -> str:
    """A URL that can be taken apart; raises `ValueError` or `TypeError` for any other."""
    url = text(raw)
    urlsplit(url)
    return url


def seconds(raw: Any) -> float:
    """An ISO 8601 time as seconds since the epoch; 0 where it is none."""
    try:
        return datetime.fromisoformat(text(raw)).timestamp()
    except (ValueError, TypeError, OverflowError):
        return 0.0
