"""Ids for one request: any that exist for a read, the run's own for a change, new ones for what uses them up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from harness.cases.bind import Reference
from harness.execution.org_client import OrgClient
from harness.openapi.catalog import Operation, Parameter
from harness.openapi.graph import names_record
from harness.resources.pool import RecordPool
from harness.resources.preconditions import Precondition
from harness.vendors import VENDORS


@dataclass(frozen=True)
class IdChooser:
    """Chooses from the `records` of one org; `preconditions` go by operationId."""

    client: OrgClient
    records: RecordPool
    preconditions: Mapping[str, Precondition]

    def path_values(self, operation: Operation, *, own: bool, fresh: bool = False) -> dict[str, str]:
        """Ids for the operation's path; with `own`, of records of this run, or else ids that no record can have.

        `fresh` is for an operation that uses up its record: a new one, in the state that the operation works on.
        """
        values = self.records.values(operation, own=own, fresh=fresh)
        if fresh and self.needs_prepared_record(operation) and "{" in operation.path:
            last = operation.path.rpartition("{")[2].partition("}")[0]
            collection = self._precondition(operation).of
            record = self.records.own(collection, fresh=True) if collection else values.get(last, "")
            values[last] = self._prepared(operation, record)
        if not own:
            return values
        for parameter in operation.parameters:
            if parameter.place == "path" and parameter.name not in values and names_record(parameter.name):
                values[parameter.name] = _impossible_id(operation, parameter)
        return values

    def lacks_record(self, operation: Operation) -> bool:
        """Whether the path needs a record of this run, and none can be created."""
        return has_impossible_id(self.path_values(operation, own=True).values(), operation.vendor)

    def needs_prepared_record(self, operation: Operation) -> bool:
        """Whether a record has to be prepared by other requests before the operation can succeed on it."""
        return operation.operation_id in self.preconditions

    def reference(self, operation: Operation, *, fresh: bool = False) -> Reference:
        """Where the ids in query and body come from: any that exist for a read, else the run's own."""
        if operation.method == "GET":
            return lambda name: self.records.reference(name, operation)
        if not fresh or "{" in operation.path:
            return lambda name: self.records.own_reference(name, operation)
        used_up = self._precondition(operation).of or operation.path.rpartition("/")[0]

        def reference_to_new(name: str) -> str:
            is_used_up = self.records.collection(name) in ("", used_up)
            if not is_used_up:
                return self.records.own_reference(name, operation)
            return self._prepared(operation, self.records.own(used_up, fresh=True))

        return reference_to_new

    def _precondition(self, operation: Operation) -> Precondition:
        return self.preconditions.get(operation.operation_id, Precondition())

    def _prepared(self, operation: Operation, record: str) -> str:
        """The new record, after the requests that bring it into the state for the operation."""
        if record:
            for step in self._precondition(operation).steps:
                self.client.try_upkeep(step.of(record).request(self.client.target.base_url))
        return record


def has_impossible_id(values: Iterable[str], vendor: str) -> bool:
    """Whether one of the values is the id that stands for no record."""
    return not set(VENDORS[vendor].impossible_ids.values()).isdisjoint(values)


def _impossible_id(operation: Operation, parameter: Parameter) -> str:
    """An id of the parameter's type that no record can have."""
    kind = "integer" if "integer" in parameter.types or not parameter.types else "string"
    return VENDORS[operation.vendor].impossible_ids[kind]
