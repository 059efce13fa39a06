"""Views: the tickets that meet the conditions, listed, counted and previewed."""

from __future__ import annotations

import pytest


def view_of(account, **conditions):
    body = {"view": {"title": "Mine", **conditions}}
    made = account.post("/views", body)
    assert made.status == 201, made.body
    return made.body["view"]["id"]


def condition(field, operator, value):
    return {"field": field, "operator": operator, "value": value}


@pytest.fixture
def tagged(account):
    """Three tickets, of which the first two carry a tag."""
    made = []
    for priority, tags in (("low", ["vip"]), ("high", ["vip"]), ("urgent", [])):
        made.append(account.ticket(priority=priority, tags=tags)["id"])
        account.clock.advance(60)
    return made


VIP = condition("current_tags", "includes", "vip")


@pytest.mark.parametrize(
    ("conditions", "chosen"),
    [
        ({"all": [VIP]}, [0, 1]),
        ({"all": [VIP, condition("priority", "is", "high")]}, [1]),
        ({"all": [VIP, condition("priority", "less_than", "high")]}, [0]),
        ({"all": [VIP], "any": [condition("priority", "is", "low"), condition("priority", "is", "urgent")]}, [0]),
        ({"all": [VIP, condition("priority", "is_not", "low")]}, [1]),
        ({"all": [VIP, condition("assignee_id", "is", "")]}, [0, 1]),
        ({"all": [VIP, condition("moon_phase", "is", "full")]}, [0, 1]),
    ],
)
def test_all_of_all_and_some_of_any(account, tagged, conditions, chosen):
    rows = account.get(f"/views/{view_of(account, **conditions)}/tickets").body["tickets"]
    assert [row["id"] for row in rows] == [tagged[index] for index in reversed(chosen)], "the newest first"


def test_a_count_is_that_of_the_tickets(account, tagged):
    ident = view_of(account, all=[VIP])
    assert account.get(f"/views/{ident}/count").body["view_count"]["value"] == 2
    counts = account.get("/views/count_many", ids=f"{ident},7").body["view_counts"]
    assert [(row["view_id"], row["value"]) for row in counts] == [(ident, 2)]


def test_an_executed_view_has_a_row_for_each_ticket(account, tagged):
    body = account.get(f"/views/{view_of(account, all=[VIP])}/execute").body
    assert [row["ticket"]["id"] for row in body["rows"]] == tagged[:2]
    assert body["columns"]


def test_a_preview_is_not_kept(account, tagged):
    before = len(account.org.store["views"])
    body = account.post("/views/preview", {"view": {"all": [VIP]}}).body
    assert [row["ticket"]["id"] for row in body["rows"]] == tagged[:2]
    assert len(account.org.store["views"]) == before


@pytest.mark.parametrize("part", ["tickets", "count", "execute", "export"])
def test_a_view_that_is_not_there(account, part):
    assert account.get(f"/views/4711/{part}").status == 404
