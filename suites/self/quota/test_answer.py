"""Whatever a server writes into its headers is read as what it says, or as nothing."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.quota.answer import DEFAULT_WAIT, LONGEST_BELIEVED, EndpointReport, SpentLimit, read_answer, seconds_asked
from harness.vendors.zendesk.quota import QUOTA as MINUTES
from harness.vendors.zoho.quota import QUOTA as CREDITS

DATE = "Wed, 21 Oct 2015 07:28:00 GMT"


@pytest.mark.parametrize("names", [
    ("x-rate-limit", "x-rate-limit-remaining", ""),
    ("rate-limit", "rate-limit-remaining", "rate-limit-reset"),
    ("ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"),
])  # fmt: skip
def test_each_spelling_of_the_account_is_read(names: tuple[str, str, str]) -> None:
    limit, left, resets = names
    headers = {limit: "700", left: "699"} | ({resets: "42"} if resets else {})
    report = read_answer(200, headers, b"", MINUTES)
    assert (report.limit, report.left, report.resets) == (700, 699, 42 if resets else None)


@pytest.mark.parametrize(("text", "limit"), [
    ("700", 700), (" 700 ", 700), ("700, 700;w=60", 700), ("0", None), ("", None), ("-1", None), ("many", None),
    ("9" * 40, None), ("²", None), ("٧", None),
])  # fmt: skip
def test_a_limit_is_a_number_or_nothing(text: str, limit: int | None) -> None:
    assert read_answer(200, {"ratelimit-limit": text}, b"", MINUTES).limit == limit


@pytest.mark.parametrize("prefix", ["zendesk-ratelimit-", "zendesk-rate-limit-"])
def test_an_endpoints_own_limit_is_read_in_both_spellings(prefix: str) -> None:
    report = read_answer(200, {f"{prefix}tickets-index": "total=100; remaining=99; resets=17"}, b"", MINUTES)
    assert report.endpoints == (EndpointReport("tickets-index", 100, 99, 17),)


@pytest.mark.parametrize(
    "value", ["", "total=100", "remaining=3; resets=1", "total=x; remaining=y", "total=0; remaining=0"]
)
def test_half_a_limit_is_none(value: str) -> None:
    assert read_answer(200, {"zendesk-ratelimit-tickets-index": value}, b"", MINUTES).endpoints == ()


def test_credits_are_no_requests_a_minute() -> None:
    report = read_answer(200, {"x-rate-limit-remaining-v3": "104000"}, b"", CREDITS)
    assert (report.credits, report.left, report.limit) == (104_000, None, None)


@pytest.mark.parametrize(("text", "seconds"), [
    ("0", 0.0), ("7", 7.0), ("1.5", 1.5), (" 7 ", 7.0), ("", None), ("soon", None), ("-1", None), ("²", None),
    ("Wed, 21 Oct 2015 07:28:30 GMT", 30.0), (DATE, 0.0), ("Wed, 21 Oct 2015 07:27:00 GMT", None),
])  # fmt: skip
def test_a_wait_is_a_number_or_a_date(text: str, seconds: float | None) -> None:
    assert seconds_asked(text, DATE) == seconds


@given(st.text(st.characters(max_codepoint=255)), st.text(st.characters(max_codepoint=255)))
def test_no_text_breaks_it_or_asks_for_a_wait_that_nobody_means(retry_after: str, date: str) -> None:
    report = read_answer(429, {"retry-after": retry_after, "date": date}, b"", MINUTES)
    assert 0 <= report.wait <= LONGEST_BELIEVED


@pytest.mark.parametrize("text", ["", "99999999999", "-5", "9" * 400])
def test_a_wait_that_nobody_means_is_the_usual_one(text: str) -> None:
    assert read_answer(429, {"retry-after": text}, b"", MINUTES).wait == DEFAULT_WAIT


@pytest.mark.parametrize(
    ("headers", "body", "convention", "spent"),
    [
        ({}, b"Number of allowed API requests per minute exceeded", MINUTES, SpentLimit.ACCOUNT),
        ({}, b"", MINUTES, SpentLimit.ACCOUNT),
        ({"ratelimit-remaining": "0"}, b"{", MINUTES, SpentLimit.ACCOUNT),
        ({"ratelimit-remaining": "80"}, b'{"error":"APIRateLimitExceeded"}', MINUTES, SpentLimit.ENDPOINT),
        (
            {"ratelimit-remaining": "0", "zendesk-ratelimit-incremental-exports": "total=10; remaining=0; resets=9"},
            b'{"errors":[{"code":"TooManyRequests"}]}',
            MINUTES,
            SpentLimit.ENDPOINT,
        ),
        ({"retry-after": "9"}, {"errorCode": "THRESHOLD_EXCEEDED"}, CREDITS, SpentLimit.CREDITS),
        ({}, {"errorCode": "TOO_MANY_REQUESTS"}, CREDITS, SpentLimit.CONCURRENCY),
        ({}, {"errorCode": ["TOO_MANY_REQUESTS"]}, CREDITS, SpentLimit.ACCOUNT),
        ({}, b"<html>", CREDITS, SpentLimit.ACCOUNT),
    ],
)
def test_each_429_is_told_from_the_others(headers, body, convention, spent) -> None:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    assert read_answer(429, headers, raw, convention).spent is spent


def test_only_a_429_is_a_refusal() -> None:
    assert read_answer(503, {"retry-after": "7"}, b"", MINUTES).spent is SpentLimit.NONE
