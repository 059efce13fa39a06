"""Jobs: done when they are asked for, and seen to move on by whoever looks."""

from __future__ import annotations

import pytest

from harness.sandbox.zendesk import jobs


def look(account, ident):
    return account.get(f"/job_statuses/{ident}").body["job_status"]


def many_users(account, count):
    rows = [{"name": f"Person {index}", "email": f"p{index}@example.com"} for index in range(count)]
    return account.post("/users/create_many", {"users": rows}).body["job_status"]["id"]


def state(job):
    return job["status"], job["progress"], job["message"], job["results"]


@pytest.mark.parametrize(
    ("resource", "row", "words"),
    [
        ("tickets", {"comment": {"body": "x"}}, "Creating ticket #25"),
        ("organizations", {}, "Creating organization #25"),
        ("users", {}, "Creating User #25"),
    ],
)
def test_a_larger_job_is_found_working_first(account, resource, row, words):
    rows = [{**row, "name": f"Name {index}"} for index in range(50)]
    ident = account.post(f"/{resource}/create_many", {resource: rows}).body["job_status"]["id"]
    assert state(look(account, ident)) == ("working", 25, words, None)
    done = look(account, ident)
    assert (done["status"], done["progress"], len(done["results"])) == ("completed", 50, 50)
    assert look(account, ident) == done


def test_a_job_that_changes_many_says_so(account):
    ident = many_users(account, 6)
    look(account, ident)
    rows = [{"id": row["id"], "name": "Renamed"} for row in look(account, ident)["results"]]
    job = account.put("/users/update_many", {"users": rows}).body["job_status"]
    assert state(look(account, job["id"])) == ("working", 3, "Updating user #3", None)


def test_whoever_looks_sees_the_job_move_on(account):
    one, two = (
        many_users(account, 5),
        account.delete("/users/destroy_many", ids=",".join("7" * 6)).body["job_status"]["id"],
    )
    assert [row["status"] for row in account.get("/job_statuses").body["job_statuses"]][-2:] == ["completed", "working"]
    shown = account.get("/job_statuses/show_many", ids=f"{one},{two},V3-nobody").body["job_statuses"]
    assert [row["status"] for row in shown] == ["completed", "completed"]


def test_the_work_does_not_wait_for_anyone_to_look(account):
    many_users(account, 50)
    assert account.get("/users/count").body["count"]["value"] == 55


def test_a_row_says_what_became_of_its_record():
    assert jobs.created("User", 0, 7)["status"] == "Created"
    assert jobs.changed(7, "delete") == {"id": 7, "action": "delete", "status": "Deleted", "success": True}
    failed = jobs.failed("User", 0, None, "create", "Name: is too short")
    assert (failed["success"], failed["error"], "id" in failed) == (False, "UserCreateFailed", False)
