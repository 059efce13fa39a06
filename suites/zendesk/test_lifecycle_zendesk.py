"""The lifecycle of a record of every Zendesk collection, and the pages of every list, drawn from the document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from harness import settings
from harness.checks.lifecycle import Row
from harness.execution import lifecycle_walk
from harness.planning import run_options
from harness.resources.cleanup import rows_of

pytestmark = pytest.mark.zendesk


def by_cursor(client, path: str, size: int, most: int) -> Iterator[tuple[Row, ...]]:
    """The rows of each page by cursor, `most` pages at most."""
    query: dict[str, Any] = {"page[size]": size}
    for _ in range(most):
        answer = client.get(path, query=query)
        if answer.status != 200:
            return
        yield rows_of(answer.json)
        meta = answer.json.get("meta") or {}
        if not meta.get("has_more"):
            return
        query = {"page[size]": size, "page[after]": meta["after_cursor"]}


def by_offset(client, path: str, size: int, most: int) -> Iterator[tuple[Row, ...]]:
    """The same by page number."""
    for number in range(1, most + 1):
        answer = client.get(path, query={"page": number, "per_page": size})
        if answer.status != 200:
            return
        yield rows_of(answer.json)
        if not answer.json.get("next_page"):
            return


CONVENTIONS = lifecycle_walk.ListConventions(
    "zendesk",
    by_cursor,
    large=100,
    paging=("page",),
    # Account requests a minute that are left, in the spellings of 2024, of always, and of 2023 (recorded).
    quota=("ratelimit-remaining", "x-rate-limit-remaining", "rate-limit-remaining"),
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One item a collection, a list with pages, or a read of one record, whichever the test asks for."""
    found = lifecycle_walk.parameters(run_options.wish(metafunc.config.option), settings.load(), CONVENTIONS)
    for name in found.keys() & set(metafunc.fixturenames):
        metafunc.parametrize(name, [pytest.param(one, id=one.key, marks=getattr(pytest.mark, str(tier)))
                                    for one, tier in found[name]])  # fmt: skip


def test_life(client, collection):
    """Made, readable, in its list, unreadable without credentials; changed and read as changed; deleted and gone."""
    if why := lifecycle_walk.walk_lifecycle(client, collection, CONVENTIONS):
        pytest.skip(why)


@pytest.mark.parametrize(("walk", "frame"), [(by_cursor, "meta"), (by_offset, "next_page")], ids=["cursor", "offset"])
def test_pages(client, listing, walk, frame):
    """What one large page holds, small pages hold: each row once, none lost."""
    if why := lifecycle_walk.compare_pages(client, listing, CONVENTIONS, walk, frame):
        pytest.skip(why)


def test_nobody(client, show):
    """An id that no record can have shows no record, so none of another account's."""
    lifecycle_walk.probe_unknown_id(client, show, CONVENTIONS)
