"""Deleting by degrees: trash, recycle bin, spam; and answers about many records."""

from __future__ import annotations

import pytest
from zoho_desk import Desk

NOBODY = "730000000000999999"


@pytest.fixture
def desk():
    return Desk()


@pytest.mark.parametrize(
    ("table", "field"),
    [("tickets", "ticketIds"), ("contacts", "contactIds"), ("accounts", "accountIds"), ("tasks", "entityIds"),
     ("calls", "entityIds"), ("events", "entityIds"), ("products", "productIds")],
)  # fmt: skip
def test_what_is_moved_to_trash_cannot_be_read_and_can_be_restored(desk, table, field):
    ident = desk.first(table)
    before = desk.get(f"/{table}/{ident}").body
    body = {field: [ident], **({"departmentId": desk.first("departments")} if table == "products" else {})}
    assert desk.post(f"/{table}/moveToTrash", body).status == 204
    assert desk.get(f"/{table}/{ident}").status == 404
    assert ident in [row["id"] for row in desk.get("/recycleBin").body["data"]]
    restored = desk.post("/recycleBin/restore", {"ids": [ident, NOBODY]})
    assert [(row["id"], row["success"]) for row in restored.body["results"]] == [(ident, True), (NOBODY, False)]
    assert restored.body["results"][1]["errors"]["errorCode"] == "UNPROCESSABLE_ENTITY"
    after = desk.get(f"/{table}/{ident}").body
    assert {**after, "isTrashed": False} == {**before, "isTrashed": False}
    assert desk.get("/recycleBin").status == 204


def test_what_is_deleted_from_the_bin_is_gone(desk):
    made = desk.ticket()["id"]
    desk.post("/tickets/moveToTrash", {"ticketIds": [made]})
    assert desk.post("/recycleBin/delete", {"ids": [made]}).body["results"][0]["success"] is True
    assert desk.post("/recycleBin/restore", {"ids": [made]}).body["results"][0]["success"] is False
    assert made not in desk.org.store["tickets"].trash


def test_the_whole_bin_is_restored_or_emptied_with_202(desk):
    one, two = desk.ticket()["id"], desk.ticket()["id"]
    desk.post("/tickets/moveToTrash", {"ticketIds": [one, two]})
    assert desk.post("/recycleBin/restoreAll").status == 202
    assert desk.get(f"/tickets/{one}").status == 200
    desk.post("/tickets/moveToTrash", {"ticketIds": [one, two]})
    assert desk.post("/recycleBin/deleteAll").status == 202
    assert not desk.org.store["tickets"].trash


def test_the_bin_empties_itself_after_sixty_days(desk):
    made = desk.ticket()["id"]
    desk.post("/tickets/moveToTrash", {"ticketIds": [made]})
    desk.clock.advance(61 * 86400)
    desk.token = desk.refreshed().body["access_token"]
    assert desk.get("/recycleBin").status == 204
    assert made not in desk.org.store["tickets"].trash


def test_only_spam_is_deleted_as_spam(desk):
    spam, ham = desk.ticket()["id"], desk.ticket()["id"]
    assert desk.post("/tickets/markSpam", {"ids": [spam], "isSpam": True}).status == 200
    shown = desk.get("/tickets", departmentId=desk.first("departments"), limit=50).body["data"]
    assert spam not in [row["id"] for row in shown]
    deleted = desk.post("/tickets/deleteSpam", {"ticketIds": [spam, ham]}).body["results"]
    assert [row["success"] for row in deleted] == [True, False]
    assert desk.get(f"/tickets/{spam}").status == 404
    assert desk.get(f"/tickets/{ham}").status == 200


def test_all_spam_of_a_department_is_emptied(desk):
    made = desk.ticket()
    desk.post("/tickets/markSpam", {"ids": [made["id"]], "isSpam": True})
    assert desk.post("/tickets/emptySpam", {"departmentId": desk.first("roles")}).status == 202
    assert desk.get(f"/tickets/{made['id']}").status == 200
    assert desk.post("/tickets/emptySpam", {"departmentId": made["departmentId"]}).status == 202
    assert desk.get(f"/tickets/{made['id']}").status == 404


def test_many_are_closed_and_changed_at_once(desk):
    one, two = desk.ticket()["id"], desk.ticket()["id"]
    assert desk.post("/closeTickets", {"ids": [one, two]}).status == 200
    assert desk.get(f"/tickets/{two}").body["statusType"] == "Closed"
    contact = desk.first("contacts")
    changed = desk.post("/contacts/updateMany", {"ids": [contact, NOBODY], "fieldName": "phone", "fieldValue": "12345"})
    assert [row["success"] for row in changed.body["results"]] == [True, False]
    assert desk.get(f"/contacts/{contact}").body["phone"] == "12345"


def test_articles_go_to_trash_with_a_row_for_each(desk):
    article = desk.first("articles")
    rows = desk.post("/articles/moveToTrash", {"ids": [article, NOBODY]}).body["results"]
    assert [row["success"] for row in rows] == [True, False]
    assert desk.get(f"/articles/{article}").status == 404


def test_deleting_by_post(desk):
    made = desk.post("/roles", {"name": "Apprentice", "shareDataWithPeers": True}).body["id"]
    assert desk.get(f"/roles/{made}").status == 200
    assert desk.post(f"/roles/{made}/delete", {"transferToRoleId": desk.first("roles")}).status == 204
    assert desk.get(f"/roles/{made}").status == 404


def test_what_hangs_on_a_record_goes_with_it_though_lists_show_it_alone(desk):
    layout = desk.first("layouts")
    rule = {"description": "", "fieldConditions": [], "fieldName": "x", "layoutId": layout, "name": "x"}
    made = desk.post(f"/layouts/{layout}/layoutRules", rule).body["id"]
    assert desk.ask("DELETE", f"/layouts/{layout}").status == 204
    assert made not in desk.org.store["layoutRules"].rows
