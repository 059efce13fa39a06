"""Quota: a rate limit of the account per minute, buckets of single endpoints, and their headers.

Header names are recorded in two spellings, `rate-limit-*` (2023) and `ratelimit-*` (2024 and documented); both are
sent. A sandbox is called often, so by default the account has the spike ceiling of 100,000 a minute and
the endpoint buckets are off. The control path sets `{"account": N, "endpoints": true}`, and how the account shows it:
`"headers"` is `all`, `2024`, `2023`, `x` or `none`; `"retry_after"` is `seconds`, `date`, `none`, or the very text.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

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


@dataclass(slots=True)
class Minute:
    """What one minute of the account's clock saw: requests that were served, and those that were refused with 429."""

    number: int
    served: int = 0
    refused: int = 0


_UPDATES = Bucket("zendesk-ratelimit-per-ticket-updates", 30, 600, "ticket_id")
_EXPORTS = Bucket("zendesk-ratelimit-incremental-exports", 10, 60)
_SAMPLES = Bucket("zendesk-ratelimit-incremental-sample", 10, 1200)
_VIEWS = Bucket("zendesk-ratelimit-view-rows", 5, 60, "view_id")
_USERS = Bucket("zendesk-ratelimit-per-user-updates", 5, 60, "user_id")
_VIEW_COUNTS = Bucket("zendesk-ratelimit-views-count-many", 6, 60)
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
    "IncrementalSampleExport": _SAMPLES,
    "UpdateUser": _USERS,
    "GetViewCounts": _VIEW_COUNTS,
    "DeleteTicket": Bucket("zendesk-ratelimit-tickets-destroy", 400, 60),
    "PermanentlyDeleteUser": Bucket("zendesk-ratelimit-deleted-users-destroy", 700, 600),
    "CreateOrUpdateTicketFieldOption": Bucket("zendesk-ratelimit-ticket-field-options", 100, 60),
}


def spend(org: Org, call: Call) -> Reply | None:
    """Count the request; refuse it where a limit is reached."""
    limits = _limits(org)
    total = int(limits.get("account", ACCOUNT))
    minute = _minute(org, int(call.now // 60))
    resets = 60 - int(call.now % 60)
    is_over = minute.served >= total
    call.state["rate"] = (total, max(0, total - minute.served - 1), resets)
    reply = _refused(org, call, _TOO_MANY, resets) if is_over else None
    minute.served += not is_over
    if reply is None and limits.get("endpoints") and call.operation is not None:
        reply = _endpoint(org, call)
    minute.refused += reply is not None
    return reply


def usage(org: Org) -> dict[str, Any]:
    """The account's own count, minute by minute: its number, what counted in it, and how many were refused."""
    minutes: list[Minute] = org.memo.get("minutes", [])
    return {
        "account": int(_limits(org).get("account", ACCOUNT)),
        "minutes": [[minute.number, minute.served, minute.refused] for minute in minutes],
    }


_TOO_MANY = "Number of allowed API requests per minute exceeded"


def _limits(org: Org) -> dict[str, Any]:
    return org.memo.get("limits") or {}


def _minute(org: Org, number: int) -> Minute:
    """The count of a minute of the account's clock; the earlier ones are kept."""
    minutes: list[Minute] = org.memo.setdefault("minutes", [])
    if not minutes or minutes[-1].number != number:
        minutes.append(Minute(number))
    return minutes[-1]


def _refused(org: Org, call: Call, text: str, seconds: int) -> Reply:
    """429 as plain text (client reports), with the wait in the form that the control path has set."""
    return Reply(429, text, _retry_after(org, call, seconds), _TEXT)


def _retry_after(org: Org, call: Call, seconds: int) -> dict[str, str]:
    form = str(_limits(org).get("retry_after", "seconds"))
    if form == "date":
        # By the clock that the answer's Date shows, which is never moved.
        return {"retry-after": formatdate(call.now - org.clock.ahead + seconds, usegmt=True)}
    value = {"seconds": str(seconds), "none": ""}.get(form, form)
    return {"retry-after": value} if value else {}


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
    return None if used <= bucket.total else _bucket_refused(org, call, bucket, resets)


def _bucket_refused(org: Org, call: Call, bucket: Bucket, resets: int) -> Reply:
    """429 in the endpoint's own form: text for users, a list for counts of views, else an object (client reports)."""
    if bucket is _USERS:
        return _refused(org, call, "You have exceeded the rate limit for updating a single unique user.", resets)
    if bucket is _VIEW_COUNTS:
        reply = errors.listed(429, "TooManyRequests", "Too many requests to count")
    else:
        text = "Number of allowed requests for this endpoint exceeded"
        if bucket is _EXPORTS:
            text = "Number of allowed incremental export API requests per minute exceeded"
        reply = errors.plain(429, "APIRateLimitExceeded", text)
    reply.headers.update(_retry_after(org, call, resets))
    return reply


def headers(org: Org, call: Call) -> dict[str, str]:
    """The rate headers of an answer, in the spellings that the control path has set."""
    rate = call.state.get("rate")
    wanted = str(_limits(org).get("headers", "all"))
    if rate is None or wanted == "none":
        return {}
    total, left, resets = map(str, rate)
    spellings = {
        "x": {"x-rate-limit": total, "x-rate-limit-remaining": left},
        "2023": {"rate-limit": total, "rate-limit-remaining": left, "rate-limit-reset": resets},
        "2024": {"ratelimit-limit": total, "ratelimit-remaining": left, "ratelimit-reset": resets},
    }
    chosen = spellings.values() if wanted == "all" else [spellings.get(wanted, {})]
    out = {name: value for spelling in chosen for name, value in spelling.items()}
    if "bucket" in call.state:
        name, value = call.state["bucket"]
        out[name] = value
    return out
