"""Ids for one request: any that exist for a read, the run's own for a change, new ones for what uses them up."""

from __future__ import annotations

from typing import Any

import pinned
import pytest
from listed_org import Org, org_under_test

from harness.cases.case import Case, Intent


@pytest.fixture
def org() -> Org:
    return Org()


def body(org: Org, key: str, given: Any, *, fresh: bool = False) -> Any:
    """What the body of an operation becomes in this org."""
    one = pinned.catalog().by_key[key]
    case = Case(one.method, one.path, Intent.FUZZ, has_json=True, json=given)
    under_test = org_under_test(org, one.vendor)
    return under_test.binder.bind(one, case, {}, under_test.ids.reference(one, fresh=fresh)).json


def test_a_change_names_a_record_of_the_run_and_makes_one_once(org: Org) -> None:
    sent = body(org, "zoho:mergeTicket", {"ticketIds": ["1", "2"], "ticketId": "3"})
    assert sent["ticketIds"] == [sent["ticketId"]] != ["3"]
    assert [url for method, url, _ in org.asked if method == "POST"].count("/api/v1/tickets") == 1


def test_what_uses_records_up_gets_new_ones(org: Org) -> None:
    assert body(org, "zoho:deleteTask", {"entityIds": ["1"]}, fresh=True) == {"entityIds": ["101"]}
    assert body(org, "zoho:deleteTask", {"entityIds": ["1"]}, fresh=True) == {"entityIds": ["102"]}


def test_a_record_goes_through_what_must_come_before(org: Org) -> None:
    (record,) = body(org, "zoho:deleteEntities", {"ids": ["1"]}, fresh=True)["ids"]
    assert [url for _, url, _ in org.asked[-2:]] == ["/api/v1/tickets", "/api/v1/tickets/moveToTrash"]
    assert org.asked[-1][2] == {"ticketIds": [record]}


@pytest.mark.parametrize(
    ("key", "parameter", "step"),
    [
        ("zendesk:RestoreDeletedTicket", "ticket_id", "/api/v2/tickets/101"),
        ("zendesk:PermanentlyDeleteUser", "deleted_user_id", "/api/v2/users/101"),
    ],
)
def test_so_does_a_record_in_the_path(org: Org, key: str, parameter: str, step: str) -> None:
    values = org_under_test(org, "zendesk").ids.path_values(pinned.catalog().by_key[key], own=True, fresh=True)
    assert values == {parameter: "101"}
    assert org.asked[-1] == ("DELETE", step, None)


def test_a_read_names_what_is_there(org: Org) -> None:
    one = pinned.catalog().by_key["zoho:getAgentsByIds"]
    case = Case("GET", one.path, Intent.FUZZ, query="agentIds=1")
    under_test = org_under_test(org, "zoho")
    assert under_test.binder.bind(one, case, {}, under_test.ids.reference(one)).query == "agentIds=5"
    assert all(method == "GET" for method, _, _ in org.asked)
