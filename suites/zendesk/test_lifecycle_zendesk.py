"""The lifecycle of a record of every Zendesk collection, and the pages of every list, drawn from the document."""

from __future__ import annotations

from operator import attrgetter

import pytest

from harness.execution import lifecycle_walk
from harness.run.collection import context_of
from harness.vendors import VENDORS

pytestmark = pytest.mark.zendesk


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each collection, list with pages, or read of a record, by the name of the test's argument."""
    values_by_name = lifecycle_walk.parameters(context_of(metafunc.config), "zendesk")
    for name in values_by_name.keys() & set(metafunc.fixturenames):
        rows = values_by_name[name]
        parameters = [pytest.param(value, id=value.key, marks=getattr(pytest.mark, str(tier))) for value, tier in rows]
        metafunc.parametrize(name, parameters)


def test_lifecycle(client, collection):
    """Created, readable, in its list, unreadable without credentials; changed and read as changed; deleted and gone."""
    if why := lifecycle_walk.walk_lifecycle(client, collection):
        pytest.skip(why)


@pytest.mark.parametrize("style", VENDORS["zendesk"].paging.styles, ids=attrgetter("name"))
def test_pages(client, listing, style):
    """What one large page holds, small pages hold: each row once, none lost."""
    if why := lifecycle_walk.compare_pages(client, listing, style):
        pytest.skip(why)


def test_unknown_id(client, show):
    """An id that no record can have shows no record, so none of another account's."""
    lifecycle_walk.probe_unknown_id(client, show)
