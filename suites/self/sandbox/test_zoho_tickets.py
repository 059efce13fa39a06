"""Tickets from their creation to their merging, and what belongs to them."""

from __future__ import annotations

import pytest
from zoho_desk import Desk, code


@pytest.fixture
def desk():
    return Desk()


def test_a_new_ticket_is_answered_bare_with_200_and_can_be_read(desk):
    made = desk.ticket(subject="Torn page", priority="High")
    assert made["id"].isdigit()
    assert 16 <= len(made["id"]) <= 19
    shown = desk.get(f"/tickets/{made['id']}").body
    assert (shown["subject"], shown["priority"], shown["statusType"]) == ("Torn page", "High", "Open")
    assert shown["phone"] is None, "what nobody gave is null"
    assert shown["createdTime"] == "2026-01-05T12:00:00.000Z"


def test_a_contact_may_come_along_and_is_found_again_by_its_address(desk):
    department = desk.first("departments")
    body = {"subject": "Hello", "departmentId": department, "status": "Open"}
    new = desk.post("/tickets", {**body, "contact": {"lastName": "Page", "email": "page@example.com"}})
    again = desk.post("/tickets", {**body, "contact": {"lastName": "Page", "email": "page@example.com"}})
    assert new.status == again.status == 200
    assert new.body["contactId"] == again.body["contactId"]
    assert desk.get(f"/contacts/{new.body['contactId']}").body["lastName"] == "Page"


def test_part_of_a_ticket_can_be_changed_and_the_status_has_consequences(desk):
    made = desk.ticket()
    desk.clock.advance(60)
    changed = desk.patch(f"/tickets/{made['id']}", {"status": "Closed"}).body
    assert (changed["subject"], changed["statusType"]) == (made["subject"], "Closed")
    assert changed["closedTime"] == changed["modifiedTime"] == "2026-01-05T12:01:00.000Z"
    reopened = desk.patch(f"/tickets/{made['id']}", {"status": "Open"}).body
    assert (reopened["statusType"], reopened["closedTime"]) == ("Open", None)


def test_a_ticket_that_is_not_there(desk):
    for reply in (desk.get("/tickets/730000000000999999"), desk.patch("/tickets/1", {"status": "Open"})):
        assert (reply.status, code(reply)) == (404, "URL_NOT_FOUND")


def test_a_reply_is_kept_as_a_thread_and_noted_in_the_history(desk):
    made = desk.ticket(description="The binding gives.")
    body = {
        "channel": "EMAIL",
        "content": "We mend it.",
        "fromEmailAddress": "desk@example.com",
        "to": "jo@example.com",
    }
    sent = desk.post(f"/tickets/{made['id']}/sendReply", body)
    assert (sent.status, sent.body["content"], sent.body["direction"]) == (200, "We mend it.", "out")
    threads = desk.get(f"/tickets/{made['id']}/threads").body["data"]
    assert [row["direction"] for row in threads] == ["in", "out"]
    events = desk.get(f"/tickets/{made['id']}/History").body["data"]
    assert [row["eventName"] for row in events] == ["ThreadAdded", "TicketCreated"]


def test_a_comment_belongs_to_its_ticket_alone(desk):
    one, two = desk.ticket(), desk.ticket()
    made = desk.post(
        f"/tickets/{one['id']}/comments", {"content": "Seen.", "contentType": "plainText", "attachmentIds": []}
    )
    ident = made.body["id"]
    assert desk.get(f"/tickets/{one['id']}/comments/{ident}").body["content"] == "Seen."
    assert desk.get(f"/tickets/{two['id']}/comments/{ident}").status == 404
    assert desk.ask("DELETE", f"/tickets/{one['id']}/comments/{ident}").status == 200
    assert desk.get(f"/tickets/{one['id']}/comments/{ident}").status == 404


def test_merged_tickets_are_gone_and_their_threads_are_not(desk):
    kept, other = desk.ticket(description="One"), desk.ticket(description="Two")
    merged = desk.post(f"/tickets/{kept['id']}/merge", {"ids": [other["id"]]})
    assert (merged.status, merged.body["id"]) == (200, kept["id"])
    assert desk.get(f"/tickets/{other['id']}").status == 404
    assert len(desk.get(f"/tickets/{kept['id']}/threads").body["data"]) == 2
    unknown = desk.post(f"/tickets/{kept['id']}/merge", {"ids": ["730000000000999999"]})
    assert unknown.body["errors"] == [{"fieldName": "/ids/0", "errorType": "invalid"}]


def test_merged_contacts_leave_their_tickets_to_the_one_that_stays(desk):
    one, two = list(desk.org.store["contacts"].rows)[:2]
    ticket = desk.ticket(contactId=two)
    assert desk.post(f"/contacts/{one}/merge", {"ids": [two]}).status == 200
    assert desk.get(f"/tickets/{ticket['id']}").body["contactId"] == one


