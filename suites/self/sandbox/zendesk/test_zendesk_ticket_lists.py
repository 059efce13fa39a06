"""Lists of tickets: of a user, of an organization, incidents of a problem, people on a ticket."""

from __future__ import annotations

import pytest


def ids(reply, key="tickets"):
    assert reply.ok, reply.body
    return [row["id"] for row in reply.body[key]]


def test_tickets_are_found_by_an_external_id(account):
    made = account.ticket(external_id="crm-7")["id"]
    assert ids(account.get("/tickets", external_id="crm-7")) == [made]


def test_a_user_has_lists_of_their_own(account):
    user = account.user()["id"]
    requested = account.ticket(requester_id=user)["id"]
    account.ticket()
    assert ids(account.get(f"/users/{user}/tickets/requested")) == [requested]
    assert ids(account.get(f"/users/{user}/tickets/assigned")) == []


def test_an_organization_has_the_tickets_of_its_people(account):
    company = next(iter(account.org.store["organizations"]))["id"]
    before = account.get(f"/organizations/{company}/tickets/count").body["count"]["value"]
    made = account.ticket(requester_id=account.user(organization_id=company)["id"])["id"]
    assert made in ids(account.get(f"/organizations/{company}/tickets"))
    assert account.get(f"/organizations/{company}/tickets/count").body["count"]["value"] == before + 1


def test_incidents_belong_to_their_problem(account):
    problem = account.ticket(type="problem", subject="Outage")["id"]
    incident = account.ticket(type="incident", problem_id=problem)["id"]
    assert ids(account.get(f"/tickets/{problem}/incidents")) == [incident]
    assert account.get(f"/tickets/{problem}/related").body["incidents"] == 1


def test_problems_are_found_by_the_beginning_of_their_subject(account):
    problem = account.ticket(type="problem", subject="Moon is missing")["id"]
    assert ids(account.post("/problems/autocomplete", {"text": "moon"})) == [problem]
    assert ids(account.post("/problems/autocomplete", {"text": "missing"})) == []


@pytest.mark.parametrize("part", ["collaborators", "followers", "email_ccs"])
def test_a_new_ticket_has_nobody_beside_its_requester(account, part):
    assert ids(account.get(f"/tickets/{account.ticket()['id']}/{part}"), "users") == []
    assert account.get(f"/tickets/4711/{part}").status == 404
