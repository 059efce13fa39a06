"""Requests: tickets as their requesters see them."""

from __future__ import annotations

import pytest
from zendesk_account import signed

CUSTOMER = "customer@example.com"


@pytest.fixture
def customer(account):
    """The account as a customer reaches it."""
    account.headers = signed(CUSTOMER)
    return account


def ask_for(account, **fields):
    made = account.post("/requests", {"request": {"subject": "Help", "comment": {"body": "Please."}, **fields}})
    assert made.status == 201, made.body
    return made.body["request"]


def test_a_request_is_a_ticket_of_who_asks(customer):
    made = ask_for(customer)
    ticket = customer.org.store["tickets"].get(made["id"])
    assert customer.org.store["users"].get(ticket["requester_id"])["email"] == CUSTOMER
    assert "/requests/" in made["url"]


def test_a_requester_cannot_decide_what_agents_do(customer):
    made = ask_for(customer, status="solved", tags=["vip"])
    ticket = customer.org.store["tickets"].get(made["id"])
    assert (ticket["status"], ticket["tags"]) == ("new", [])


def test_a_requester_may_solve_and_comment(customer):
    ident = ask_for(customer)["id"]
    body = {"request": {"solved": True, "comment": {"body": "Thank you."}}}
    assert customer.put(f"/requests/{ident}", body).body["request"]["status"] == "solved"
    assert [row["id"] for row in customer.get("/requests/solved").body["requests"]].count(ident) == 1


def test_nobody_sees_the_requests_of_another(account):
    ident = account.ticket()["id"]
    assert account.get(f"/requests/{ident}").status == 200
    account.headers = signed(CUSTOMER)
    assert account.get(f"/requests/{ident}").status == 404
    assert ident not in [row["id"] for row in account.get("/requests").body["requests"]]


def test_requests_are_found_by_a_word_of_their_subject(customer):
    ident = ask_for(customer, subject="The moon is missing")["id"]
    assert [row["id"] for row in customer.get("/requests/search", query="moon").body["requests"]] == [ident]


def test_requests_of_somebody_who_is_not_there(account):
    assert account.get("/users/4711/requests").status == 404
    assert account.get("/organizations/4711/requests").status == 404


def test_a_text_may_be_called_value(account):
    request = account.post("/requests", {"request": {"subject": "Q", "comment": {"value": "Please help."}}})
    assert (request.status, request.body["request"]["description"]) == (201, "Please help.")
