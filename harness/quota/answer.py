"""What one answer says of the quota: its headers and, of a 429, its body, read by the vendor's convention."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from harness.formats.http_date import seconds_until
from harness.formats.json_text import json_or
from harness.vendors.vendor import QuotaConvention

DEFAULT_WAIT = 10.0
"""Seconds where a refusal names no believable time (zendesk_api_client_rb waits so long)."""
LONGEST_BELIEVED = 25 * 3600.0
"""Seconds beyond which a wait is a mistake: what is counted by the day is given anew within a day."""
_NUMBER = re.compile(r"\s*(\d{1,9})(?!\d)")
_SECONDS = re.compile(r"\d+(\.\d+)?")
_PART = re.compile(r"(total|remaining|resets)\s*=\s*(\d{1,9})(?!\d)")


class SpentLimit(StrEnum):
    """Which limit a 429 is about."""

    NONE = "none"
    ACCOUNT = "account"
    ENDPOINT = "endpoint"
    CONCURRENCY = "concurrency"
    CREDITS = "credits"


@dataclass(frozen=True, slots=True)
class EndpointReport:
    """What a header says of an endpoint's own limit: `total` requests, `left` of them, given anew in `resets` s."""

    name: str
    total: int
    left: int
    resets: float | None = None


@dataclass(frozen=True, slots=True)
class QuotaReport:
    """What one answer says: requests a minute, those left of them, seconds until they are given anew, credits left.

    None stands for what it does not say. `spent` is the limit that a 429 is about, `wait` the seconds until the org
    wants to be asked again.
    """

    limit: int | None = None
    left: int | None = None
    resets: float | None = None
    credits: int | None = None
    endpoints: tuple[EndpointReport, ...] = ()
    spent: SpentLimit = SpentLimit.NONE
    wait: float = 0.0


def read_answer(status: int, headers: Mapping[str, str], body: bytes, convention: QuotaConvention) -> QuotaReport:
    """The report of an answer; header names are in lower case, and `body` matters for a 429 only."""
    left = _first_number(headers, convention.left_headers)
    by_credits = convention.cost is not None
    report = QuotaReport(
        limit=_first_number(headers, convention.limit_headers) or None,
        left=None if by_credits else left,
        resets=_first_number(headers, convention.reset_headers),
        credits=left if by_credits else None,
        endpoints=tuple(_endpoints(headers, convention.endpoint_headers)),
    )
    if status != 429:
        return report
    return QuotaReport(
        report.limit,
        report.left,
        report.resets,
        report.credits,
        report.endpoints,
        _kind(report, body, convention),
        _believed(seconds_asked(headers.get("retry-after", ""), headers.get("date", ""))),
    )


def seconds_asked(retry_after: str, date: str) -> float | None:
    """Seconds that a Retry-After asks for, as a number or as a date beside the answer's own; None where it is neither.

    A negative wait is none.
    """
    text = retry_after.strip()
    if text.isascii() and _SECONDS.fullmatch(text):
        return float(text)
    seconds = seconds_until(text, date)
    return None if seconds is None or seconds < 0 or math.isnan(seconds) else seconds


def _believed(seconds: float | None) -> float:
    return DEFAULT_WAIT if seconds is None or seconds > LONGEST_BELIEVED else seconds


def _kind(report: QuotaReport, body: bytes, convention: QuotaConvention) -> SpentLimit:
    """The limit that a 429 is about: by its code, else by which allowance its headers say is used up."""
    code = convention.error_code(json_or(body, None))
    if code in convention.spent_codes:
        return SpentLimit.CREDITS
    if code in convention.concurrent_codes:
        return SpentLimit.CONCURRENCY
    is_endpoints = any(endpoint.left == 0 for endpoint in report.endpoints)
    # Recorded: an endpoint's limit answers 429 while the account's own number stays full.
    return SpentLimit.ENDPOINT if is_endpoints or report.left else SpentLimit.ACCOUNT


def _first_number(headers: Mapping[str, str], names: Iterable[str]) -> int | None:
    """The number that the first of these headers begins with: `100, 100;w=60` is 100."""
    for name in names:
        value = headers.get(name)
        if value is not None and value.isascii() and (match := _NUMBER.match(value)):
            return int(match[1])
    return None


def _endpoints(headers: Mapping[str, str], prefixes: tuple[str, ...]) -> Iterable[EndpointReport]:
    """`NAME: total=100; remaining=99; resets=17`, under any of the prefixes."""
    if not prefixes:
        return
    for name, value in headers.items():
        prefix = next((prefix for prefix in prefixes if name.startswith(prefix)), None)
        if prefix is None:
            continue
        parts = {key: int(number) for key, number in _PART.findall(value)}
        if parts.get("total") and "remaining" in parts:
            resets = float(parts["resets"]) if "resets" in parts else None
            yield EndpointReport(name.removeprefix(prefix), parts["total"], parts["remaining"], resets)
