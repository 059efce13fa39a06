"""What a request costs of Zoho's API credits."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pinned
import pytest

from harness.sandbox.call import Call
from harness.sandbox.zoho.quota import weight
from harness.vendors.zoho.quota import QUOTA, cost


@pytest.mark.parametrize(
    ("method", "path", "credits"),
    [
        ("GET", "/api/v1/tickets", 3),
        ("GET", "/api/v1/tickets/{ticketId}", 1),
        ("GET", "/api/v1/tickets/1892000000042034", 1),
        ("POST", "/api/v1/tickets", 1),
        ("GET", "/api/v1/tickets/count", 50),
        ("GET", "/api/v1/ticketsCount", 50),
        ("GET", "/api/v1/ticketsCountByFieldValues", 50),
        ("GET", "/api/v1/accounts", 3),
        ("GET", "/api/v1/tickets?from=1990&limit=20", 5),
        ("GET", "/api/v1/tickets?limit=20&from=9990", 10),
        ("GET", "/api/v1/tickets?from=60000", 50),
        ("GET", "/api/v1/tickets?from=200000", 100),
        ("GET", "/api/v1/tickets?from=-5&limit=many", 3),
        ("GET", "/api/v1/tickets/1?from=200000", 1),
        ("POST", "/api/v1/tickets?from=200000", 1),
        ("GET", "/api/v1/discounts", 3),
        ("GET", "/api/v1/communityModeration/counts", 50),
        ("GET", "/api/v1/tickets?from=1900&limit=100", 3),
        ("GET", "/api/v1/tickets?from=1901&limit=100", 5),
        ("GET", "/api/v1/tickets?limit=100&from=9900", 5),
        ("GET", "/api/v1/tickets?from=10001", 10),
        ("GET", "/api/v1/tickets?from=50001", 50),
        ("GET", "/api/v1/tickets?from=100001", 100),
        ("GET", "/api/v1/tickets?from=-100001", 3),
        ("GET", "/api/v1/tickets?from=1000000000", 3),
        ("GET", "/api/v1/tickets?from=many&limit=", 3),
        ("GET", "/api/v1/tickets/1892000000042034?from=100001", 1),
        ("GET", "/api/v1/ticketsCount?from=100001", 50),
        ("POST", "/api/v1/tickets?from=100001", 1),
    ],
)
def test_a_request_costs_what_the_vendor_says(method: str, path: str, credits: int) -> None:
    assert cost(method, path) == credits


@pytest.mark.parametrize("query", ["", "from=2001&limit=5"])
def test_the_sandbox_bills_every_operation_alike(query: str) -> None:
    given = tuple(parse_qsl(query))
    for one in pinned.catalog().of("zoho").operations:
        credits = weight(one, Call(one.method, one.path, query=given))
        assert cost(one.method, f"{one.path}?{query}") == credits, one.key


def test_the_header_counts_what_requests_cost() -> None:
    assert QUOTA.unit == "API credits"
    assert QUOTA.cost is cost
    assert QUOTA.left_headers == ("x-rate-limit-remaining-v3",)
