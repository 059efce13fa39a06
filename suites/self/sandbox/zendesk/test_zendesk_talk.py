"""Talk and engagements: agents who were never called, and the tickets that they worked on."""

from __future__ import annotations

VOICE = "/channels/voice"


def test_every_agent_is_listed_and_no_customer(account):
    rows = account.get(f"{VOICE}/stats/agents_activity").body["agents_activity"]
    roles = {account.org.store["users"].get(row["agent_id"])["role"] for row in rows}
    assert roles == {"admin", "agent"}
    assert {row["calls_accepted"] for row in rows} == {0}


def test_an_agent_is_offline_and_nobody_is_not_there(account):
    agent = next(iter(account.org.store["users"].where(role="agent")))["id"]
    assert account.get(f"{VOICE}/availabilities/{agent}").body["availability"]["agent_state"] == "offline"
    assert account.get(f"{VOICE}/availabilities/4711").status == 404


def test_an_account_without_calls_has_only_zeros(account):
    shown = account.get(f"{VOICE}/stats/account_overview").body["account_overview"]
    assert shown.pop("current_timestamp") == int(account.clock.now())
    assert set(shown.values()) == {0}


def test_a_ticket_with_an_agent_is_an_engagement(account):
    agent = next(iter(account.org.store["users"].where(role="agent")))["id"]
    ticket = account.ticket(assignee_id=agent)["id"]
    (row,) = account.get("/engagements", ticket_id=ticket).body["agent_engagement_data"]
    assert (row["ticket_id"], row["agent_id"]) == (ticket, agent)
    assert account.get("/engagements", ticket_id=account.ticket()["id"]).body["agent_engagement_data"] == []


def test_a_comment_on_a_call_shows_the_fields_that_it_names_on_its_ticket(account):
    call = account.post("/calls", {"call": {"app_id": 1, "direction": "inbound"}}).body["call"]["id"]
    comment = {"title": "They called", "call_fields": ["direction"]}
    shown = account.post(f"/calls/{call}/comments", {"comment": comment}).body
    assert (shown["type"], shown["body"]) == ("TpeVoiceComment", "They called")
    assert shown["data"] == {"call_id": call, "direction": "inbound"}
    ticket = account.get(f"/calls/{call}").body["call"]["ticket_id"]
    assert account.get(f"/tickets/{ticket}/comments").body["comments"][-1]["id"] == shown["id"]
    assert account.post("/calls/1/comments", {"comment": comment}).status == 404
