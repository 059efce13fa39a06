"""Checks on what an answer gives away: a failure dressed up as success, or a credential of ours."""

from __future__ import annotations

import base64
import binascii
import contextlib
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from harness.checks.response import decoded, found
from harness.contract.contract import Contract
from harness.exchange import Exchange, Request
from harness.finding import Finding
from harness.formats.pointer import pointer_of
from harness.masking import MASK
from harness.openapi.catalog import Match

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
            told = "a success code, but the body says it failed"
            yield found(exchange, match, "success_flag", f"{pointer}/success", told, "success true")


def secret_echo(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """No credential of the request comes back in the answer's body, in clear or (in a kept exchange) as its mask."""
    raw = exchange.response.body
    told = "the answer holds one of our credentials"
    for secret in _credentials(exchange.request):
        if secret.encode() in raw:
            places = _places(decoded(exchange.response), partial(_holds, secret))
            yield found(exchange, match, "secret_echo", next(places, ""), told, "no credential")
    if MASK.encode() in raw:
        for pointer in _places(decoded(exchange.response), _is_echo):
            yield found(exchange, match, "secret_echo", pointer, told, "no credential")


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


def _holds(secret: str, name: str, text: str) -> bool:
    return secret in text


def _is_echo(name: str, text: str) -> bool:
    return not _SECRET_NAME.search(name) and _BARE_MASK.search(text) is not None


def _places(value: Any, wanted: Callable[[str, str], bool]) -> Iterator[str]:
    """Pointers of the texts that `wanted(name of the nearest property, text)` picks, however deep they lie."""
    queue: list[tuple[tuple[str, ...], str, Any]] = [((), "", value)]
    while queue:
        at, name, here = queue.pop()
        if isinstance(here, dict):
            queue += [((*at, key), key, child) for key, child in reversed(here.items())]
        elif isinstance(here, list):
            queue += [((*at, str(index)), name, child) for index, child in reversed(list(enumerate(here)))]
        elif isinstance(here, str) and wanted(name, here):
            yield pointer_of(at)
