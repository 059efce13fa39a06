"""The life of a record and the pages of a list, walked through a client: what the vendors' lifecycle suites share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from harness.checks import lifecycle
from harness.checks.lifecycle import Lifecycle
from harness.checks.response import decoded
from harness.exchange import Response
from harness.execution.api_client import ApiClient
from harness.execution.blame import UnmetError
from harness.finding import Finding
from harness.openapi.catalog import Operation, filled
from harness.planning.run_context import RunContext
from harness.resources.rows import Row, rows_of
from harness.risk.tier import Tier
from harness.vendors import VENDORS
from harness.vendors.vendor import PageStyle, Vendor

# Pages that are looked through for a new record: whoever has more rows is not asked whether it is among them.
PAGES = 3


def plots(context: RunContext, vendor: str) -> Mapping[str, list[tuple[Lifecycle | Operation, Tier]]]:
    """What a run may walk, with its tier: each `collection`, `listing` with pages, and `show` of one record.

    Drawn from the documents, before anything is sent.
    """
    steps = context.plan.steps if vendor in context.targets else ()
    mine = [step.operation for step in steps if step.operation.vendor == vendor]
    tiers = {step.operation.key: step.assessment.tier for step in steps}
    reads = [one for one in mine if tiers[one.key] is Tier.READ]
    return {
        "collection": [(one, tiers[one.key]) for one in lifecycle.lifecycles(mine, context.cleanup)],
        "listing": [(one, Tier.READ) for one in lifecycle.paged(reads, *VENDORS[vendor].paging.parameters)],
        "show": [(one, Tier.READ) for one in lifecycle.reads_by_id(reads)],
    }


def live(client: ApiClient, life: Lifecycle) -> str:
    """Made, readable, in its list, unseen by strangers; changed and read as changed; deleted and gone.

    Findings gather at the desk. The answer says why there was nothing to see, or nothing. Raises `AssertionError`
    where the org refuses a documented removal.
    """
    session, vendor = client.session, _vendor(client)
    if not session.may(life.create):
        return f"{life.create.key} is above the permit, or nothing documented removes what it creates"
    values = session.values(life.show, own=True, fresh=True)
    if life.name not in values or _nowhere(values, client):
        return "the org makes no such record from the document's valid cases"
    if vendor.names_job(decoded(client.last.response)):
        return "a job makes the record later, and its answer names the job"
    path, record = filled(life.show.path, values), values[life.name]
    shown = client.get(path)
    if client.note(lifecycle.readable(life.show, record, client.last)):
        return ""
    client.note(lifecycle.quota_told(life.show, vendor.quota.left_headers, client.last))
    client.get(path, signed=False)
    client.note(lifecycle.unsigned(life.show, client.last))
    if life.listing:
        # Not the path of the list's own template, which may call what the record hangs on by another name.
        client.note(_listed(client, life.listing, path.rpartition("/")[0], record))
    if life.update and session.may(life.update):
        _change(client, life.update, path, decoded(shown))
    for step in life.cleanup_steps:
        ready = step.under([values[name] for name in values if name != life.name]).of(record)
        answer = client.call(ready.method, ready.path, ready.body)
        if answer.status >= 300:
            raise UnmetError(
                f"{ready.method} {step.path}, which removes what {life.key} makes, answers {answer.status}"
            )
    client.get(path)
    client.note(lifecycle.gone(life.show, client.last) if life.cleanup_steps else ())
    return ""


def _vendor(client: ApiClient) -> Vendor:
    return VENDORS[client.session.target.vendor]


def _nowhere(values: dict[str, str], client: ApiClient) -> bool:
    """Whether one of the ids is that of no record."""
    return bool(set(values.values()) & set(_vendor(client).impossible_ids.values()))


def walk(client: ApiClient, path: str, style: PageStyle, size: int, most: int) -> Iterator[tuple[Row, ...]]:
    """The rows of each page of `size` rows, `most` pages at most. It ends with the list or a refusal."""
    query = style.first(size)
    for _ in range(most):
        answer = client.get(path, query=dict(parse_qsl(query)))
        if answer.status not in (200, style.empty):
            return
        body = decoded(answer)
        rows = rows_of(body)
        if rows or answer.status == style.empty:
            yield rows
        query = style.following(query, body, len(rows))
        if not query:
            return


def _listed(client: ApiClient, listing: Operation, path: str, record: str) -> Iterator[Finding]:
    """Whether the record is in the list, where one can see all of it."""
    if lifecycle.needs_query(listing):
        return
    paging = _vendor(client).paging
    found = list(walk(client, path, paging.styles[0], paging.largest, PAGES))
    if found and len(found[-1]) < paging.largest:
        yield from lifecycle.listed(listing, record, (row for rows in found for row in rows), client.last)


def _change(client: ApiClient, update: Operation, path: str, shown: Any) -> None:
    """Give the record another name, and read what became of it."""
    sent = lifecycle.renamed(shown, client.session.mark)
    answer = client.call(update.method, path, sent) if sent else None
    if answer and answer.status < 300:
        answered = decoded(answer)
        client.get(path)
        client.note(lifecycle.kept(update, sent, answered, client.last))


def page(client: ApiClient, listing: Operation, style: PageStyle) -> str:
    """What one large page holds, small pages hold: each row once, none lost.

    The answer says why there was nothing to see, or nothing.
    """
    largest = _vendor(client).paging.largest
    values = client.session.values(listing, own=False)
    path = filled(listing.path, values)
    if "{" in path or _nowhere(values, client):
        return "the org has no record to list under"
    whole = next(walk(client, path, style, largest, 1), None)
    if whole is None or (style.frame and style.frame not in fields(client.last.response)):
        return f"it has no such pages: HTTP {client.last.response.status}"
    size, most = lifecycle.sizes(len(whole))
    if not size or not lifecycle.distinct(whole):
        return "there are no rows, or nothing tells them apart"
    walked = list(walk(client, path, style, size, most))
    again: Iterable[Row] = next(walk(client, path, style, largest, 1), ())
    client.note(lifecycle.pages(listing, whole, walked, tuple(again), client.last))
    return ""


def fields(response: Response) -> Mapping[str, Any]:
    """The fields of an answer that is an object; none for anything else."""
    body = decoded(response)
    return body if isinstance(body, dict) else {}


def strange(client: ApiClient, show: Operation) -> None:
    """An id that no record can have shows no record, so none of another account's."""
    client.get(lifecycle.path_of_unknown(show, _vendor(client).impossible_ids))
    client.note(lifecycle.nobody(show, client.last))
