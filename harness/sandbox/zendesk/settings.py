"""Settings: what an account, or a user, has exactly one of: itself, its subscription, their settings."""

from __future__ import annotations

import copy

from harness.sandbox.behaviours import with_valid_body
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.store import Record
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


# As the document's example has them (ShowCurrentUserSettings).
_USER_SETTINGS: Record = {
    "admin_center": {"has_admin_center_side_nav_open": True, "has_seen_admin_center_dark_mode_banner": False},
    "lotus": {
        "agent_workspace_theme_preference": "0", "agent_workspace_theme_preference_for_conversation_panel": "0",
        "keyboard_shortcuts_enabled": False, "macro_shortcuts_enabled": False, "show_onboarding_tooltips": True,
        "show_reporting_video_tutorial": True, "show_welcome_dialog": True, "two_factor_authentication": False,
    },
    "shared_views_order": None,
}  # fmt: skip


def _of_caller(org: Org, call: Call) -> Record:
    own: dict[int, Record] = org.memo.setdefault("user_settings", {})
    return own.setdefault((call.actor or {}).get("id", 0), copy.deepcopy(_USER_SETTINGS))


def user_settings(org: Org, call: Call) -> Reply:
    """GET users/me/settings."""
    return Reply(200, {"settings": _of_caller(org, call)})


@with_valid_body
def update_user_settings(org: Org, call: Call) -> Reply:
    """PUT users/me/settings: what the body names, group by group."""
    settings = _of_caller(org, call)
    for name, value in call.envelope("settings").items():
        is_group = isinstance(value, dict) and isinstance(settings.get(name), dict)
        settings[name] = {**settings[name], **value} if is_group else value
    return Reply(200, {"settings": settings})


BEHAVIOURS = {
    "GET /api/v2/users/me/settings": user_settings,
    "PUT /api/v2/users/me/settings": update_user_settings,
    "GET /api/v2/account": account,
    "GET /api/v2/account/subscription": subscription,
}
