"""Settings: what an account has exactly one of, which is itself and its subscription."""

from __future__ import annotations

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.zendesk import errors


def account(org: Org, call: Call) -> Reply:
    """GET account: `sandbox` is what tells a sandbox from production."""
    owner = org.memo["people"]["admin@example.com"]["id"]
    shown = {"url": f"{call.base}/api/v2/account", "name": "Example Help Desk 1767603600", "sandbox": True,
             "subdomain": "example1767603600", "time_format": 12, "time_zone": "America/New_York", "owner_id": owner,
             "multiproduct": True}  # fmt: skip
    return Reply(200, {"account": shown})


def subscription(_: Org, __: Call) -> Reply:
    """GET account/subscription: 422 on a sandbox."""
    return errors.plain(422, "SubscriptionNotAvailable", "Subscription is not available for sandbox accounts")


BEHAVIOURS = {
    "GET /api/v2/account": account,
    "GET /api/v2/account/subscription": subscription,
}
