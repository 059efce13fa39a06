"""Many at once: jobs, what their rows say, and the two styles of deleting."""

from __future__ import annotations


def finished(account, reply):
    """A small job's state at the first look, which finds it completed."""
    queued = reply.body["job_status"]
    assert (queued["status"], queued["progress"], queued["results"]) == ("queued", None, None)
    job = look(account, queued["id"])
    assert job["status"] == "completed"
    assert job["message"].startswith("Completed at ")
    return job


def look(account, ident):
    return account.get(f"/job_statuses/{ident}").body["job_status"]


def test_a_create_job_names_what_it_made(account):
    tickets = [{"subject": f"T{index}", "comment": {"body": "x"}} for index in range(3)]
    job = finished(account, account.post("/tickets/create_many", {"tickets": tickets}))
    assert (job["total"], job["progress"]) == (3, 3)
    assert {tuple(sorted(row)) for row in job["results"]} == {("account_id", "id", "index")}
    idents = ",".join(str(row["id"]) for row in job["results"])
    assert [row["subject"] for row in account.get("/tickets/show_many", ids=idents).body["tickets"]] == [
        "T0",
        "T1",
        "T2",
    ]


def test_one_change_for_many_and_many_changes_at_once(account):
    one, two = account.ticket()["id"], account.ticket()["id"]
    finished(account, account.put("/tickets/update_many", {"ticket": {"status": "pending"}}, ids=f"{one},{two}"))
    rows = [{"id": one, "subject": "first"}, {"id": two, "subject": "second"}]
    job = finished(account, account.put("/tickets/update_many", {"tickets": rows}))
    assert job["results"][0] == {"id": one, "action": "update", "status": "Updated", "success": True}
    assert account.get(f"/tickets/{two}").body["ticket"]["subject"] == "second"
    assert account.get(f"/tickets/{one}").body["ticket"]["status"] == "pending"


def test_a_completed_job_may_hold_failures(account):
    rows = [{"name": "Example Works"}, {"name": "Fresh Name"}]
    job = finished(account, account.post("/organizations/create_many", {"organizations": rows}))
    failed, created = job["results"]
    assert failed["error"] == "OrganizationCreateFailed"
    assert "has already been taken" in failed["details"]
    assert created["status"] == "Created"


def test_bulk_deletion_of_tickets_is_a_job_and_can_be_undone(account):
    ident = account.ticket()["id"]
    finished(account, account.delete("/tickets/destroy_many", ids=f"{ident},99999"))
    assert account.get(f"/tickets/{ident}").status == 404
    account.put("/deleted_tickets/restore_many", ids=str(ident))
    assert account.get(f"/tickets/{ident}").status == 200


def test_bulk_deletion_of_rules_is_done_at_once(account):
    rule = {"title": "gone soon", "all": [{"field": "status", "operator": "is", "value": "open"}], "actions": []}
    ident = account.post("/triggers", {"trigger": {**rule, "actions": [{"field": "status", "value": "open"}]}})
    ident = ident.body["trigger"]["id"]
    assert account.delete("/triggers/destroy_many", ids=str(ident)).status == 204
    assert account.get(f"/triggers/{ident}").status == 404


def test_without_ids_nothing_is_deleted(account):
    assert account.delete("/tickets/destroy_many").status == 400
    assert len(account.org.store["tickets"]) == 5


def test_people_are_found_by_address_or_made(account):
    known = account.user(email="known@example.com")
    rows = [{"name": "Renamed", "email": "known@example.com"}, {"name": "New", "email": "fresh@example.com"}]
    job = finished(account, account.post("/users/create_or_update_many", {"users": rows}))
    assert job["results"][0]["id"] == known["id"]
    assert account.get(f"/users/{known['id']}").body["user"]["name"] == "Renamed"
    assert job["results"][1]["status"] == "Created"
