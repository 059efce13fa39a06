"""Quota: a rate limit of the account per minute, buckets of single endpoints, and their headers.

Header names are recorded in two spellings, `rate-limit-*` (2023) and `ratelimit-*` (2024 and documented); both are
sent. A sandbox is called often, so by default the account has the spike ceiling of 100,000 a minute and
the endpoint buckets are off; the control path sets `{"account": N, "endpoints": true}`.
"""

from __future__ import annotations

from dataclasses import dataclass

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.zendesk import errors

ACCOUNT = 100_000
_TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Bucket:
    """One endpoint's own limit: `total` requests in `seconds`. `each` names the path parameter it counts apart by."""

    header: str
    total: int
    seconds: int
    each: str = ""


_UPDATES = Bucket("zendesk-ratelimit-per-ticket-updates", 30, 600, "ticket_id")
_EXPORTS = Bucket("zendesk-ratelimit-incremental-exports", 10, 60)
_VIEWS = Bucket("zendesk-ratelimit-view-rows", 5, 60, "view_id")
BUCKETS = {
    "UpdateTicket": _UPDATES,
    "ListTickets": Bucket("zendesk-ratelimit-tickets-index", 100, 60),
    "ListTags": Bucket("zendesk-ratelimit-tags-index", 100, 60),
    "ListDeletedTickets": Bucket("zendesk-ratelimit-deleted-tickets-index", 10, 60),
    "DeleteTicketPermanently": Bucket("zendesk-ratelimit-deleted-tickets-destroy", 1000, 60),
    "ExportSearchResults": Bucket("zendesk-ratelimit-search-export", 100, 60),
    "GetViewCount": _VIEWS,
    "ExecuteView": _VIEWS,
    "ExportAuditLogs": Bucket("zendesk-ratelimit-audit-logs-export", 1, 60),
    "ExportSuspendedTickets": Bucket("zendesk-ratelimit-suspended-tickets-export", 1, 60),
    "IncrementalTicketExportTime": _EXPORTS,
    "IncrementalTicketExportCursor": _EXPORTS,
    "IncrementalUserExportTime": _EXPORTS,
    "IncrementalUserExportCursor": _EXPORTS,
    "IncrementalOrganizationExport": _EXPORTS,
    "IncrementalTicketEvents": _EXPORTS,
}


def spend(org: Org, call: Call) -> Reply | None:
    """Count the request; refuse it where a limit is reached."""
    limits = org.memo.get("limits") or {}
    total = int(limits.get("account", ACCOUNT))
    window = org.memo.setdefault("window", [0, 0])
    minute = int(call.now // 60)
    if window[0] != minute:
        window[0], window[1] = minute, 0
    window[1] += 1
    call.state["rate"] = (total, max(0, total - window[1]), 60 - int(call.now % 60))
    if window[1] > total:
        return Reply(429, "Number of allowed API requests per minute exceeded",
                     {"retry-after": str(call.state["rate"][2])}, _TEXT)  # fmt: skip
    return _endpoint(org, call) if limits.get("endpoints") and call.operation is not None else None


def _endpoint(org: Org, call: Call) -> Reply | None:
    assert call.operation is not None
    bucket = BUCKETS.get(call.operation.operation_id)
    if bucket is None:
        return None
    spent = org.memo.setdefault("buckets", {})
    number = int(call.now // bucket.seconds)
    key = (bucket.header, call.values.get(bucket.each, ""), number)
    spent[key] = used = spent.get(key, 0) + 1
    resets = bucket.seconds - int(call.now % bucket.seconds)
    call.state["bucket"] = (
        bucket.header, f"total={bucket.total}; remaining={max(0, bucket.total - used)}; resets={resets}"
    )  # fmt: skip
    if used <= bucket.total:
        return None
    text = "Number of allowed incremental export API requests per minute exceeded"
    if bucket is not _EXPORTS:
        text = "Number of allowed requests for this endpoint exceeded"
    reply = errors.plain(429, "APIRateLimitExceeded", text)
    reply.headers["retry-after"] = str(resets)
    return reply


def headers(call: Call) -> dict[str, str]:
    """The rate headers of an answer."""
    rate = call.state.get("rate")
    if rate is None:
        return {}
    total, left, resets = map(str, rate)
    out = {
        "x-rate-limit": total, "x-rate-limit-remaining": left,
        "rate-limit": total, "rate-limit-remaining": left, "rate-limit-reset": resets,
        "ratelimit-limit": total, "ratelimit-remaining": left, "ratelimit-reset": resets,
    }  # fmt: skip
    if "bucket" in call.state:
        name, value = call.state["bucket"]
        out[name] = value
    return out
