"""How many mutants of recorded answers the checks notice, at the place that is broken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from mutate import mutants, trimmed

from harness.checks import judge
from harness.contract.contract import Contract
from harness.openapi.catalog import Catalog
from harness.openapi.document import Document
from harness.traffic import recorded_files
from harness.traffic.observe import find

MOST = 3
"""Recorded answers of one operation and status that are broken: more would only be slower."""


def caught_and_made(
    paths: Iterable[Path], documents: tuple[Catalog, Contract, Mapping[str, Document]], vendor: str
) -> tuple[Counter[str], Counter[str], list[Any]]:
    """How many mutants of each kind are found on their own pointer, of how many; and those that are not."""
    catalog, contract, named = documents
    made: Counter[str] = Counter()
    caught: Counter[str] = Counter()
    taken: Counter[Any] = Counter()
    missed, seen = [], set()
    for one in recorded_files.entries(paths):
        match = find(catalog, (vendor,), one.exchange)
        if match is None:
            continue
        key = match.operation.key, one.exchange.response.status
        taken[key] += 1
        if taken[key] > MOST:
            continue
        for mutant in mutants(trimmed(one.exchange), named[match.operation.document].tree, match.operation):
            if (key, mutant.kind, mutant.place) in seen:
                continue
            seen.add((key, mutant.kind, mutant.place))
            made[mutant.kind] += 1
            if any(finding.pointer == mutant.pointer for finding in judge(mutant.exchange, match, contract)):
                caught[mutant.kind] += 1
            else:
                missed.append((*key, mutant.kind, mutant.pointer))
    return caught, made, missed


def in_words(caught: Counter[str], made: Counter[str]) -> str:
    """`30 of 31 caught: enum 10/10, type 20/21`."""
    kinds = ", ".join(f"{kind} {caught[kind]}/{made[kind]}" for kind in sorted(made))
    return f"{caught.total()} of {made.total()} caught: {kinds}"
