"""Lists by cursor and by offset: every record once, none lost, and the limits that the vendor's page names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

PAGES = 40
"""A walk stops here: more records would show nothing new."""

LISTS = ["groups", "organizations", "ticket_fields", "tickets", "users"]

pytestmark = [pytest.mark.zendesk, pytest.mark.read, pytest.mark.resource("paging")]


def by_cursor(client, name: str, size: int) -> Iterator[list[Any]]:
    """The ids of each page, by `page[size]` and `page[after]`."""
    query: dict[str, Any] = {"page[size]": size}
    for _ in range(PAGES):
        answer = client.get(f"/api/v2/{name}", query=query)
        assert answer.status == 200
        yield [row["id"] for row in answer.json[name]]
        meta = answer.json["meta"]
        assert set(meta) == {"has_more", "after_cursor", "before_cursor"}
        if not meta["has_more"]:
            return
        assert answer.json["links"]["next"]
        query = {"page[size]": size, "page[after]": meta["after_cursor"]}


def by_offset(client, name: str, size: int) -> Iterator[list[Any]]:
    """The ids of each page, by `page` and `per_page`."""
    for number in range(1, PAGES + 1):
        answer = client.get(f"/api/v2/{name}", query={"page": number, "per_page": size})
        assert answer.status == 200
        yield [row["id"] for row in answer.json[name]]
        if not answer.json["next_page"]:
            return


@pytest.mark.parametrize("walk", [by_cursor, by_offset])
@pytest.mark.parametrize("name", LISTS)
def test_small_pages_hold_what_one_large_page_holds(client, walk, name):
    """Other tests add and remove records meanwhile, so what is compared was there before and after the walk."""
    before = next(walk(client, name, 100))
    pages = list(walk(client, name, max(2, len(before) // 10)))
    after = next(walk(client, name, 100))
    ids = [record for page in pages for record in page]
    assert len(ids) == len(set(ids)), "a record came twice"
    if len(pages) < PAGES and len(before) < 100:
        assert set(before) & set(after) <= set(ids), "a record was lost between two pages"
    assert all(pages[:-1]), "an empty page before the last"


@pytest.mark.parametrize("query", [{"per_page": 1000}, {"page[size]": 100}])
def test_a_page_never_has_more_than_a_hundred(client, query):
    answer = client.get("/api/v2/tickets", query=query)
    assert answer.status == 200
    assert len(answer.json["tickets"]) <= 100


def test_the_two_styles_have_their_own_frames(client):
    cursor = client.get("/api/v2/tickets", query={"page[size]": 1}).json
    offset = client.get("/api/v2/tickets", query={"per_page": 1}).json
    assert set(cursor) == {"tickets", "meta", "links"}
    assert set(offset) >= {"tickets", "next_page", "previous_page", "count"}
    assert offset["count"] >= len(offset["tickets"])


def test_offsets_end_at_ten_thousand_rows(client):
    answer = client.get("/api/v2/tickets", query={"page": 101, "per_page": 100})
    assert answer.status == 400
    assert answer.json["errors"][0]["code"] == "InvalidPaginationDepth"


def test_the_way_back_leads_to_the_first_page(client):
    first = client.get("/api/v2/ticket_fields", query={"page[size]": 2}).json
    second = client.get(
        "/api/v2/ticket_fields", query={"page[size]": 2, "page[after]": first["meta"]["after_cursor"]}
    ).json
    back = client.get(
        "/api/v2/ticket_fields", query={"page[size]": 2, "page[before]": second["meta"]["before_cursor"]}
    ).json
    assert [row["id"] for row in back["ticket_fields"]] == [row["id"] for row in first["ticket_fields"]]
