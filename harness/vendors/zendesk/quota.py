"""The headers that show Zendesk's quota, which is account-wide."""

from __future__ import annotations

from harness.vendors.vendor import QuotaConvention

QUOTA = QuotaConvention(
    unit="requests a minute",
    # In the spellings of 2024, of always, and of 2023 (recorded).
    left_headers=("ratelimit-remaining", "x-rate-limit-remaining", "rate-limit-remaining"),
    limit_headers=("ratelimit-limit", "x-rate-limit"),
)
