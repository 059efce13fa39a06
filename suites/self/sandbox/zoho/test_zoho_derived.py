"""Fields that the portal sets itself: times, who did it, and what follows from a status."""

from __future__ import annotations

import pytest

from harness.sandbox.zoho.derived import stamp, typical
from harness.sandbox.zoho.ids import FIRST_IDS, UNUSED_ID


def test_a_time_has_milliseconds(portal):
    assert stamp(portal.org) == "2026-01-05T12:00:00.000Z"


def test_what_nobody_filled_in_is_null_or_empty(portal):
    ticket = portal.get(f"/tickets/{portal.ticket()['id']}").body
    for name in ("resolution", "slaId", "sentiment", "channelCode", "channelRelatedInfo", "productId", "teamId"):
        assert ticket[name] is None, name
    assert (ticket["source"]["type"], ticket["source"]["extId"]) == ("SYSTEM", None)
    assert ticket["cf"].keys() == {f"cf_{number}" for number in range(14)}
    assert set(ticket["customFields"].values()) == {None}
    contact = portal.post("/contacts", {"lastName": "Page"}).body
    assert (contact["cf"], contact["photoURL"], contact["ownerId"]) == ({}, None, portal.first("agents"))


def test_a_new_ticket_has_what_nobody_gave(portal):
    made = portal.ticket()
    assert (made["statusType"], made["channel"], made["closedTime"]) == ("Open", "Phone", None)
    assert int(portal.ticket()["ticketNumber"]) == int(made["ticketNumber"]) + 1


@pytest.mark.parametrize(("status", "kind"), [("Closed", "Closed"), ("On Hold", "On Hold"), ("Open", "Open")])
def test_a_status_has_a_type(portal, status, kind):
    ticket = portal.ticket()["id"]
    assert portal.patch(f"/tickets/{ticket}", {"status": status}).body["statusType"] == kind


def test_a_ticket_keeps_the_time_of_its_closing_until_it_is_opened_again(portal):
    ticket = portal.ticket()["id"]
    portal.patch(f"/tickets/{ticket}", {"status": "Closed"})
    portal.clock.advance(60)
    closed = portal.patch(f"/tickets/{ticket}", {"subject": "Still closed"}).body
    assert (closed["closedTime"], closed["modifiedTime"]) == ("2026-01-05T12:00:00.000Z", "2026-01-05T12:01:00.000Z")
    assert portal.patch(f"/tickets/{ticket}", {"status": "Open"}).body["closedTime"] is None


@pytest.mark.parametrize(
    ("name", "schema", "value"),
    [
        ("departmentId", {}, FIRST_IDS["departments"]), ("emailId", {}, "someone@example.com"),
        ("createdTime", {}, "2026-01-05T09:00:00.000Z"), ("openCount", {}, "0"), ("badgeId", {}, UNUSED_ID),
        ("subject", {}, None), ("departmentId", {"format": "int32"}, None),
    ],
)  # fmt: skip
def test_a_field_has_a_typical_value_by_its_name(name, schema, value):
    assert typical(name, schema) == value
