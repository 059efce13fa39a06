"""Zendesk's quota is read from its headers, in each of the spellings that were seen."""

from __future__ import annotations

import re

import pytest

from harness.vendors.zendesk.quota import ENDPOINTS, IDEMPOTENCY, QUOTA


def test_every_spelling_of_what_is_left_is_read() -> None:
    assert set(QUOTA.left_headers) == {"ratelimit-remaining", "x-rate-limit-remaining", "rate-limit-remaining"}


def test_header_names_are_written_as_they_are_compared() -> None:
    names = (*QUOTA.left_headers, *QUOTA.limit_headers)
    assert [name for name in names if name != name.lower()] == []


def test_all_requests_count_alike() -> None:
    assert QUOTA.cost is None


@pytest.mark.parametrize(
    ("request_line", "names"),
    [
        ("PUT /api/v2/tickets/12", ["per-ticket-updates", "tickets-update"]),
        ("DELETE /api/v2/tickets/12", ["tickets-destroy"]),
        ("PUT /api/v2/users/7", ["per-user-updates"]),
        ("DELETE /api/v2/deleted_users/7", ["deleted-users-destroy"]),
        ("GET /api/v2/incremental/tickets/cursor", ["incremental-exports"]),
        ("GET /api/v2/incremental/custom_objects/car/cursor", ["incremental-exports"]),
        ("GET /api/v2/incremental/tickets/sample", ["incremental-sample"]),
        ("GET /api/v2/search/export", ["search-export"]),
        ("GET /api/v2/views/5/execute", ["view-rows"]),
        ("GET /api/v2/views/5/count", ["view-rows"]),
        ("POST /api/v2/views/preview", ["view-previews"]),
        ("GET /api/v2/views/count_many", ["views-count-many"]),
        ("POST /api/v2/audit_logs/export", ["audit-logs-export"]),
        ("POST /api/v2/suspended_tickets/export", ["suspended-tickets-export"]),
        ("POST /api/v2/ticket_fields/9/options", ["ticket-field-options"]),
        ("GET /api/v2/deleted_tickets", ["deleted-tickets-index"]),
        ("GET /api/v2/tickets/12", []),
        ("PUT /api/v2/tickets/update_many", []),
        ("GET /api/v2/users", []),
    ],
)
def test_a_request_falls_under_the_limits_that_are_documented_for_it(request_line: str, names: list[str]) -> None:
    fitting = [
        limit.name for limit in ENDPOINTS if not limit.beyond_page and re.fullmatch(limit.requests, request_line)
    ]
    assert fitting == names


@pytest.mark.parametrize(
    ("method", "path", "applies"),
    [
        ("POST", "/api/v2/tickets", True),
        ("POST", "/api/v2/tickets.json", True),
        ("PUT", "/api/v2/tickets", False),
        ("POST", "/api/v2/tickets/1", False),
        ("POST", "/api/v2/tickets/create_many", False),
        ("POST", "/api/v2/requests", False),
    ],
)
def test_only_creating_a_ticket_is_known_again(method: str, path: str, applies: bool) -> None:
    assert IDEMPOTENCY.applies(method, path) is applies
