"""Many at once: jobs, what their rows say, and the two styles of deleting."""

from __future__ import annotations

import pytest
from zendesk_desk import Desk


@pytest.fixture
def desk():
    return Desk()


def finished(desk, reply):
    queued = reply.body["job_status"]
    assert (queued["status"], queued["progress"], queued["results"]) == ("queued", None, None)
    job = desk.get(f"/job_statuses/{queued['id']}").body["job_status"]
    assert job["status"] == "completed"
    assert job["message"].startswith("Completed at ")
    return job


def test_a_create_job_names_what_it_made(desk):
    tickets = [{"subject": f"T{index}", "comment": {"body": "x"}} for index in range(3)]
    job = finished(desk, desk.post("/tickets/create_many", {"tickets": tickets}))
    assert (job["total"], job["progress"]) == (3, 3)
    assert {tuple(sorted(row)) for row in job["results"]} == {("account_id", "id", "index")}
    idents = ",".join(str(row["id"]) for row in job["results"])
    assert [row["subject"] for row in desk.get("/tickets/show_many", ids=idents).body["tickets"]] == ["T0", "T1", "T2"]


def test_one_change_for_many_and_many_changes_at_once(desk):
    one, two = desk.ticket()["id"], desk.ticket()["id"]
    finished(desk, desk.put("/tickets/update_many", {"ticket": {"status": "pending"}}, ids=f"{one},{two}"))
    rows = [{"id": one, "subject": "first"}, {"id": two, "subject": "second"}]
    job = finished(desk, desk.put("/tickets/update_many", {"tickets": rows}))
    assert job["results"][0] == {"id": one, "action": "update", "status": "Updated", "success": True}
    assert desk.get(f"/tickets/{two}").body["ticket"]["subject"] == "second"
    assert desk.get(f"/tickets/{one}").body["ticket"]["status"] == "pending"


def test_a_completed_job_may_hold_failures(desk):
    rows = [{"name": "Example Works"}, {"name": "Fresh Name"}]
    job = finished(desk, desk.post("/organizations/create_many", {"organizations": rows}))
    failed, made = job["results"]
    assert failed["error"] == "OrganizationCreateFailed"
    assert "has already been taken" in failed["details"]
    assert made["status"] == "Created"


def test_bulk_deletion_of_tickets_is_a_job_and_can_be_undone(desk):
    ident = desk.ticket()["id"]
    finished(desk, desk.delete("/tickets/destroy_many", ids=f"{ident},99999"))
    assert desk.get(f"/tickets/{ident}").status == 404
    desk.put("/deleted_tickets/restore_many", ids=str(ident))
    assert desk.get(f"/tickets/{ident}").status == 200


def test_bulk_deletion_of_rules_is_done_at_once(desk):
    rule = {"title": "gone soon", "all": [{"field": "status", "operator": "is", "value": "open"}], "actions": []}
    ident = desk.post("/triggers", {"trigger": {**rule, "actions": [{"field": "status", "value": "open"}]}})
    ident = ident.body["trigger"]["id"]
    assert desk.delete("/triggers/destroy_many", ids=str(ident)).status == 204
    assert desk.get(f"/triggers/{ident}").status == 404


def test_without_ids_nothing_is_deleted(desk):
    assert desk.delete("/tickets/destroy_many").status == 400
    assert len(desk.org.store["tickets"]) == 5


def test_people_are_found_by_address_or_made(desk):
    known = desk.user(email="known@example.com")
    rows = [{"name": "Renamed", "email": "known@example.com"}, {"name": "New", "email": "fresh@example.com"}]
    job = finished(desk, desk.post("/users/create_or_update_many", {"users": rows}))
    assert job["results"][0]["id"] == known["id"]
    assert desk.get(f"/users/{known['id']}").body["user"]["name"] == "Renamed"
    assert job["results"][1]["status"] == "Created"
