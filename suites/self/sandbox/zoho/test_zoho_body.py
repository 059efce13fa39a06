"""The request body: single fields, listed ids in every form, and the ticket that a path names."""

from __future__ import annotations

import pytest

from harness.sandbox.call import Call
from harness.sandbox.zoho.body import given, listed_ids, ticket_of


def call(**body):
    return Call("POST", "/", body=body)


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        (["1", 2], ["1", "2"]), ([{"id": 3}, {"id": "4"}], ["3", "4"]), ("5", ["5"]), (["", None, "6"], ["6"]),
        (None, []), ([], []),
    ],
)  # fmt: skip
def test_ids_may_be_listed_in_every_form(value, ids):
    assert listed_ids(call(ids=value), "ids") == ids


def test_null_is_as_good_as_no_field():
    assert given(call(a=None), "a", 7) == 7
    assert given(call(a=False), "a", 7) is False


@pytest.mark.parametrize("name", ["ticketId", "caseId", "entityId"])
def test_a_path_names_its_ticket_by_any_of_its_names(portal, name):
    ident = portal.first("tickets")
    assert ticket_of(portal.org, Call("GET", "/", values={name: ident}))["id"] == ident


def test_a_path_without_a_ticket_names_none(portal):
    assert ticket_of(portal.org, Call("GET", "/", values={"agentId": portal.first("agents")})) is None
