"""Deleting by degrees: trash, recycle bin, spam; and answers about many records."""

from __future__ import annotations

import pytest

NOBODY = "730000000000999999"


@pytest.mark.parametrize(
    ("table", "field"),
    [("tickets", "ticketIds"), ("contacts", "contactIds"), ("accounts", "accountIds"), ("tasks", "entityIds"),
     ("calls", "entityIds"), ("events", "entityIds"), ("products", "productIds")],
)  # fmt: skip
def test_what_is_moved_to_trash_cannot_be_read_and_can_be_restored(portal, table, field):
    ident = portal.first(table)
    before = portal.get(f"/{table}/{ident}").body
    body = {field: [ident], **({"departmentId": portal.first("departments")} if table == "products" else {})}
    assert portal.post(f"/{table}/moveToTrash", body).status == 204
    assert portal.get(f"/{table}/{ident}").status == 404
    assert ident in [row["id"] for row in portal.get("/recycleBin").body["data"]]
    restored = portal.post("/recycleBin/restore", {"ids": [ident, NOBODY]})
    assert [(row["id"], row["success"]) for row in restored.body["results"]] == [(ident, True), (NOBODY, False)]
    assert restored.body["results"][1]["errors"]["errorCode"] == "UNPROCESSABLE_ENTITY"
    after = portal.get(f"/{table}/{ident}").body
    assert {**after, "isTrashed": False} == {**before, "isTrashed": False}
    assert portal.get("/recycleBin").status == 204


def test_what_is_deleted_from_the_bin_is_gone(portal):
    created = portal.ticket()["id"]
    portal.post("/tickets/moveToTrash", {"ticketIds": [created]})
    assert portal.post("/recycleBin/delete", {"ids": [created]}).body["results"][0]["success"] is True
    assert portal.post("/recycleBin/restore", {"ids": [created]}).body["results"][0]["success"] is False
    assert created not in portal.org.store["tickets"].trash


def test_the_whole_bin_is_restored_or_emptied_with_202(portal):
    one, two = portal.ticket()["id"], portal.ticket()["id"]
    portal.post("/tickets/moveToTrash", {"ticketIds": [one, two]})
    assert portal.post("/recycleBin/restoreAll").status == 202
    assert portal.get(f"/tickets/{one}").status == 200
    portal.post("/tickets/moveToTrash", {"ticketIds": [one, two]})
    assert portal.post("/recycleBin/deleteAll").status == 202
    assert not portal.org.store["tickets"].trash


def test_the_bin_empties_itself_after_sixty_days(portal):
    created = portal.ticket()["id"]
    portal.post("/tickets/moveToTrash", {"ticketIds": [created]})
    portal.clock.advance(61 * 86400)
    portal.token = portal.refreshed().body["access_token"]
    assert portal.get("/recycleBin").status == 204
    assert created not in portal.org.store["tickets"].trash


def test_articles_go_to_trash_with_a_row_for_each(portal):
    article = portal.first("articles")
    rows = portal.post("/articles/moveToTrash", {"ids": [article, NOBODY]}).body["results"]
    assert [row["success"] for row in rows] == [True, False]
    assert portal.get(f"/articles/{article}").status == 404


def test_what_hangs_on_a_record_goes_with_it_though_lists_show_it_alone(portal):
    layout = portal.first("layouts")
    rule = {"description": "", "fieldConditions": [], "fieldName": "x", "layoutId": layout, "name": "x"}
    created = portal.post(f"/layouts/{layout}/layoutRules", rule).body["id"]
    assert portal.send("DELETE", f"/layouts/{layout}").status == 204
    assert created not in portal.org.store["layoutRules"].rows
