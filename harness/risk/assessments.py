"""The assessments of a catalog by operation key, each computed on first use: most commands need a few."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from harness.openapi.catalog import Catalog
from harness.risk import overrides, rules
from harness.risk.tier import Assessment


class Assessments(Mapping[str, Assessment]):
    """What every operation is, by its own key, with the corrections that each vendor's `risk.yaml` makes."""

    def __init__(self, catalog: Catalog, vendors: Iterable[str]) -> None:
        self._operations = {operation.key: operation for operation in catalog.operations}
        self._corrections = {vendor: overrides.load(vendor) for vendor in vendors}
        self._computed: dict[str, Assessment] = {}

    def __getitem__(self, key: str) -> Assessment:
        if key not in self._computed:
            operation = self._operations[key]
            self._computed[key] = rules.assess(operation, self._corrections[operation.vendor])
        return self._computed[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._operations)

    def __len__(self) -> int:
        return len(self._operations)
