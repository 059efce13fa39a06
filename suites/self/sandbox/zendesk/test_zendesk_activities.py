"""Activities: what an agent is told about their tickets."""

from __future__ import annotations

from zendesk_account import Account, signed


def newest(account):
    return account.get("/activities").body["activities"][-1]


def test_a_ticket_for_a_group_of_the_agent_is_an_activity(account):
    group = account.org.memo["group"]
    ticket = account.ticket(subject="Help", group_id=group)
    activity = newest(account)
    assert (activity["verb"], activity["object"]) == (
        "tickets.assignment", {"ticket": {"id": ticket["id"], "subject": "Help"}},
    )  # fmt: skip
    assert activity["target"] == activity["object"]
    assert activity["user"]["email"] == "admin@example.com"


def test_a_comment_on_a_ticket_of_the_agent_is_an_activity(account):
    me = account.get("/users/me").body["user"]["id"]
    ticket = account.ticket(assignee_id=me)["id"]
    account.put(f"/tickets/{ticket}", {"ticket": {"comment": {"body": "News.", "public": False}}})
    assert newest(account)["object"] == {"comment": {"value": "News.", "public": False}}


def test_lists_bring_the_people_along_and_one_can_be_shown(account):
    body = account.get("/activities").body
    assert [user["name"] for user in body["users"]] == ["Alex Admin"]
    assert body["actors"]
    one = body["activities"][0]
    assert account.get(f"/activities/{one['id']}").body["activity"] == one
    assert account.get("/activities/count").body["count"]["value"] == len(body["activities"])
    assert account.get("/activities/1").status == 404


def test_each_agent_has_activities_of_their_own():
    admin, agent = Account(), Account(headers=signed("agent@example.com"))
    assert {row["user"]["name"] for row in admin.get("/activities").body["activities"]} == {"Alex Admin"}
    assert {row["user"]["name"] for row in agent.get("/activities").body["activities"]} == {"Sam Agent"}
