"""A record of the run's own for a hand-written test, made from a valid case of the document and read as it is shown."""

from __future__ import annotations

from typing import Any

from harness.checks.response import decoded
from harness.errors import UsageError
from harness.execution.api_client import ApiClient
from harness.execution.blame import UnmetError
from harness.openapi.catalog import Operation
from harness.openapi.graph import ResourceGraph


def own_record(client: ApiClient, collection: str) -> dict[str, Any]:
    """A new record of a collection (`/api/v2/groups`, or the key of its create), as its own path shows it.

    The run takes it back. Raises `UsageError` where the document has no such collection whose records can be created
    and read, `UnmetError` where the org makes none.
    """
    graph = client.org.binder.graph
    path = _path_of(client, collection)
    show = graph.at(path).show
    if graph.at(path).create is None or show is None or "{" in path:
        raise UsageError(f"no records can be created and read at {path}", remedy=_known(graph))
    record = client.org.records.own(path, fresh=True)
    if not record:
        raise UnmetError(f"the org makes no record of {path} from the document's valid cases")
    answer = client.get(f"{path}/{record}")
    if not answer.is_success:
        raise UnmetError(f"GET {path}/{record} answers {answer.status}, though the record was just made")
    return _unwrapped(decoded(answer))


def _path_of(client: ApiClient, collection: str) -> str:
    """The path of a collection that is named by it or by the key of its create."""
    vendor, catalog = client.target.vendor, client.org.documents.catalog
    create: Operation | None = catalog.by_key.get(collection) or catalog.by_key.get(f"{vendor}:{collection}")
    return create.path if create else collection


def _known(graph: ResourceGraph) -> str:
    paths = [path for path, row in graph.collections.items() if row.create and row.show and "{" not in path]
    return f"Name a collection by its path: {', '.join(sorted(paths)[:5])}, ..."


def _unwrapped(body: Any) -> dict[str, Any]:
    """The record of an answer, bare or wrapped under its own name: `{"group": {...}}`."""
    if isinstance(body, dict) and len(body) == 1:
        (inner,) = body.values()
        return inner if isinstance(inner, dict) else body
    return body if isinstance(body, dict) else {}
