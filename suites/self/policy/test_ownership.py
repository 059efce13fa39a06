"""What a request touches that this run did not create: which creates reach for nothing, and whose org is meant."""

from __future__ import annotations

import pytest
from contexts import VENDORS, ZENDESK, ZOHO, context, operations

from harness.exchange import Request
from harness.policy.context import ApiBase
from harness.policy.ownership import creates, tenant, upserts

BY_KEY = {operation.key: operation for operation in operations()}


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("zendesk:CreateTicket", True),
        ("zendesk:CreateOrUpdateUser", True),
        ("zendesk:UpdateTicket", False),
        ("zendesk:TicketImport", True),
        ("zoho:createTicket", True),
        ("zoho:associateTicketTags", False),
        ("zoho:deleteTicket", False),
        ("zoho:getTickets", False),
    ],
)
def test_a_create_that_names_no_record_reaches_for_none(key: str, expected: bool) -> None:
    operation = BY_KEY[key]
    assert creates(operation, context().graphs[operation.vendor]) is expected


def test_only_a_post_creates() -> None:
    graphs = context().graphs
    assert set(graphs) == set(VENDORS)
    found = {one.method for one in operations() if creates(one, graphs[one.vendor])}
    assert found == {"POST"}


@pytest.mark.parametrize(("key", "expected"), [("zendesk:CreateOrUpdateUser", True), ("zendesk:CreateTicket", False)])
def test_an_upsert_may_change_what_is_there(key: str, expected: bool) -> None:
    assert upserts(BY_KEY[key]) is expected


@pytest.mark.parametrize(
    ("headers", "query", "refusal"),
    [
        ((("orgid", "4242"),), [], ""),
        ((), [], "no orgId header says that org 4242 is meant"),
        ((("orgid", "1"),), [], "orgId '1' is not the target's 4242"),
        ((("orgid", "4242"), ("orgid", "1")), [], "orgId '1' is not the target's 4242"),
        ((("orgid", "4242"),), [("OrgID", "1")], "orgId '1' is not the target's 4242"),
    ],
)
def test_an_org_that_shares_its_host_has_to_be_named(
    headers: tuple[tuple[str, str], ...], query: list[tuple[str, str]], refusal: str
) -> None:
    base = ApiBase("zoho", "/zoho", ZOHO, "http://127.0.0.1:8099", frozenset())
    assert tenant(Request("GET", ZOHO.base_url, headers), query, base) == refusal


def test_an_org_with_a_host_of_its_own_needs_no_name() -> None:
    base = ApiBase("zendesk", "/zendesk", ZENDESK, "http://127.0.0.1:8099", frozenset())
    assert tenant(Request("GET", ZENDESK.base_url), [], base) == ""
