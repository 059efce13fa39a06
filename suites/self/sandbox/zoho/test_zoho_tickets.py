"""Tickets from their creation to their merging, and what belongs to them."""

from __future__ import annotations

from zoho_portal import code


def test_a_new_ticket_is_answered_bare_with_200_and_can_be_read(portal):
    created = portal.ticket(subject="Torn page", priority="High")
    assert created["id"].isdigit()
    assert 16 <= len(created["id"]) <= 19
    shown = portal.get(f"/tickets/{created['id']}").body
    assert (shown["subject"], shown["priority"], shown["statusType"]) == ("Torn page", "High", "Open")
    assert shown["phone"] is None, "what nobody gave is null"
    assert shown["createdTime"] == "2026-01-05T12:00:00.000Z"


def test_a_contact_may_come_along_and_is_found_again_by_its_address(portal):
    department = portal.first("departments")
    body = {"subject": "Hello", "departmentId": department, "status": "Open"}
    new = portal.post("/tickets", {**body, "contact": {"lastName": "Page", "email": "page@example.com"}})
    again = portal.post("/tickets", {**body, "contact": {"lastName": "Page", "email": "page@example.com"}})
    assert new.status == again.status == 200
    assert new.body["contactId"] == again.body["contactId"]
    assert portal.get(f"/contacts/{new.body['contactId']}").body["lastName"] == "Page"


def test_part_of_a_ticket_can_be_changed_and_the_status_has_consequences(portal):
    created = portal.ticket()
    portal.clock.advance(60)
    changed = portal.patch(f"/tickets/{created['id']}", {"status": "Closed"}).body
    assert (changed["subject"], changed["statusType"]) == (created["subject"], "Closed")
    assert changed["closedTime"] == changed["modifiedTime"] == "2026-01-05T12:01:00.000Z"
    reopened = portal.patch(f"/tickets/{created['id']}", {"status": "Open"}).body
    assert (reopened["statusType"], reopened["closedTime"]) == ("Open", None)


def test_a_ticket_that_is_not_there(portal):
    for reply in (portal.get("/tickets/730000000000999999"), portal.patch("/tickets/1", {"status": "Open"})):
        assert (reply.status, code(reply)) == (404, "URL_NOT_FOUND")


def test_a_resolution_is_written_read_and_deleted(portal):
    path = f"/tickets/{portal.ticket()['id']}/resolution"
    assert portal.patch(path, {"content": "Glued."}).body["content"] == "Glued."
    assert portal.get(path).body["content"] == "Glued."
    assert portal.send("DELETE", path).status == 204
    assert portal.get(path).body["content"] is None
