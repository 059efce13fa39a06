"""Zendesk's quota: account-wide a minute, limits of single endpoints beside it, and the headers that show both."""

from __future__ import annotations

import re

from harness.vendors.vendor import EndpointLimit, IdempotencyConvention, QuotaConvention

_TICKET, _USER = r"/api/v2/tickets/\d+", r"/api/v2/users/\d+"

# Vendor page: rate limits; the operations' own descriptions in the published document. The names of those that were
# recorded are the headers' own.
ENDPOINTS = (
    EndpointLimit("per-ticket-updates", 30, 600, f"(PUT|PATCH) {_TICKET}", each=True),
    EndpointLimit("tickets-update", 100, 60, f"(PUT|PATCH) {_TICKET}"),
    EndpointLimit("tickets-destroy", 400, 60, f"DELETE {_TICKET}"),
    EndpointLimit("per-user-updates", 5, 60, f"(PUT|PATCH) {_USER}", each=True),
    EndpointLimit("deleted-users-destroy", 700, 600, r"DELETE /api/v2/deleted_users/\d+"),
    EndpointLimit("incremental-sample", 10, 1200, "GET /api/v2/incremental/.*/sample"),
    EndpointLimit("incremental-exports", 10, 60, "GET /api/v2/incremental/(?!.*/sample$).*"),
    EndpointLimit("deleted-tickets-index", 10, 60, "GET /api/v2/deleted_tickets"),
    EndpointLimit("deleted-tickets-index-deep", 5, 60, "GET /api/v2/deleted_tickets", beyond_page=100),
    EndpointLimit("tickets-index-deep", 50, 60, "GET /api/v2/tickets", beyond_page=500),
    EndpointLimit("tags-index-deep", 50, 60, "GET /api/v2/tags", beyond_page=500),
    EndpointLimit("users-index-deep", 100, 60, "GET /api/v2/users", beyond_page=10_000),
    EndpointLimit("search-export", 100, 60, "GET /api/v2/search/export"),
    EndpointLimit("view-rows", 5, 60, r"GET /api/v2/views/\d+/(count|execute)", each=True),
    EndpointLimit("view-previews", 5, 60, "POST /api/v2/views/preview(/count)?"),
    EndpointLimit("views-count-many", 6, 60, "GET /api/v2/views/count_many"),
    EndpointLimit("audit-logs-export", 1, 60, "POST /api/v2/audit_logs/export"),
    EndpointLimit("suspended-tickets-export", 1, 60, "POST /api/v2/suspended_tickets/export"),
    EndpointLimit("ticket-field-options", 100, 60, r"POST /api/v2/ticket_fields/\d+/options"),
)

QUOTA = QuotaConvention(
    unit="requests a minute",
    # In the spellings of 2024, of always, and of 2023 (recorded).
    left_headers=("ratelimit-remaining", "x-rate-limit-remaining", "rate-limit-remaining"),
    limit_headers=("ratelimit-limit", "x-rate-limit", "rate-limit"),
    reset_headers=("ratelimit-reset", "rate-limit-reset"),
    endpoint_headers=("zendesk-ratelimit-", "zendesk-rate-limit-"),
    endpoints=ENDPOINTS,
)

_CREATES_TICKET = re.compile(r"/api/v2/tickets(\.json)?")


def _has_keys(method: str, path: str) -> bool:
    return method == "POST" and _CREATES_TICKET.fullmatch(path) is not None


# Vendor page: Ticketing introduction, idempotency. Creating a ticket has it, and nothing else.
IDEMPOTENCY = IdempotencyConvention("idempotency-key", _has_keys, longest=255)
