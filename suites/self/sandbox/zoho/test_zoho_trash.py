"""Deleting by degrees: trash, recycle bin, spam; and answers about many records."""

from __future__ import annotations

import pytest

NOBODY = "730000000000999999"


@pytest.mark.parametrize(
    ("table", "field"),
    [("contacts", "contactIds"), ("accounts", "accountIds"), ("tasks", "entityIds"),
     ("calls", "entityIds"), ("events", "entityIds"), ("products", "productIds")],
)  # fmt: skip
def test_what_is_moved_to_trash_cannot_be_read_and_can_be_restored(portal, table, field):
    ident = portal.first(table)
    before = portal.get(f"/{table}/{ident}").body
    body = {field: [ident], **({"departmentId": portal.first("departments")} if table == "products" else {})}
    assert portal.post(f"/{table}/moveToTrash", body).status == 204
    assert portal.get(f"/{table}/{ident}").status == (403 if table == "accounts" else 404)
    assert ident in [row["id"] for row in portal.get("/recycleBin").body["data"]]
    restored = portal.post("/recycleBin/restore", {"ids": [ident, NOBODY]})
    assert [(row["id"], row["success"]) for row in restored.body["results"]] == [(ident, True), (NOBODY, False)]
    assert restored.body["results"][1]["errors"]["errorCode"] == "UNPROCESSABLE_ENTITY"
    after = portal.get(f"/{table}/{ident}").body
    assert {**after, "isTrashed": False} == {**before, "isTrashed": False}
    assert portal.get("/recycleBin").status == 204


def test_a_ticket_in_the_trash_is_shown_with_its_comments_and_without_its_threads(portal):
    """As a client measured it in a live portal."""
    created = portal.ticket(description="The binding gives.")["id"]
    portal.post(f"/tickets/{created}/comments", {"content": "Seen.", "isPublic": False})
    assert portal.post("/tickets/moveToTrash", {"ticketIds": [created]}).status == 204
    shown = portal.get(f"/tickets/{created}")
    assert (shown.status, shown.body["isTrashed"]) == (200, True)
    assert [row["content"] for row in portal.get(f"/tickets/{created}/comments").body["data"]] == ["Seen."]
    assert portal.get(f"/tickets/{created}/threads").status == 404
    assert portal.patch(f"/tickets/{created}", {"status": "Closed"}).status == 404
    assert created not in [row["id"] for row in portal.get("/tickets", limit=100).body["data"]]
    assert created in [row["id"] for row in portal.get("/recycleBin").body["data"]]
    portal.post("/recycleBin/restore", {"ids": [created]})
    assert portal.get(f"/tickets/{created}").body["isTrashed"] is False


def test_what_is_deleted_from_the_bin_is_gone(portal):
    created = portal.ticket()["id"]
    portal.post("/tickets/moveToTrash", {"ticketIds": [created]})
    assert portal.post("/recycleBin/delete", {"ids": [created]}).body["results"][0]["success"] is True
    assert portal.post("/recycleBin/restore", {"ids": [created]}).body["results"][0]["success"] is False
    assert created not in portal.org.store["tickets"].trash
    assert portal.get(f"/tickets/{created}").status == 404


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
