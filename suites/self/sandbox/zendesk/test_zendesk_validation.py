"""What a request has wrong is told before any record is looked up."""

from __future__ import annotations

import pytest
from zendesk_account import engine

from harness.sandbox.call import Call
from harness.sandbox.zendesk import validation


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/tickets/abc", {}, 400),
        ("/tickets/1", {}, 200),
        ("/tickets", {"page[size]": "0"}, 400),
        ("/tickets", {"page[size]": "two"}, 400),
        ("/tickets", {"page[size]": "2"}, 200),
        ("/users", {"external_id": "7"}, 200),
    ],
)
def test_ids_and_queries_are_read_by_their_schemas(account, path, query, status):
    assert account.get(path, **query).status == status


def test_a_body_must_be_an_object(account):
    assert account.post("/tickets", [1]).status == 400


def test_a_file_must_be_there_where_the_document_wants_one(account):
    refused = account.send("POST", "/uploads", b"")
    assert refused.status in (400, 422)


def call_for_abc(**more):
    """A call for the ticket `abc`, which none can be."""
    return Call("GET", "/api/v2/tickets/abc", engine().operation("ShowTicket"), {"ticket_id": "abc"}, **more)


def test_a_body_that_is_no_json_comes_before_all_else(account):
    call = call_for_abc(state={"malformed": True})
    refused = validation.check(account.org, call)
    assert refused is not None
    assert refused.status in (400, 422)


def test_what_is_not_to_be_checked_has_nothing_wrong(account):
    assert validation.check(account.org, call_for_abc(state={"unchecked": True})) is None
    assert validation.check(account.org, call_for_abc()) is not None


def test_what_is_no_operation_is_not_judged(account):
    assert validation.check(account.org, Call("GET", "/elsewhere")) is None
