"""Walks the lifecycle of a record and the pages of a list: what the vendors' lifecycle suites share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from harness.checks import lifecycle
from harness.checks.lifecycle import Lifecycle
from harness.checks.response import decoded
from harness.exchange import Response
from harness.execution.api_client import ApiClient
from harness.execution.blame import UnmetError
from harness.execution.id_chooser import has_impossible_id
from harness.finding import Finding
from harness.openapi.catalog import Operation, filled
from harness.planning.run_context import RunContext
from harness.resources.cleanup import CleanupStep
from harness.resources.rows import Row, rows_of
from harness.risk.tier import Tier
from harness.vendors import VENDORS
from harness.vendors.vendor import PageStyle, Vendor

MOST_PAGES = 3
"""Pages that are searched for a new record; in a longer list its presence is not checked."""


def parameters(context: RunContext, vendor: str) -> Mapping[str, list[tuple[Lifecycle | Operation, Tier]]]:
    """What a run may walk, with its tier: each `collection`, `listing` with pages, and `show` of one record.

    Drawn from the documents, before anything is sent. Of selected operations the whole lifecycle is walked.
    """
    steps = context.plan.steps if vendor in context.vendors else ()
    # Once each, however many orgs of the vendor there are.
    of_vendor = {step.operation.key: step.operation for step in steps if step.operation.vendor == vendor}
    operations = list(of_vendor.values())
    reads = [operation for operation in operations if context.assessments[operation.key].tier is Tier.READ]
    cycles = lifecycle.lifecycles(operations, context.cleanup)
    if context.is_confined:
        complete = context.documents.catalog.of(vendor).operations
        cycles = lifecycle.touched(lifecycle.lifecycles(complete, context.cleanup), operations)
    return {
        "collection": [(cycle, context.assessments[cycle.key].tier) for cycle in cycles],
        "listing": [(listing, Tier.READ) for listing in lifecycle.paged(reads, *VENDORS[vendor].paging.parameters)],
        "show": [(show, Tier.READ) for show in lifecycle.reads_by_id(reads)],
    }


def walk_lifecycle(client: ApiClient, cycle: Lifecycle) -> str:
    """Created, readable, in its list, unreadable without credentials; changed and read as changed; deleted and gone.

    Findings go to the client. The result says why there was nothing to test, or is empty. Raises `UnmetError` where
    the org refuses a documented removal.
    """
    vendor = _vendor(client)
    if not client.org.may(cycle.create):
        return f"{cycle.create.key} is above the permit, or nothing documented removes what it creates"
    values = client.org.ids.path_values(cycle.show, own=True, fresh=True)
    if cycle.name not in values or has_impossible_id(values.values(), vendor.name):
        return "the org makes no such record from the document's valid cases"
    if vendor.names_job(decoded(client.last.response)):
        return "a job makes the record later, and its answer names the job"
    path, record = filled(cycle.show.path, values), values[cycle.name]
    shown = client.get(path)
    if client.add_findings(lifecycle.readable(cycle.show, record, client.last)):
        return ""
    client.add_findings(lifecycle.quota_told(cycle.show, vendor.quota.left_headers, client.last))
    client.get(path, signed=False)
    client.add_findings(lifecycle.unsigned(cycle.show, client.last))
    if cycle.listing:
        # Not the path of the list's own template, which may have another name for the parent's parameter.
        client.add_findings(_check_listed(client, cycle.listing, path.rpartition("/")[0], record))
    if cycle.update and client.org.may(cycle.update):
        _change(client, cycle.update, path, decoded(shown))
    parents = [value for name, value in values.items() if name != cycle.name]
    for step in cycle.cleanup_steps:
        _remove(client, cycle, step, parents, record)
    client.get(path)
    if cycle.cleanup_steps:
        client.add_findings(lifecycle.gone(cycle.show, client.last))
    return ""


def _vendor(client: ApiClient) -> Vendor:
    return VENDORS[client.org.target.vendor]


def pages(client: ApiClient, path: str, style: PageStyle, size: int, most: int) -> Iterator[tuple[Row, ...]]:
    """The rows of each page of `size` rows, `most` pages at most. It ends with the list or a refusal."""
    query = style.first(size)
    for _ in range(most):
        response = client.get(path, query=dict(parse_qsl(query)))
        if response.status not in (200, style.empty):
            return
        body = decoded(response)
        rows = rows_of(body)
        if rows or response.status == style.empty:
            yield rows
        query = style.following(query, body, len(rows))
        if not query:
            return


def _check_listed(client: ApiClient, listing: Operation, path: str, record: str) -> Iterator[Finding]:
    """Whether the record is in the list, where all of it can be read."""
    if lifecycle.needs_query(listing):
        return
    paging = _vendor(client).paging
    listed = list(pages(client, path, paging.styles[0], paging.largest, MOST_PAGES))
    if listed and len(listed[-1]) < paging.largest:
        yield from lifecycle.listed(listing, record, (row for page in listed for row in page), client.last)


def _change(client: ApiClient, update: Operation, path: str, shown: Any) -> None:
    """Rename the record, and read it again."""
    change = lifecycle.renamed(shown, client.mark)
    if not change:
        return
    response = client.call(update.method, path, change)
    if response.status < 300:
        client.get(path)
        client.add_findings(lifecycle.change_kept(update, change, decoded(response), client.last))


def _remove(client: ApiClient, cycle: Lifecycle, step: CleanupStep, parents: list[str], record: str) -> None:
    request = step.under(parents).of(record)
    response = client.call(request.method, request.path, request.body)
    if response.status >= 300:
        raise UnmetError(
            f"{request.method} {step.path}, which removes what {cycle.key} makes, answers {response.status}"
        )


def compare_pages(client: ApiClient, listing: Operation, style: PageStyle) -> str:
    """What one large page holds, small pages hold: each row once, none lost.

    The result says why there was nothing to test, or is empty.
    """
    vendor = _vendor(client)
    values = client.org.ids.path_values(listing, own=False)
    path = filled(listing.path, values)
    if "{" in path or has_impossible_id(values.values(), vendor.name):
        return "the org has no record to list under"
    largest = vendor.paging.largest
    whole = next(pages(client, path, style, largest, 1), None)
    if whole is None or not _has_frame(client.last.response, style):
        return f"it has no such pages: HTTP {client.last.response.status}"
    size, count = lifecycle.sizes(len(whole))
    if not size or not lifecycle.distinct(whole):
        return "there are no rows, or nothing tells them apart"
    small = list(pages(client, path, style, size, count))
    again = next(pages(client, path, style, largest, 1), ())
    client.add_findings(lifecycle.pages(listing, whole, small, again, client.last))
    return ""


def _has_frame(response: Response, style: PageStyle) -> bool:
    """Whether an answer has the field by which pages of this style are recognised."""
    body = decoded(response)
    return not style.frame or (isinstance(body, dict) and style.frame in body)


def probe_unknown_id(client: ApiClient, show: Operation) -> None:
    """An id that no record can have shows no record, so none of another account's."""
    client.get(lifecycle.path_of_unknown(show, _vendor(client).impossible_ids))
    client.add_findings(lifecycle.unknown_id(show, client.last))
