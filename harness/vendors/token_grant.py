"""TokenGrant: how access tokens of one target are asked for, read and used; and what any token host's answer shows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from harness.exchange import Response
from harness.target import Target
from harness.tokens.lifetime import lifetime
from harness.tokens.token import Token, is_sendable
from harness.vendors.obstacle import Obstacle, OrgError


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """A POST to the token host: absolute URL, media type and body."""

    url: str
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class TokenRefusal:
    """What an error code of a token host means: the cause, in words, and what to do."""

    obstacle: Obstacle
    meaning: str
    remedy: str


THROTTLED = TokenRefusal(
    Obstacle.THROTTLED, "too many tokens were asked for", "Wait; deskcheck itself asks for none until then."
)


@dataclass(frozen=True, slots=True)
class TokenGrant:
    """One way to get access tokens for a target; all functions are pure.

    `key` is that of the token store. `scheme` stands before a token in the Authorization header. `ask` makes the
    request for a token, of the last one where there was one. `read` makes a token of the answer and the time (seconds
    since the epoch) at which it was asked for; it raises `OrgError`. `refuses` says of an answer's status and body
    whether it is the token that was refused, and not the request. `rotates` says that each token call ends what the one
    before gave: a token that gets lost is lost for good.
    `throttled` is what to say while nobody may ask `token_url`.
    """

    key: str
    token_url: str
    scheme: str
    ask: Callable[[Token | None], TokenRequest]
    read: Callable[[Response, float], Token]
    refuses: Callable[[int, bytes], bool]
    rotates: bool = False
    throttled: TokenRefusal = THROTTLED


_LONGEST_CODE = 40
_SCOPES_APART = re.compile(r"[\s,]+")


def read_answer(
    answer: Response,
    target: Target,
    refusals: Mapping[str, TokenRefusal],
    throttled: TokenRefusal = THROTTLED,
) -> Mapping[str, Any]:
    """The JSON object of an answer that holds an access token. Raises `OrgError` for any other, by what it shows.

    `refusals` are the meanings of error codes. The status decides only where the body names no cause: both vendors'
    hosts answer errors under 200 or 400 (client reports).
    """
    body = answer.json_or(None)
    fields = body if isinstance(body, dict) else {}
    if answer.is_success and is_sendable(fields.get("access_token")):
        return fields
    code = fields.get("error")
    name = code.strip().casefold() if isinstance(code, str) else ""
    refusal = refusals.get(name) or _by_status(answer, throttled) or _unknown(name, answer)
    shown = code if name in refusals else _shown(name, target) or f"HTTP {answer.status}"
    raise OrgError(
        refusal.obstacle,
        f"{target.token_url} gave no access token: {shown} ({refusal.meaning})",
        where=f"target {target.name}",
        remedy=refusal.remedy,
    )


def token_of(fields: Mapping[str, Any], asked_at: float, default: float, longest: float) -> Token:
    """The token of an answer; `default` and `longest` are lifetimes in seconds."""
    seconds = lifetime(fields, default, longest)
    refresh = fields.get("refresh_token")
    return Token(
        access=str(fields["access_token"]),
        expires_at=asked_at + seconds,
        lifetime=seconds,
        refresh=str(refresh) if is_sendable(refresh) else "",
        scopes=_scopes(fields.get("scope")),
    )


def _scopes(value: Any) -> frozenset[str] | None:
    """The scopes granted, written with spaces or commas between them, or as a list; None where nothing is said."""
    if isinstance(value, list):
        value = " ".join(scope for scope in value if isinstance(scope, str))
    if not isinstance(value, str) or not value.strip():
        return None
    return frozenset(filter(None, _SCOPES_APART.split(value)))


def _by_status(answer: Response, throttled: TokenRefusal) -> TokenRefusal | None:
    if answer.status == 429:
        return throttled
    if answer.status >= 500:
        return TokenRefusal(Obstacle.UNAVAILABLE, "the token host is down", "Try again later.")
    if 300 <= answer.status < 400:
        return TokenRefusal(
            Obstacle.LOGIN_PAGE,
            "it leads elsewhere, as to a page where people log in",
            "Check token_url and the proxy.",
        )
    if answer.status == 404:
        return TokenRefusal(
            Obstacle.DEAD_ACCOUNT, "nothing is there", "Check the host's name; an account that was closed answers so."
        )
    return None


def _unknown(name: str, answer: Response) -> TokenRefusal:
    if name:
        return TokenRefusal(Obstacle.CONFIGURATION, "a refusal that is not known", "Check auth, client_id and scope.")
    if answer.status in (401, 403):
        return TokenRefusal(Obstacle.WRONG_CLIENT, "it refuses the client", "Check client_id and the secrets.")
    return TokenRefusal(
        Obstacle.NOT_THE_API, "this is no answer of a token host", "Check base_url, token_url and the proxy."
    )


def _shown(name: str, target: Target) -> str:
    """A code that is not known, if it looks like one and repeats nothing of ours."""
    if len(name) > _LONGEST_CODE or not re.fullmatch(r"[a-z][a-z_ .-]*", name):
        return ""
    return "" if any(secret.casefold() in name for secret in target.credentials.secrets) else name
