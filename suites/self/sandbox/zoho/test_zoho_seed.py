"""The portal that every test begins with: the same each time, whole, and nobody's."""

from __future__ import annotations

import json
import re

import pytest
from zoho_portal import NOON, Portal

from harness.sandbox.faults import parse
from harness.sandbox.org import Clock
from harness.sandbox.state import SandboxState
from harness.sandbox.zoho import SERVICE


def test_two_fresh_portals_are_alike_whenever_they_are_made():
    one, two = Portal(), Portal(clock=Clock(source=lambda: NOON + 99))
    assert one.org.store.dump() == two.org.store.dump()


def test_a_reset_leaves_nothing_behind():
    state = SandboxState({"zoho": SERVICE})
    before = json.dumps(state.dump(), sort_keys=True)
    portal = Portal()
    portal.org = state.vendors["zoho"].org
    portal.token = _token(portal)
    portal.ticket()
    assert json.dumps(state.dump(), sort_keys=True) != before
    state.reset()
    assert json.dumps(state.dump(), sort_keys=True) == before


def test_what_a_test_makes_and_removes_for_good_leaves_no_trace():
    portal = Portal()
    before = portal.org.store.dump()
    created = portal.ticket()["id"]
    portal.post("/tickets/moveToTrash", {"ticketIds": [created]})
    portal.post("/recycleBin/delete", {"ids": [created]})
    portal.post(
        f"/tickets/{portal.ticket(description='One')['id']}/addFollowers", {"followerIds": [portal.first("agents")]}
    )
    (other,) = portal.get("/tickets/search", ticketNumber="105").body["data"]
    portal.post("/tickets/markSpam", {"ids": [other["id"]], "isSpam": True})
    portal.post("/tickets/deleteSpam", {"ticketIds": [other["id"]]})
    assert portal.org.store.dump() == before


def test_nobody_real_is_in_it():
    text = json.dumps(Portal().org.store.dump())
    assert {one.rpartition("@")[2] for one in re.findall(r"[\w.]+@[\w.]+", text)} <= {
        "example.com", "quill.example.com", "bindery.example.com",
    }  # fmt: skip
    hosts = {re.split(r"[:/?]", one)[0] for one in re.findall(r"https?://([^\s\"]+)", text)}
    assert all("." not in one or one.endswith("example.com") for one in hosts), hosts


@pytest.mark.parametrize(
    ("fault", "path", "broken"),
    [
        ("missing_field", "/departments", lambda reply: len(reply.body["data"][0]) < len(reply.body["data"][1])),
        ("mistyped_field", "/myinfo", lambda reply: {"of": "another type"} in reply.body.values()),
        ("undocumented_status", "/myinfo", lambda reply: reply.status not in (200, 404)),
        ("auth_ignored", "/myinfo", lambda reply: reply.status == 200),
        ("rate_header_missing", "/myinfo", lambda reply: not any("Rate" in name for name in reply.headers)),
    ],
)
def test_faults_strike_here_too(fault, path, broken):
    portal = Portal()
    state = SandboxState({"zoho": SERVICE})
    state.faults.set([parse(fault)])
    account = state.vendors["zoho"]
    portal.org, portal.token = account.org, _token(portal, account.org)
    headers = {} if fault == "auth_ignored" else portal.headers()
    from harness.sandbox.call import Call

    reply = state.answer("/zoho", account, Call("GET", f"/api/v1{path}", headers=headers))
    assert broken(reply), reply


def _token(portal, org=None):
    from harness.sandbox.zoho import oauth

    return oauth.grant(org or portal.org, portal.refresh, portal.clock.now() + 10**9)
