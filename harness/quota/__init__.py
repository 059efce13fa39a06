"""Quota: what an org allows, counted by all processes that send to it, and when the next request may leave.

Goes in: the arithmetic of allowances as pure functions, and the stores that share what is counted. Not in: the waiting
and the sending, which are the transport's; facts about vendors, which are theirs.
"""

from harness.quota.limiter import QuotaLeft, left

__all__ = ["QuotaLeft", "left"]
