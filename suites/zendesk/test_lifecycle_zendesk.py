"""The life of a record of every Zendesk collection, and the pages of every list, drawn from the document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from harness import doors, settings, survey
from harness.checks import lifecycle
from harness.checks.finding import Finding
from harness.checks.lifecycle import Row
from harness.exchange import Exchange
from harness.risk.tier import Tier
from harness.undo import rows_of
from harness.vendors import VENDORS

LARGE, PAGES = 100, 3
"""Rows a page, and pages: whoever has more records is not asked whether a new one is among them."""

QUOTA = ("ratelimit-remaining", "x-rate-limit-remaining", "rate-limit-remaining")
"""What is left of the account's requests a minute, in the spellings of 2024, of always, and of 2023 (recorded)."""

pytestmark = pytest.mark.zendesk


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One item a collection: `life` for those whose records can be made and read, `listing` for lists with pages."""
    seen = survey.take(doors.wish(metafunc.config.option), settings.load())
    steps = seen.plan(seen.supposed()).steps if "zendesk" in seen.targets else ()
    mine = [step.operation for step in steps if step.operation.vendor == "zendesk"]
    tiers = {step.operation.key: step.assessment.tier for step in steps}

    def items(found: Iterable[tuple[str, Any]]) -> list[Any]:
        return [pytest.param(one, id=key, marks=getattr(pytest.mark, str(tiers[key]))) for key, one in found]

    if "life" in metafunc.fixturenames:
        metafunc.parametrize("life", items((one.create.key, one) for one in lifecycle.lives(mine, seen.undo)))
    if "listing" in metafunc.fixturenames:
        lists = lifecycle.paged((one for one in mine if tiers[one.key] is Tier.READ), "page")
        metafunc.parametrize("listing", items((one.key, one) for one in lists))
    if "shown" in metafunc.fixturenames:
        shows = lifecycle.members(one for one in mine if tiers[one.key] is Tier.READ)
        metafunc.parametrize("shown", items((one.key, one) for one in shows))


def last(desk) -> Exchange:
    return desk.session.client.tape.last


def note(desk, found: Iterable[Finding]) -> bool:
    """Keep findings; whether there were any."""
    rows = [desk.session.mask.finding(one) for one in found]
    for one in rows:
        desk.findings.setdefault(one.cause, one)
    return bool(rows)


def by_cursor(desk, path: str, size: int, most: int) -> Iterator[tuple[Row, ...]]:
    """The rows of each page by cursor, `most` pages at most."""
    query: dict[str, Any] = {"page[size]": size}
    for _ in range(most):
        answer = desk.get(path, query=query)
        if answer.status != 200:
            return
        yield rows_of(answer.json)
        meta = answer.json.get("meta") or {}
        if not meta.get("has_more"):
            return
        query = {"page[size]": size, "page[after]": meta["after_cursor"]}


def by_offset(desk, path: str, size: int, most: int) -> Iterator[tuple[Row, ...]]:
    """The same by page number."""
    for number in range(1, most + 1):
        answer = desk.get(path, query={"page": number, "per_page": size})
        if answer.status != 200:
            return
        yield rows_of(answer.json)
        if not answer.json.get("next_page"):
            return


def test_life(desk, life):
    """Made, readable, in its list, unseen by strangers; changed and read as changed; deleted and gone."""
    session = desk.session
    if not session.may(life.create):
        pytest.skip(f"{life.create.key} is above the permit, or nothing documented removes what it creates")
    values = session.values(life.show, own=True, fresh=True)
    if life.name not in values or set(values.values()) & set(VENDORS["zendesk"].impossible.values()):
        pytest.skip("the org makes no such record from the document's valid cases")
    if b'"job_status"' in last(desk).response.body:
        pytest.skip("a job makes the record later, and its answer names the job")
    path, record = lifecycle.at(life.show.path, values), values[life.name]
    shown = desk.get(path)
    if note(desk, lifecycle.readable(life.show, record, last(desk))):
        return
    note(desk, lifecycle.quota_told(life.show, QUOTA, last(desk)))
    desk.get(path, signed=False)
    note(desk, lifecycle.unsigned(life.show, last(desk)))
    if life.listing:
        note(desk, in_list(desk, life, lifecycle.at(life.listing.path, values), record))
    if life.update and session.may(life.update):
        change(desk, life, path, shown.json)
    for step in life.undo:
        ready = step.under([values[name] for name in values if name != life.name]).of(record)
        assert desk.call(ready.method, ready.path, ready.body).status < 300
    desk.get(path)
    note(desk, lifecycle.gone(life.show, last(desk)) if life.undo else ())


def in_list(desk, life: lifecycle.Life, path: str, record: str) -> Iterator[Finding]:
    """Whether the record is in the list, where one can see all of it."""
    if lifecycle.needs_query(life.listing):
        return
    found = list(by_cursor(desk, path, LARGE, PAGES))
    if found and len(found[-1]) < LARGE:
        yield from lifecycle.listed(life.listing, record, (row for rows in found for row in rows), last(desk))


def change(desk, life: lifecycle.Life, path: str, shown: Any) -> None:
    """Give the record another name, and read what became of it."""
    sent = lifecycle.renamed(shown, desk.session.mark)
    answer = desk.call(life.update.method, path, sent) if sent else None
    if answer and answer.status < 300:
        answered = answer.json if answer.body else None
        desk.get(path)
        note(desk, lifecycle.kept(life.update, sent, answered, last(desk)))


@pytest.mark.parametrize(("walk", "frame"), [(by_cursor, "meta"), (by_offset, "next_page")], ids=["cursor", "offset"])
def test_pages(desk, listing, walk, frame):
    """What one large page holds, small pages hold: each row once, none lost."""
    whole = next(walk(desk, listing.path, LARGE, 1), None)
    body = last(desk).response.json
    if whole is None or frame not in body:
        pytest.skip(f"it has no such pages: HTTP {last(desk).response.status} without {frame}")
    if not body.get("next_page", True):
        note(desk, lifecycle.counted(listing, whole, body.get("count"), last(desk)))
    size, most = lifecycle.sizes(len(whole))
    if not size or not lifecycle.distinct(whole):
        pytest.skip(f"{len(whole)} rows are too few for pages, or nothing tells them apart")
    walked = list(walk(desk, listing.path, size, most))
    again = next(walk(desk, listing.path, LARGE, 1), ())
    note(desk, lifecycle.pages(listing, whole, walked, again, last(desk)))


def test_nobody(desk, shown):
    """An id that no record can have shows no record, so none of another account's."""
    desk.get(lifecycle.without(shown, VENDORS["zendesk"].impossible))
    note(desk, lifecycle.nobody(shown, last(desk)))
