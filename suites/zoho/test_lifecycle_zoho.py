"""The lifecycle of a record of every Zoho Desk collection, and the pages of every list, drawn from the document."""

from __future__ import annotations

import pytest

from harness.execution import lifecycle_walk
from harness.run.collection import context_of
from harness.vendors import VENDORS

pytestmark = pytest.mark.zoho


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One item a collection, a list with pages, or a read of one record, whichever the test asks for."""
    found = lifecycle_walk.parameters(context_of(metafunc.config), "zoho")
    for name in found.keys() & set(metafunc.fixturenames):
        metafunc.parametrize(name, [pytest.param(one, id=one.key, marks=getattr(pytest.mark, str(tier)))
                                    for one, tier in found[name]])  # fmt: skip


def test_life(client, collection):
    """Made, readable, in its list, unreadable without credentials; changed and read as changed; deleted and gone."""
    if why := lifecycle_walk.walk_lifecycle(client, collection):
        pytest.skip(why)


def test_pages(client, listing):
    """What one large page holds, small pages hold: each row once, none lost."""
    (style,) = VENDORS["zoho"].paging.styles
    if why := lifecycle_walk.compare_pages(client, listing, style):
        pytest.skip(why)


def test_nobody(client, show):
    """An id that no record can have shows no record, so none of another account's."""
    lifecycle_walk.probe_unknown_id(client, show)
