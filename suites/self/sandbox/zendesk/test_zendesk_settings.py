"""What an account has one of: itself."""

from __future__ import annotations

from zendesk_account import Account


def test_the_account_says_that_it_is_a_sandbox():
    assert Account().get("/account").body["account"]["sandbox"] is True
    assert Account().get("/account/subscription").status == 422
