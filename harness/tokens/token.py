"""Token: one access token as a value, and the record of it that a store keeps, as JSON text."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from typing import Any

from harness.formats.json_text import json_or

EARLY = 60.0
"""Seconds before its end at which a token is renewed: as long as one exchange may take by default."""
_EARLY_SHARE = 0.1
"""Of a lifetime under ten minutes only this share."""

_VERSION = 1
# What a header can carry (RFC 6750: b64token, and more); a line break in it would begin another header.
_SENDABLE = re.compile(r"[!-~]{1,8192}")


@dataclass(frozen=True, slots=True)
class Token:
    """An access token; `repr` shows no secret.

    `refresh` gets the next token, and is replaced by it where the vendor's refresh tokens rotate; empty where the
    configured one stays. `expires_at` is in seconds since the epoch, `lifetime` in seconds. `scopes` are those granted,
    None where the token host did not say.
    """

    access: str = field(repr=False)
    expires_at: float
    lifetime: float
    refresh: str = field(default="", repr=False)
    scopes: frozenset[str] | None = None

    def is_due(self, now: float) -> bool:
        """Whether it is to be renewed: a minute before its end, or a tenth of its lifetime where that is less."""
        return now >= self.expires_at - min(EARLY, self.lifetime * _EARLY_SHARE)

    def is_over(self, now: float) -> bool:
        """Whether it has come to its end."""
        return now >= self.expires_at

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values that must never be shown."""
        return tuple(value for value in (self.access, self.refresh) if value)


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """What a store keeps under one key: the token, and until when (seconds since the epoch) nobody asks for another.

    The wait is for a token host that throttles: each further question would prolong it.
    """

    token: Token | None = None
    wait_until: float = 0.0


EMPTY = TokenRecord()


def is_sendable(text: Any) -> bool:
    """Whether a value can be a token: text that a header may carry."""
    return isinstance(text, str) and _SENDABLE.fullmatch(text) is not None


def encode(record: TokenRecord, key: str) -> bytes:
    """A record as JSON that names the key it is for."""
    fields: dict[str, Any] = {"version": _VERSION, "key": key, "wait_until": record.wait_until}
    if token := record.token:
        fields |= {
            "access_token": token.access,
            "refresh_token": token.refresh,
            "expires_at": token.expires_at,
            "lifetime": token.lifetime,
            "scopes": None if token.scopes is None else sorted(token.scopes),
        }
    return json.dumps(fields).encode()


def decode(text: bytes | str, key: str) -> TokenRecord:
    """The record of a text that `encode` wrote for this key; an empty one for any other text."""
    fields = json_or(text, None)
    if not isinstance(fields, dict) or fields.get("version") != _VERSION or fields.get("key") != key:
        return EMPTY
    wait_until = _number(fields.get("wait_until"))
    return TokenRecord(_token(fields), wait_until or 0.0)


def _token(fields: dict[str, Any]) -> Token | None:
    access, refresh = fields.get("access_token"), fields.get("refresh_token")
    expires_at, lifetime = _number(fields.get("expires_at")), _number(fields.get("lifetime"))
    if not is_sendable(access) or not (refresh == "" or is_sendable(refresh)):
        return None
    if expires_at is None or lifetime is None:
        return None
    scopes = fields.get("scopes")
    is_list = isinstance(scopes, list) and all(isinstance(scope, str) for scope in scopes)
    return Token(str(access), expires_at, lifetime, str(refresh), frozenset(scopes or ()) if is_list else None)


def _number(value: Any) -> float | None:
    """A finite number; None for anything else, such as an integer beyond every float."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None
