"""Tickets seen from elsewhere: the activities of one."""

from __future__ import annotations


def test_activities_of_a_ticket_are_listed_with_it(portal):
    ticket = portal.ticket()
    task = {"subject": "Call the binder", "departmentId": ticket["departmentId"], "ticketId": ticket["id"]}
    created = portal.post("/tasks", task).body
    assert created["status"] == "Not Started"
    assert [row["id"] for row in portal.get(f"/tickets/{ticket['id']}/tasks").body["data"]] == [created["id"]]
    assert [row["id"] for row in portal.get(f"/tickets/{ticket['id']}/activities").body["data"]] == [created["id"]]
