"""Errors: one envelope with a code, and a list of fields where the document wants one."""

from __future__ import annotations

import pytest
from zoho_portal import Portal, code

from harness.sandbox.call import Call
from harness.sandbox.resolved_schemas import Problem
from harness.sandbox.zoho import errors


def test_unknown_paths_and_methods_have_their_own_codes():
    portal = Portal()
    assert code(portal.get("/nothing/like/this")) == "URL_NOT_FOUND"
    assert code(portal.send("DELETE", "/tickets")) == "METHOD_NOT_ALLOWED"


@pytest.mark.parametrize("name", errors.CODES)
def test_each_code_has_its_status_and_a_sentence(name):
    reply = errors.refuse(name)
    assert (reply.status, reply.body["errorCode"]) == (errors.CODES[name][0], name)
    assert len(reply.body["message"].split()) > 3


def test_fields_are_named_once_each_with_what_is_wrong():
    reply = errors.invalid_fields(("/subject", "missing"), ("/subject", "missing"), ("/phone", "invalid"))
    assert reply.body["errors"] == [
        {"fieldName": "/subject", "errorType": "missing", "errorMessage": ""},
        {"fieldName": "/phone", "errorType": "invalid", "errorMessage": ""},
    ]  # fmt: skip


def test_an_account_that_is_not_there_may_not_be_seen(portal):
    for path in ("/accounts/730000000000999999", "/accounts/730000000000999999/contacts"):
        assert (portal.get(path).status, code(portal.get(path))) == (403, "FORBIDDEN")
    assert code(portal.get("/accounts/none")) == "URL_NOT_FOUND"
    assert code(portal.get(f"/accounts/{portal.first('accounts')}/comments/730000000000999999")) == "URL_NOT_FOUND"


@pytest.mark.parametrize("table", ["tickets", "contacts", "departments", "agents", "products", "tasks"])
def test_any_other_record_that_is_not_there_is_a_path_that_is_not_there(portal, table):
    for ident in ("730000000000999999", "x"):
        reply = portal.get(f"/{table}/{ident}")
        assert (reply.status, code(reply)) == (404, "URL_NOT_FOUND")


def test_a_wrong_query_value_is_told_in_a_sentence(portal):
    reply = errors.invalid(portal.org, None, [Problem("?limit", "type", "must be an integer")])
    assert reply.body["message"] == "The value passed for the 'limit' query parameter is invalid."


def test_an_empty_body_is_another_error_than_a_broken_one(portal):
    assert code(errors.malformed(portal.org, Call("POST", "/tickets", raw=b""))) == "EMPTY_PAYLOAD"
    assert code(errors.malformed(portal.org, Call("POST", "/tickets", raw=b"{"))) == "UNPROCESSABLE_ENTITY"
