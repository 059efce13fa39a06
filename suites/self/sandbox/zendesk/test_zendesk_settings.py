"""What an account has one of: itself."""

from __future__ import annotations

from zendesk_account import Account


def test_the_account_says_that_it_is_a_sandbox():
    assert Account().get("/account").body["account"]["sandbox"] is True
    assert Account().get("/account/subscription").status == 422


def test_a_user_has_settings_of_their_own_that_change_group_by_group():
    account = Account()
    before = account.get("/users/me/settings").body["settings"]
    body = {"settings": {"lotus": {"keyboard_shortcuts_enabled": True}}}
    after = account.put("/users/me/settings", body).body["settings"]
    assert after["lotus"] == {**before["lotus"], "keyboard_shortcuts_enabled": True}
    assert account.get("/users/me/settings").body["settings"] == after
    assert Account().get("/users/me/settings").body["settings"] == before