def test_a_thread_can_leave_for_a_ticket_of_its_own(desk):
    made = desk.ticket(description="Two things at once")
    thread = desk.get(f"/tickets/{made['id']}/threads").body["data"][0]["id"]
    split = desk.post(f"/tickets/{made['id']}/threads/{thread}/split").body
    assert split["id"] != made["id"]
    assert [row["id"] for row in desk.get(f"/tickets/{split['id']}/threads").body["data"]] == [thread]
    assert desk.get(f"/tickets/{made['id']}/threads").status in (200, 204)


def test_a_resolution_is_written_read_and_deleted(desk):
    path = f"/tickets/{desk.ticket()['id']}/resolution"
    assert desk.patch(path, {"content": "Glued."}).body["content"] == "Glued."
    assert desk.get(path).body["content"] == "Glued."
    assert desk.ask("DELETE", path).status == 204
    assert desk.get(path).body["content"] is None


def test_tags_are_made_by_name_replaced_and_taken_off(desk):
    one, two = desk.ticket()["id"], desk.ticket()["id"]
    for ticket in (one, two):
        assert desk.post(f"/tickets/{ticket}/associateTag", {"tags": ["urgent"]}).status == 200
    (tag,) = desk.get(f"/tickets/{one}/tags").body["tags"]
    assert {row["id"] for row in desk.get(f"/tags/{tag['id']}/tickets").body["data"]} == {one, two}
    other = next(iter(desk.org.store["ticketTags"]))["id"]
    assert desk.patch(f"/tags/{tag['id']}/replace", {"id": other}).status == 204
    assert [row["id"] for row in desk.get(f"/tickets/{two}/tags").body["tags"]] == [other]
    assert desk.post(f"/tickets/{two}/dissociateTag", {"tags": ["binding"]}).status == 200
    assert desk.get(f"/tickets/{two}/tags").body["tags"] == []


def test_followers_come_and_go(desk):
    path, agent = f"/tickets/{desk.ticket()['id']}", desk.first("agents")
    assert desk.post(f"{path}/addFollowers", {"followerIds": [agent]}).status == 204
    assert [row["id"] for row in desk.get(f"{path}/followers").body["data"]] == [agent]
    assert desk.post(f"{path}/removeFollowers", {"followerIds": [agent]}).status == 204
    assert desk.get(f"{path}/followers").body["data"] == []


def test_a_timer_runs_by_the_portals_clock(desk):
    path = f"/tickets/{desk.ticket()['id']}/timer"
    assert desk.get(path).body["state"] == "INIT"
    desk.post(path, action="START")
    desk.clock.advance(3600 + 65)
    desk.token = desk.refreshed().body["access_token"]
    timer = desk.get(path).body
    assert (timer["state"], timer["hours"], timer["minutes"], timer["seconds"]) == ("RUNNING", "1", "1", "5")
    assert desk.get("/myActiveTimers", departmentId=desk.first("departments")).status == 200


def test_time_entries_add_up(desk):
    ticket = desk.ticket()["id"]
    for _ in range(2):
        entry = {
            "executedTime": "2026-01-05T10:00:00.000Z",
            "hoursSpent": "1",
            "minutesSpent": "40",
            "secondsSpent": "0",
        }
        assert desk.post(f"/tickets/{ticket}/timeEntry", entry).status == 200
    total = desk.get(f"/tickets/{ticket}/timeEntrySummation").body
    assert (total["totalHours"], total["totalMins"]) == ("3", "20")


def test_search_finds_by_field_by_part_and_nothing(desk):
    made = desk.ticket(subject="A very rare binding")
    found = desk.get("/tickets/search", subject="*rare bind*")
    assert [row["id"] for row in found.body["data"]] == [made["id"]]
    assert found.body["count"] == 1
    assert desk.get("/tickets/search", ticketNumber=made["ticketNumber"]).body["data"][0]["id"] == made["id"]
    assert desk.get("/tickets/search", subject="rare").status == 204
    assert desk.get("/tickets/search", from_=5000).status == 422


def test_activities_of_a_ticket_are_listed_with_it(desk):
    ticket = desk.ticket()
    task = {"subject": "Call the binder", "departmentId": ticket["departmentId"], "ticketId": ticket["id"]}
    made = desk.post("/tasks", task).body
    assert made["status"] == "Not Started"
    assert [row["id"] for row in desk.get(f"/tickets/{ticket['id']}/tasks").body["data"]] == [made["id"]]
    assert [row["id"] for row in desk.get(f"/tickets/{ticket['id']}/activities").body["data"]] == [made["id"]]


def test_me_is_the_agent_whom_the_token_belongs_to(desk):
    assert desk.get("/agents/me").body["id"] == desk.get("/myinfo").body["id"] == desk.first("agents")
