"""The account that every test begins with: the same each time, whole, and nobody's."""

from __future__ import annotations

import json
import re

from zendesk_account import BASE, NOON, engine

from harness.sandbox.org import Clock


def dumped(seed: int, now: float):
    return engine().org(seed, Clock(source=lambda: now), BASE).store.dump()


def test_two_fresh_accounts_are_alike_whenever_they_are_made():
    assert dumped(0, NOON) == dumped(0, NOON + 99_999)


def test_tickets_have_people_and_groups_that_are_there(account):
    store = account.org.store
    for ticket in store["tickets"]:
        assert store["users"].get(ticket["requester_id"]) is not None
        assert ticket["group_id"] is None or store["groups"].get(ticket["group_id"]) is not None


def test_there_is_a_ticket_in_each_of_several_states(account):
    assert {"open", "pending", "solved"} & {row["status"] for row in account.org.store["tickets"]}
    assert len({row["status"] for row in account.org.store["tickets"]}) > 2


def test_nobody_real_is_in_it(account):
    text = json.dumps(account.org.store.dump())
    hosts = {address.rpartition("@")[2] for address in re.findall(r"[\w.]+@[\w.]+\w", text)}
    assert {host for host in hosts if host != "example.com" and not host.endswith(".example.com")} == set()
