"""Ticket metrics follow from what happened to the ticket."""

from __future__ import annotations

from harness.sandbox.zendesk import metrics


def of(account, ticket):
    return metrics.metric_set(account.org, "", account.org.store["tickets"].rows[str(ticket["id"])])


def test_a_new_ticket_has_waited_for_nothing_yet(account):
    shown = of(account, account.ticket())
    assert (shown["replies"], shown["reopens"], shown["solved_at"]) == (0, 0, None)
    assert shown["first_resolution_time_in_minutes"] == {"calendar": None, "business": None}


def test_answers_solutions_and_reopenings_are_counted(account):
    me = account.get("/users/me").body["user"]["id"]
    ticket = account.ticket(requester_id=account.user()["id"])
    for minutes, change in ((10, {"comment": {"body": "We look."}, "assignee_id": me}), (20, {"status": "solved"}),
                            (30, {"status": "open"}), (40, {"status": "solved"})):  # fmt: skip
        account.clock.ahead = minutes * 60
        account.put(f"/tickets/{ticket['id']}", {"ticket": change})
    shown = of(account, ticket)
    # What an agent writes for somebody else counts as a reply from the first comment on (recorded, 2015-12).
    assert (shown["replies"], shown["reopens"], shown["assignee_stations"]) == (2, 1, 1)
    assert shown["first_resolution_time_in_minutes"]["calendar"] == 20
    assert shown["full_resolution_time_in_minutes"]["calendar"] == 40


def test_the_metrics_of_a_ticket_are_the_same_wherever_they_are_shown(account):
    listed = account.get("/ticket_metrics").body["ticket_metrics"]
    assert [row["ticket_id"] for row in listed] == [1, 2, 3, 4, 5]
    by_ticket = account.get("/tickets/2/metrics").body["ticket_metric"]
    by_id = account.get(f"/ticket_metrics/{listed[1]['id']}").body["ticket_metric"]
    assert by_ticket == by_id
    assert account.get("/ticket_metrics/7").status == 404


def test_events_are_exported_and_sideloaded_alike(account):
    exported = account.get("/incremental/ticket_metric_events", start_time=0).body["ticket_metric_events"]
    ticket = account.get("/tickets/5", include="metric_events").body["ticket"]
    shown = [event for rows in ticket["metric_events"].values() for event in rows]
    assert [event["type"] for event in ticket["metric_events"]["resolution_time"]] == ["activate", "fulfill"]
    assert shown == [event for event in exported if event["ticket_id"] == 5]
    assert len({event["id"] for event in exported}) == len(exported)
