"""Checks on what an answer gives away: a failure under a success code, or a credential of ours."""

from __future__ import annotations

import base64
import binascii
import contextlib
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from harness.checks.response import decoded, finding_about
from harness.contract.contract import Contract
from harness.exchange import Exchange, Request
from harness.finding import Finding
from harness.formats.pointer import pointer_of
from harness.masking import MASK
from harness.openapi.catalog import Match
from harness.vendors import VENDORS

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
    response = exchange.response
    if not VENDORS[match.operation.vendor].answers.success_may_fail:
        return
    if not response.is_success or b"success" not in response.body:
        return
    for pointer, row in _rows(decoded(exchange.response)):
        # Booleans come as text here and there (the document's own examples).
        if row.get("success") in (False, "false"):
            message = "a success code, but the body says it failed"
            yield finding_about(exchange, match, "success_flag", message, "success true", f"{pointer}/success")


def _rows(body: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The answer's object and the objects among its `results`, each with its pointer."""
    if not isinstance(body, dict):
        return
    yield "", body
    results = body.get("results")
    for index, row in enumerate(results if isinstance(results, list) else ()):
        if isinstance(row, dict):
            yield f"/results/{index}", row


def secret_echo(exchange: Exchange, match: Match, contract: Contract) -> Iterator[Finding]:
    """No credential of the request comes back in the answer's body, in clear or (in a kept exchange) as its mask."""
    for pointer in _echoes(exchange):
        message = "the answer holds one of our credentials"
        yield finding_about(exchange, match, "secret_echo", message, "no credential", pointer)


def _echoes(exchange: Exchange) -> Iterator[str]:
    """Pointers of the credentials; empty for one that stands outside of a JSON text."""
    raw = exchange.response.body
    for secret in _credentials(exchange.request):
        if secret.encode() in raw:
            yield next(_pointers(decoded(exchange.response), partial(_holds, secret)), "")
    if MASK.encode() in raw:
        yield from _pointers(decoded(exchange.response), _is_masked_echo)


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


def _is_masked_echo(name: str, text: str) -> bool:
    return not _SECRET_NAME.search(name) and _BARE_MASK.search(text) is not None


def _pointers(value: Any, wanted: Callable[[str, str], bool]) -> Iterator[str]:
    """Pointers of the texts that `wanted(name of the nearest property, text)` picks, however deep they lie."""
    stack: list[tuple[tuple[str, ...], str, Any]] = [((), "", value)]
    while stack:
        place, name, node = stack.pop()
        # Children are stacked backwards, so that they are visited in their order.
        if isinstance(node, dict):
            stack += [((*place, key), key, child) for key, child in reversed(node.items())]
        elif isinstance(node, list):
            stack += [((*place, str(index)), name, child) for index, child in reversed(list(enumerate(node)))]
        elif isinstance(node, str) and wanted(name, node):
            yield pointer_of(place)
