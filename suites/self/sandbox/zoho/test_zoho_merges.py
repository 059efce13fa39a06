"""Merges: what becomes of those that are merged, and of the one that stays."""

from __future__ import annotations


def test_merged_tickets_are_gone_and_their_threads_are_not(portal):
    target, other = portal.ticket(description="One"), portal.ticket(description="Two")
    merged = portal.post(f"/tickets/{target['id']}/merge", {"ids": [other["id"]]})
    assert (merged.status, merged.body["id"]) == (200, target["id"])
    assert portal.get(f"/tickets/{other['id']}").status == 404
    assert len(portal.get(f"/tickets/{target['id']}/threads").body["data"]) == 2
    unknown = portal.post(f"/tickets/{target['id']}/merge", {"ids": ["730000000000999999"]})
    assert unknown.body["errors"] == [{"fieldName": "/ids/0", "errorType": "invalid", "errorMessage": ""}]


def test_merged_contacts_leave_their_tickets_to_the_one_that_stays(portal):
    one, two = list(portal.org.store["contacts"].rows)[:2]
    ticket = portal.ticket(contactId=two)
    assert portal.post(f"/contacts/{one}/merge", {"ids": [two]}).status == 200
    assert portal.get(f"/tickets/{ticket['id']}").body["contactId"] == one
