"""Coverage: which operations, statuses and fields some traffic exercised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from harness.checks.response import NOTHING, decoded
from harness.contract.contract import Contract
from harness.contract.properties import Path_, Shape, columns
from harness.exchange import Exchange
from harness.formats.pointer import pointer_of
from harness.openapi.catalog import Catalog, Match, Operation

# A document's own cycles (a ticket of a user of a ticket) are counted this deep.
_DEPTH = 6


@dataclass
class OperationCoverage:
    """What was seen of one operation: answers by status, and by status the known names in use at each place."""

    statuses: Counter[int] = field(default_factory=Counter)
    names: dict[int, dict[Path_, set[str]]] = field(default_factory=dict)


class Coverage:
    """Grows by `add`; `report` sets what was seen against what is documented."""

    def __init__(self, catalog: Catalog, contract: Contract) -> None:
        self._catalog, self._contract = catalog, contract
        self.seen: dict[str, OperationCoverage] = {}

    def add(self, exchange: Exchange, match: Match) -> None:
        """Count one exchange; fields are looked for in JSON answers whose status is declared."""
        status = exchange.response.status
        seen = self.seen.setdefault(match.operation.key, OperationCoverage())
        seen.statuses[status] += 1
        answer = self._contract.answer(match.operation, status)
        schema = answer and answer.schema(exchange.response.media_type)
        value = decoded(exchange.response) if schema else NOTHING
        if schema and value is not NOTHING:
            places = seen.names.setdefault(status, {})
            for at, shape, names in columns(schema.shape, value):
                places.setdefault(at, set()).update(names & shape.known)

    def report(self) -> dict[str, Any]:
        """Plain values: `operations` (`seen`, `documented`), and `by_operation`, which holds by key `exchanges`,
        `statuses`, `undeclared` and `unseen` codes, and of 2xx answers `fields`
        (`seen`, `documented`, `missing` pointers).
        """
        return {
            "operations": {"seen": len(self.seen), "documented": len(self._catalog.operations)},
            "by_operation": {
                key: self._row(self._catalog.by_key[key], seen) for key, seen in sorted(self.seen.items())
            },
        }

    def _row(self, operation: Operation, seen: OperationCoverage) -> dict[str, Any]:
        declared = {status: self._contract.answer(operation, status) for status in seen.statuses}
        met = {answer.code for answer in declared.values() if answer}
        used = {pointer for status in seen.names if 200 <= status < 300 for pointer in _pointers(seen.names[status])}
        documented = {pointer for shape in self._shapes(operation) for pointer in _documented(shape)}
        return {
            "exchanges": seen.statuses.total(),
            "statuses": {str(status): number for status, number in sorted(seen.statuses.items())},
            "undeclared": sorted(str(status) for status, answer in declared.items() if answer is None),
            "unseen": [code for code in operation.statuses if code not in met],
            "fields": {
                "seen": len(used & documented),
                "documented": len(documented),
                "missing": sorted(documented - used),
            },
        }

    def _shapes(self, operation: Operation) -> Iterator[Shape]:
        for code in operation.statuses:
            if code.startswith("2") and code.isdigit():
                answer = self._contract.answer(operation, int(code))
                if answer and answer.json:
                    yield answer.json.shape


def _pointers(places: dict[Path_, set[str]]) -> Iterator[str]:
    return (pointer_of((*at, name)) for at, names in places.items() for name in names)


def _documented(shape: Shape, at: Path_ = ()) -> Iterator[str]:
    if len(at) > _DEPTH:
        return
    for name in shape.known:
        yield pointer_of((*at, name))
        if inner := shape.inner(name):
            yield from _documented(inner, (*at, name))
    if shape.items is not None:
        yield from _documented(shape.items, (*at, "*"))
