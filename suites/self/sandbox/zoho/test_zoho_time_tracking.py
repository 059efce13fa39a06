"""Timers and time entries."""

from __future__ import annotations


def test_a_timer_runs_by_the_portals_clock(portal):
    path = f"/tickets/{portal.ticket()['id']}/timer"
    assert portal.get(path).body["state"] == "INIT"
    portal.post(path, action="START")
    portal.clock.advance(3600 + 65)
    portal.token = portal.refreshed().body["access_token"]
    timer = portal.get(path).body
    assert (timer["state"], timer["hours"], timer["minutes"], timer["seconds"]) == ("RUNNING", "1", "1", "5")
    assert portal.get("/myActiveTimers", departmentId=portal.first("departments")).status == 200


def test_time_entries_add_up(portal):
    ticket = portal.ticket()["id"]
    for _ in range(2):
        entry = {
            "executedTime": "2026-01-05T10:00:00.000Z",
            "hoursSpent": "1",
            "minutesSpent": "40",
            "secondsSpent": "0",
        }
        assert portal.post(f"/tickets/{ticket}/timeEntry", entry).status == 200
    total = portal.get(f"/tickets/{ticket}/timeEntrySummation").body
    assert (total["totalHours"], total["totalMins"]) == ("3", "20")
