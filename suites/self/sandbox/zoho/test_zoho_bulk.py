"""Work on many records at once, with a row for each."""

from __future__ import annotations

NOBODY = "730000000000999999"


def test_many_are_closed_and_changed_at_once(portal):
    one, two = portal.ticket()["id"], portal.ticket()["id"]
    assert portal.post("/closeTickets", {"ids": [one, two]}).status == 200
    assert portal.get(f"/tickets/{two}").body["statusType"] == "Closed"
    contact = portal.first("contacts")
    changed = portal.post(
        "/contacts/updateMany", {"ids": [contact, NOBODY], "fieldName": "phone", "fieldValue": "12345"}
    )
    assert [row["success"] for row in changed.body["results"]] == [True, False]
    assert portal.get(f"/contacts/{contact}").body["phone"] == "12345"
