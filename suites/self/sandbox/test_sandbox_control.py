"""The control path: reset, journal, state, clock, faults."""

from __future__ import annotations

import pytest


def test_the_journal_holds_every_request_as_it_came(control, zendesk):
    zendesk.get("/api/v2/tickets/1.json?include=users&x=%2F")
    zendesk.get("/api/v2/%74ickets/1")
    zendesk.get("/nowhere")
    entries = control.get("/journal").json()
    assert [(row["target"], row["operation"], row["status"]) for row in entries] == [
        ("/zendesk/api/v2/tickets/1.json?include=users&x=%2F", "zendesk:ShowTicket", 200),
        ("/zendesk/api/v2/%74ickets/1", "zendesk:ShowTicket", 200),
        ("/zendesk/nowhere", "", 404),
    ]
    assert entries[0]["at"] <= entries[1]["at"]
    assert control.get("/journal", params={"since": "2"}).json() == entries[2:]


def test_the_journal_tells_the_size_of_bodies(control, zendesk):
    zendesk.post("/api/v2/tickets", content=b"{}" + b" " * 35, headers={"content-type": "application/json"})
    assert control.get("/journal").json()[-1]["size"] == 37


def test_reset_brings_the_seed_back_exactly(control, zendesk):
    before = control.get("/state").json()
    zendesk.post("/api/v2/tickets", json={"ticket": {"comment": {"body": "x"}}})
    zendesk.delete("/api/v2/tickets/1")
    assert control.get("/state").json() != before
    control.post("/reset")
    assert control.get("/state").json() == before
    assert control.get("/journal").json() == []


def test_a_recording_can_be_played_from_a_reset_on(control, zendesk):
    """Another account's webhook stands for the newest one of this account, until a reset says otherwise."""
    foreign = "/api/v2/webhooks/01HANAHB6668W9BWXPJXRD0BS4"
    assert zendesk.get(foreign).status_code == 404
    control.post("/reset", params={"replay": "true"})
    assert zendesk.get(foreign).status_code == 200
    control.post("/reset")
    assert zendesk.get(foreign).status_code == 200
    control.post("/reset", params={"replay": "false"})
    assert zendesk.get(foreign).status_code == 404


def test_reading_changes_no_state(control, zendesk):
    before = control.get("/state").json()
    for path in ("tickets", "users/me", "search?query=type:ticket", "account/settings", "views/count", "tags"):
        assert zendesk.get(f"/api/v2/{path}").status_code == 200
    assert control.get("/state").json() == before


def test_the_clock_moves_forward_only(control):
    now = control.get("/clock").json()["now"]
    assert control.post("/clock", json={"seconds": 3600}).json()["now"] >= now + 3600
    assert control.post("/clock/advance", json={"seconds": -5}).status_code == 400
    assert control.post("/clock", content=b"soon").status_code == 400


def test_limits_are_set_and_end_with_a_reset(control, zendesk):
    control.put("/limits", json={"zendesk": {"account": 2}})
    assert [zendesk.get("/api/v2/users/me").status_code for _ in range(3)] == [200, 200, 429]
    counted = control.get("/limits").json()
    assert sum(row[2] for row in counted["zendesk"]["minutes"]) == 1
    assert counted["zoho"]["refused"] == 0
    control.post("/reset")
    assert zendesk.get("/api/v2/users/me").status_code == 200
    assert control.put("/limits", json={"nobody": {}}).status_code == 400


@pytest.mark.parametrize("rules", [["no_such_fault"], [{"name": "cut", "probability": 2}], [5], "cut"])
def test_faults_that_cannot_be_are_refused_with_the_known_names(control, rules):
    reply = control.put("/faults", json={"faults": rules})
    assert reply.status_code == 400
    assert control.get("/faults").json()["faults"] == []


def test_other_paths_are_no_part_of_the_sandbox(control):
    assert control.get("/nothing").status_code == 404
    assert control.get("http://" + str(control.base_url.host) + f":{control.base_url.port}/other").status_code == 404
