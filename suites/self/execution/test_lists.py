"""Lists are read to their end, or it is said that it was not seen; half a page is never the last one."""

from __future__ import annotations

import pinned
import pytest
from listed_org import Org, org_under_test

from harness.exchange import Response
from harness.execution.lists import ListReader
from harness.resources.rows import rows_of


@pytest.fixture
def org() -> Org:
    return Org()


def walked(org: Org, key: str) -> list[int | None]:
    """The rows of each page that a walk shows; None where it was given up."""
    one = pinned.catalog().by_key[key]
    under_test = org_under_test(org, one.vendor)
    pages = ListReader(under_test.client, under_test.cases).pages(one, one.path, "", under_test.records)
    return [len(rows_of(page.json)) if page else None for page in pages]


def test_a_list_is_walked_to_its_end(org: Org) -> None:
    org.pages = {"from=1&limit=50": 50, "from=51&limit=50": 50, "from=101&limit=50": 3}
    assert walked(org, "zoho:getTickets") == [50, 50, 3]


def test_a_list_that_breaks_off_or_never_ends_is_given_up(org: Org) -> None:
    org.pages = {"from=1&limit=50": 50}
    assert walked(org, "zoho:getAccounts") == [50, None]
    org.pages = {f"from={1 + 50 * page}&limit=50": 50 for page in range(1000)}
    assert walked(org, "zoho:getAccounts")[-2:] == [50, None]


SPOILED = {
    "half a page": Response(200, (), b'{"data": [{"id": "1"}, {"i'),
    "an empty page": Response(200, (), b""),
    "bytes that are not what they say": Response(200, (), b"\x1f\x8bnonsense"),
    "an odd status": Response(299),
    "refused by a proxy": Response(503, (), b"no upstream"),
}


@pytest.mark.parametrize("spoiled", SPOILED.values(), ids=SPOILED)
def test_a_page_that_a_proxy_spoiled_is_asked_for_again(org: Org, spoiled: Response) -> None:
    org.pages, org.instead = {"from=1&limit=50": 50, "from=51&limit=50": 3}, [spoiled] * 2
    assert walked(org, "zoho:getTickets") == [50, 3]


@pytest.mark.parametrize("spoiled", SPOILED.values(), ids=SPOILED)
def test_half_a_page_is_never_the_end_of_a_list(org: Org, spoiled: Response) -> None:
    org.pages, org.instead = {"from=1&limit=50": 3}, [spoiled] * 99
    assert walked(org, "zoho:getAccounts") == [None]
