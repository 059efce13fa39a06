"""The portal that every test begins with: the same each time, whole, and nobody's."""

from __future__ import annotations

import json
import re

import pytest
from zoho_desk import NOON, Desk

from harness.sandbox.faults import parse
from harness.sandbox.org import Clock
from harness.sandbox.world import World
from harness.sandbox.zoho import SERVICE
from harness.sandbox.zoho.records import NOBODY


def test_two_fresh_portals_are_alike_whenever_they_are_made():
    one, two = Desk(), Desk(clock=Clock(source=lambda: NOON + 99))
    assert one.org.store.dump() == two.org.store.dump()


def test_a_reset_leaves_nothing_behind():
    world = World({"zoho": SERVICE})
    before = json.dumps(world.state(), sort_keys=True)
    desk = Desk()
    desk.org = world.accounts["zoho"].org
    desk.token = _token(desk)
    desk.ticket()
    assert json.dumps(world.state(), sort_keys=True) != before
    world.reset()
    assert json.dumps(world.state(), sort_keys=True) == before


def test_what_a_test_makes_and_removes_for_good_leaves_no_trace():
    desk = Desk()
    before = desk.org.store.dump()
    made = desk.ticket()["id"]
    desk.post("/tickets/moveToTrash", {"ticketIds": [made]})
    desk.post("/recycleBin/delete", {"ids": [made]})
    desk.post(f"/tickets/{desk.ticket(description='One')['id']}/addFollowers", {"followerIds": [desk.first("agents")]})
    (other,) = desk.get("/tickets/search", ticketNumber="105").body["data"]
    desk.post("/tickets/markSpam", {"ids": [other["id"]], "isSpam": True})
    desk.post("/tickets/deleteSpam", {"ticketIds": [other["id"]]})
    assert desk.org.store.dump() == before


def test_ids_are_long_digits_and_never_given_twice():
    tables = Desk().org.store.tables.values()
    ids = [str(row["id"]) for table in tables for row in table if table.key == "id" and ":" not in str(row.get("id"))]
    named = {"730000001", "books", "inventory", "invoice"}
    assert all(re.fullmatch(r"\d{18}", one) for one in ids if one not in named)
    assert len(ids) == len(set(ids))


def test_nobody_real_is_in_it():
    text = json.dumps(Desk().org.store.dump())
    assert {one.rpartition("@")[2] for one in re.findall(r"[\w.]+@[\w.]+", text)} <= {
        "example.com", "quill.example.com", "bindery.example.com",
    }  # fmt: skip
    hosts = {re.split(r"[:/?]", one)[0] for one in re.findall(r"https?://([^\s\"]+)", text)}
    assert all("." not in one or one.endswith("example.com") for one in hosts), hosts


@pytest.mark.parametrize(
    ("fault", "path", "broken"),
    [
        ("missing_field", "/departments", lambda reply: len(reply.body["data"][0]) < len(reply.body["data"][1])),
        ("mistyped_field", "/agents/me", lambda reply: {"of": "another type"} in reply.body.values()),
        ("undocumented_status", "/agents/me", lambda reply: reply.status not in (200, 404)),
        ("auth_ignored", "/agents/me", lambda reply: reply.status == 200),
        ("rate_header_missing", "/agents/me", lambda reply: not any("Rate" in name for name in reply.headers)),
    ],
)
def test_faults_strike_here_too(fault, path, broken):
    desk = Desk()
    world = World({"zoho": SERVICE})
    world.faults.set([parse(fault)])
    account = world.accounts["zoho"]
    desk.org, desk.token = account.org, _token(desk, account.org)
    headers = {} if fault == "auth_ignored" else desk.headers()
    from harness.sandbox.call import Call

    reply = world.answer("/zoho", account, Call("GET", f"/api/v1{path}", headers=headers))
    assert broken(reply), reply


def _token(desk, org=None):
    from harness.sandbox.zoho import oauth

    return oauth.grant(org or desk.org, desk.refresh, desk.clock.now() + 10**9)


def test_records_made_up_within_a_record_have_an_id_that_no_record_has():
    desk = Desk()
    assert all(NOBODY not in table.rows for table in desk.org.store.tables.values())
    assert NOBODY in json.dumps(desk.org.store.dump())
