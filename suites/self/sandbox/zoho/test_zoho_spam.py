"""Spam: deleted for good, and nothing else with it."""

from __future__ import annotations


def test_only_spam_is_deleted_as_spam(portal):
    spam, ham = portal.ticket()["id"], portal.ticket()["id"]
    assert portal.post("/tickets/markSpam", {"ids": [spam], "isSpam": True}).status == 200
    shown = portal.get("/tickets", departmentId=portal.first("departments"), limit=50).body["data"]
    assert spam not in [row["id"] for row in shown]
    deleted = portal.post("/tickets/deleteSpam", {"ticketIds": [spam, ham]}).body["results"]
    assert [row["success"] for row in deleted] == [True, False]
    assert portal.get(f"/tickets/{spam}").status == 404
    assert portal.get(f"/tickets/{ham}").status == 200


def test_all_spam_of_a_department_is_emptied(portal):
    created = portal.ticket()
    portal.post("/tickets/markSpam", {"ids": [created["id"]], "isSpam": True})
    assert portal.post("/tickets/emptySpam", {"departmentId": portal.first("roles")}).status == 202
    assert portal.get(f"/tickets/{created['id']}").status == 200
    assert portal.post("/tickets/emptySpam", {"departmentId": created["departmentId"]}).status == 202
    assert portal.get(f"/tickets/{created['id']}").status == 404
