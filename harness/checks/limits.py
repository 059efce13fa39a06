"""What in an exchange the checks cannot judge, and why: sentences that are short and stable, so that they count."""

from __future__ import annotations

from collections.abc import Iterator

from harness.contract.contract import Contract
from harness.exchange import Exchange
from harness.openapi.catalog import Match


def reasons(exchange: Exchange, match: Match, contract: Contract) -> Iterator[str]:
    """Each reason why a part of the exchange is not judged."""
    yield from ()
