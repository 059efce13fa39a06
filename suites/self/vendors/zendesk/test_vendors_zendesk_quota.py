"""Zendesk's quota is read from its headers, in each of the spellings that were seen."""

from __future__ import annotations

from harness.vendors.zendesk.quota import QUOTA


def test_every_spelling_of_what_is_left_is_read() -> None:
    assert set(QUOTA.left_headers) == {"ratelimit-remaining", "x-rate-limit-remaining", "rate-limit-remaining"}


def test_header_names_are_written_as_they_are_compared() -> None:
    names = (*QUOTA.left_headers, *QUOTA.limit_headers)
    assert [name for name in names if name != name.lower()] == []


def test_all_requests_count_alike() -> None:
    assert QUOTA.cost is None
