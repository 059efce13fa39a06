"""Lifecycles of records and pages of lists, walked by a client: what both vendors' lifecycle suites share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.checks import lifecycle
from harness.checks.lifecycle import Lifecycle, Row
from harness.checks.response import decoded
from harness.exchange import Response
from harness.execution.api_client import ApiClient
from harness.execution.blame import UnmetError
from harness.finding import Finding
from harness.openapi.catalog import Operation, filled
from harness.planning import run_context
from harness.planning.run_options import RunOptions
from harness.resources.cleanup import CleanupStep
from harness.risk.tier import Tier
from harness.settings import Settings
from harness.vendors import VENDORS

Pages = Callable[[ApiClient, str, int, int], Iterator[tuple[Row, ...]]]
"""The rows of each page of a path: client, path, rows a page, pages at most. It ends with the list or a refusal."""


@dataclass(frozen=True, slots=True)
class ListConventions:
    """How one vendor lists. `paging` are the query parameters of lists with pages, `quota` the headers of what is left.

    `large` rows a page are more than no list takes; whoever has more than `most_pages` of them is not asked whether a
    new record is among them.
    """

    vendor: str
    pages: Pages
    large: int
    paging: tuple[str, ...]
    quota: tuple[str, ...]
    most_pages: int = 3


def parameters(
    options: RunOptions, settings: Settings, conventions: ListConventions
) -> Mapping[str, list[tuple[Lifecycle | Operation, Tier]]]:
    """What a run may walk, with its tier: each `collection`, `listing` with pages, and `show` of one record.

    Drawn from the documents, before anything is sent.
    """
    context = run_context.take(options, settings)
    steps = context.plan(context.supposed()).steps if conventions.vendor in context.targets else ()
    tiers = {step.operation.key: step.assessment.tier for step in steps}
    operations = [step.operation for step in steps if step.operation.vendor == conventions.vendor]
    reads = [operation for operation in operations if tiers[operation.key] is Tier.READ]
    return {
        "collection": [(one, tiers[one.key]) for one in lifecycle.lives(operations, context.undo)],
        "listing": [(one, Tier.READ) for one in lifecycle.paged(reads, *conventions.paging)],
        "show": [(one, Tier.READ) for one in lifecycle.members(reads)],
    }


def walk_lifecycle(client: ApiClient, life: Lifecycle, conventions: ListConventions) -> str:
    """Made, readable, in its list, unreadable without credentials; changed and read as changed; deleted and gone.

    Findings gather at the client. The result says why there was nothing to see, or nothing. Raises `UnmetError` where
    the org refuses a documented removal.
    """
    if not client.org.may(life.create):
        return f"{life.create.key} is above the permit, or nothing documented removes what it creates"
    values = client.org.ids.path_values(life.show, own=True, fresh=True)
    if life.name not in values or _names_nothing(values, conventions):
        return "the org makes no such record from the document's valid cases"
    if b'"job_status"' in client.last.response.body:
        return "a job makes the record later, and its answer names the job"
    path, record = filled(life.show.path, values), values[life.name]
    shown = client.get(path)
    if client.note(lifecycle.readable(life.show, record, client.last)):
        return ""
    client.note(lifecycle.quota_told(life.show, conventions.quota, client.last))
    client.get(path, signed=False)
    client.note(lifecycle.unsigned(life.show, client.last))
    if life.listing:
        client.note(_check_listed(client, life.listing, filled(life.listing.path, values), record, conventions))
    if life.update and client.org.may(life.update):
        _change(client, life.update, path, decoded(shown))
    parents = [value for name, value in values.items() if name != life.name]
    for step in life.undo:
        _remove(client, life, step, parents, record)
    client.get(path)
    if life.undo:
        client.note(lifecycle.gone(life.show, client.last))
    return ""


def _names_nothing(values: Mapping[str, str], conventions: ListConventions) -> bool:
    """Whether one of the ids is that of no record."""
    return bool(set(values.values()) & set(VENDORS[conventions.vendor].impossible.values()))


def _check_listed(
    client: ApiClient, listing: Operation, path: str, record: str, conventions: ListConventions
) -> Iterator[Finding]:
    """Whether the record is in the list, where one can see all of it."""
    if lifecycle.needs_query(listing):
        return
    pages = list(conventions.pages(client, path, conventions.large, conventions.most_pages))
    if pages and len(pages[-1]) < conventions.large:
        yield from lifecycle.listed(listing, record, (row for page in pages for row in page), client.last)


def _change(client: ApiClient, update: Operation, path: str, shown: Any) -> None:
    """Give the record another name, and read what became of it."""
    change = lifecycle.renamed(shown, client.mark)
    if not change:
        return
    response = client.call(update.method, path, change)
    if response.status < 300:
        client.get(path)
        client.note(lifecycle.kept(update, change, decoded(response), client.last))


def _remove(client: ApiClient, life: Lifecycle, step: CleanupStep, parents: list[str], record: str) -> None:
    """Send one documented step of the removal."""
    request = step.under(parents).of(record)
    response = client.call(request.method, request.path, request.body)
    if response.status >= 300:
        raise UnmetError(
            f"{request.method} {step.path}, which removes what {life.key} makes, answers {response.status}"
        )


def compare_pages(
    client: ApiClient, listing: Operation, conventions: ListConventions, pages: Pages | None = None, field: str = ""
) -> str:
    """What one large page holds, small pages hold: each row once, none lost.

    `pages` lists in another style than the vendor's usual one; `field` is what only answers in that style have. The
    result says why there was nothing to see, or nothing.
    """
    pages = pages or conventions.pages
    values = client.org.ids.path_values(listing, own=False)
    path = filled(listing.path, values)
    if "{" in path or _names_nothing(values, conventions):
        return "the org has no record to list under"
    whole = next(pages(client, path, conventions.large, 1), None)
    if whole is None or (field and field not in fields(client.last.response)):
        return f"it has no such pages: HTTP {client.last.response.status}"
    size, count = lifecycle.sizes(len(whole))
    if not size or not lifecycle.distinct(whole):
        return "there are no rows, or nothing tells them apart"
    small = list(pages(client, path, size, count))
    again: Iterable[Row] = next(pages(client, path, conventions.large, 1), ())
    client.note(lifecycle.pages(listing, whole, small, tuple(again), client.last))
    return ""


def fields(response: Response) -> Mapping[str, Any]:
    """The fields of an answer that is an object; none for anything else."""
    body = decoded(response)
    return body if isinstance(body, dict) else {}


def probe_unknown_id(client: ApiClient, show: Operation, conventions: ListConventions) -> None:
    """An id that no record can have shows no record, so none of another account's."""
    client.get(lifecycle.without(show, VENDORS[conventions.vendor].impossible))
    client.note(lifecycle.nobody(show, client.last))
