"""Checks on what an answer gives away: a failure dressed up as success, or a credential of ours."""

from __future__ import annotations

import base64
import binascii
import contextlib
import re
from collections.abc import Iterator
from typing import Any

from harness.catalog import Match
from harness.checks.answer import NOTHING, decoded, found
from harness.checks.finding import Finding
from harness.checks.promise import Contract
from harness.exchange import Exchange, Request
from harness.mask import MASK
from harness.spec.walk import pointer_of

# Shorter ones are found everywhere by chance.
_SHORTEST = 8
# A field of the vendor's own that is masked by its name holds a secret by design.
_SECRET_NAME = re.compile(r"token|secret|password|api_?key|assertion|code", re.IGNORECASE)
# `…?token=~masked~` inside a link is masked by its name, too.
_BARE_MASK = re.compile(rf"(?<!=){re.escape(MASK)}")


def success_flag(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """A 2xx answer does not say that it failed: `success: false`, for itself or for one of its `results`.

    Zoho Desk answers unpin, trash and spam calls with 200 and a `results` list (its document).
    """
    if (
        match.operation.vendor != "zoho"
        or not 200 <= exchange.response.status < 300
        or b"success" not in exchange.response.body
    ):
        return
    value = decoded(exchange.response)
    if not isinstance(value, dict):
        return
    results = value.get("results")
    rows = enumerate(results) if isinstance(results, list) else ()
    for pointer, one in [("", value), *((f"/results/{index}", row) for index, row in rows)]:
        # Booleans come as text here and there (the document's own examples).
        if isinstance(one, dict) and one.get("success") in (False, "false"):
            yield found(
                exchange,
                match,
                "success_flag",
                f"{pointer}/success",
                "a success code, but the body says it failed",
                "success true",
            )


def secret_echo(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """No credential of the request comes back in the answer's body, in clear or (in a kept exchange) as its mask."""
    raw = exchange.response.body
    for secret in _credentials(exchange.request):
        if secret.encode() in raw:
            yield found(
                exchange, match, "secret_echo", "", "the answer holds the request's credential", "no credential"
            )
            return
    if MASK.encode() in raw:
        for pointer in _masked(decoded(exchange.response), ()):
            yield found(exchange, match, "secret_echo", pointer, "the answer held one of our secrets", "no credential")


def _credentials(request: Request) -> list[str]:
    """What proves who we are: a token, or the password of a basic pair."""
    scheme, _, value = request.header("authorization").partition(" ")
    if not value or MASK in value:
        return []
    secrets = [value.strip()]
    if scheme.lower() == "basic":
        with contextlib.suppress(binascii.Error, UnicodeDecodeError):
            secrets.append(base64.b64decode(value, validate=True).decode().partition(":")[2])
    return [secret for secret in secrets if len(secret) >= _SHORTEST]


def _masked(value: Any, at: tuple[str, ...]) -> Iterator[str]:
    if isinstance(value, dict):
        for name, child in value.items():
            if not _SECRET_NAME.search(name):
                yield from _masked(child, (*at, name))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _masked(child, (*at, str(index)))
    elif value is not NOTHING and isinstance(value, str) and _BARE_MASK.search(value):
        yield pointer_of(at)
