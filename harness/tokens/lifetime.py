"""Lifetime: how long an access token works by its token host's answer, whatever form that is given in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def lifetime(answer: Mapping[str, Any], default: float, longest: float) -> float:
    """Seconds that the token of an answer works; `default` where it does not say, or says what cannot be.

    `expires_in_sec` comes before `expires_in`, which counts milliseconds in answers that hold both (vendor page of Zoho
    Writer: OAuth, step 4). A number over `longest` seconds is one of milliseconds if it then is possible. Texts of
    digits count as numbers.
    """
    for name in ("expires_in_sec", "expires_in"):
        number = _number(answer.get(name))
        for seconds in (number, number / 1000):
            if 0 < seconds <= longest:
                return seconds
    return default


def _number(value: Any) -> float:
    """The number that a value is or spells; 0 where it is none."""
    if isinstance(value, str) and value.isascii() and value.strip().isdigit() and len(value) < 20:
        return float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    try:
        return float(value)
    except OverflowError:
        return 0.0
