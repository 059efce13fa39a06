"""The lifecycle of a record of every Zoho Desk collection, and the pages of every list, drawn from the document."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness import settings
from harness.checks.lifecycle import Row
from harness.execution import lifecycle_walk
from harness.planning import run_options
from harness.resources.cleanup import rows_of

pytestmark = pytest.mark.zoho


def by_offset(client, path: str, size: int, most: int) -> Iterator[tuple[Row, ...]]:
    """The rows of each page, `most` pages at most; a page without rows is a 204 or an empty list."""
    for number in range(most):
        answer = client.get(path, query={"from": 1 + number * size, "limit": size})
        rows = rows_of(answer.json) if answer.status == 200 else ()
        if rows or answer.status == 204:
            yield rows
        if len(rows) < size:
            return


# No list caps a page below 50 rows (vendor page: pagination); a header tells the credits left (client reports).
CONVENTIONS = lifecycle_walk.ListConventions(
    "zoho", by_offset, large=50, paging=("from", "limit"), quota=("x-rate-limit-remaining-v3",)
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


def test_pages(client, listing):
    """What one large page holds, small pages hold: each row once, none lost."""
    if why := lifecycle_walk.compare_pages(client, listing, CONVENTIONS):
        pytest.skip(why)


def test_nobody(client, show):
    """An id that no record can have shows no record, so none of another account's."""
    lifecycle_walk.probe_unknown_id(client, show, CONVENTIONS)
