"""Coverage: which operations, statuses and fields some traffic exercised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from harness.checks.response import NOTHING, decoded
from harness.contract.contract import Contract
from harness.contract.properties import KnownProperties, Path_, names_by_place
from harness.exchange import Exchange
from harness.formats.pointer import pointer_of
from harness.openapi.catalog import Catalog, Match, Operation

# A document's own cycles (a ticket of a user of a ticket) are counted this deep.
_DEPTH = 6


@dataclass
class OperationCoverage:
    """The traffic of one operation: answers by status, and by status the documented names in use at each place."""

    statuses: Counter[int] = field(default_factory=Counter)
    names: dict[int, dict[Path_, set[str]]] = field(default_factory=dict)


class Coverage:
    """Grows by `add`; `report` sets the traffic against the documents."""

    def __init__(self, catalog: Catalog, contract: Contract) -> None:
        self._catalog, self._contract = catalog, contract
        self.by_operation: dict[str, OperationCoverage] = {}

    def add(self, exchange: Exchange, match: Match) -> None:
        """Count one exchange; fields are looked for in JSON answers whose status is declared."""
        status = exchange.response.status
        covered = self.by_operation.setdefault(match.operation.key, OperationCoverage())
        covered.statuses[status] += 1
        answer = self._contract.answer(match.operation, status)
        schema = answer and answer.schema(exchange.response.media_type)
        value = decoded(exchange.response) if schema else NOTHING
        if schema and value is not NOTHING:
            places = covered.names.setdefault(status, {})
            for at, properties, names in names_by_place(schema.properties, value):
                places.setdefault(at, set()).update(names & properties.names)

    def report(self) -> dict[str, Any]:
        """Plain values: `operations` (`seen`, `documented`), and `by_operation`, which holds by key `exchanges`,
        `statuses`, `undeclared` and `unseen` codes, and of 2xx answers `fields`
        (`seen`, `documented`, `missing` pointers).
        """
        return {
            "operations": {"seen": len(self.by_operation), "documented": len(self._catalog.operations)},
            "by_operation": {
                key: self._row(self._catalog.by_key[key], covered) for key, covered in sorted(self.by_operation.items())
            },
        }

    def _row(self, operation: Operation, covered: OperationCoverage) -> dict[str, Any]:
        declared = {status: self._contract.answer(operation, status) for status in covered.statuses}
        codes = {answer.code for answer in declared.values() if answer}
        successes = [places for status, places in covered.names.items() if 200 <= status < 300]
        used = {pointer for places in successes for pointer in _pointers(places)}
        documented = {pointer for properties in self._of_successes(operation) for pointer in _documented(properties)}
        return {
            "exchanges": covered.statuses.total(),
            "statuses": {str(status): count for status, count in sorted(covered.statuses.items())},
            "undeclared": sorted(str(status) for status, answer in declared.items() if answer is None),
            "unseen": [code for code in operation.statuses if code not in codes],
            "fields": {
                "seen": len(used & documented),
                "documented": len(documented),
                "missing": sorted(documented - used),
            },
        }

    def _of_successes(self, operation: Operation) -> Iterator[KnownProperties]:
        """The properties of each 2xx JSON answer that the operation declares."""
        for code in operation.statuses:
            if code.startswith("2") and code.isdigit():
                answer = self._contract.answer(operation, int(code))
                if answer and answer.json:
                    yield answer.json.properties


def _pointers(places: dict[Path_, set[str]]) -> Iterator[str]:
    return (pointer_of((*at, name)) for at, names in places.items() for name in names)


def _documented(properties: KnownProperties, at: Path_ = ()) -> Iterator[str]:
    if len(at) > _DEPTH:
        return
    for name in properties.names:
        yield pointer_of((*at, name))
        if inner := properties.inner(name):
            yield from _documented(inner, (*at, name))
    if properties.items is not None:
        yield from _documented(properties.items, (*at, "*"))
