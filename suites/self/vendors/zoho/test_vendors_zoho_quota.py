"""What a request costs of Zoho's API credits."""

from __future__ import annotations

import pytest

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
    ],
)
def test_a_request_costs_what_the_vendor_says(method: str, path: str, credits: int) -> None:
    assert cost(method, path) == credits


def test_the_header_counts_what_requests_cost() -> None:
    assert QUOTA.unit == "API credits"
    assert QUOTA.cost is cost
    assert QUOTA.left_headers == ("x-rate-limit-remaining-v3",)
