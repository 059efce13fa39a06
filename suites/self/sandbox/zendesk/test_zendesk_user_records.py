"""User records: made and found by address, wherever somebody is named."""

from __future__ import annotations

import pytest
from zendesk_account import BASE, NOON

from harness.sandbox.zendesk import user_records


def test_a_requester_by_address_becomes_a_user_once(account):
    who = {"name": "New Person", "email": "new.person@example.com"}
    first, second = account.ticket(requester=who), account.ticket(requester=who)
    assert first["requester_id"] == second["requester_id"]
    assert account.get(f"/users/{first['requester_id']}").body["user"]["email"] == "new.person@example.com"


def test_an_address_finds_its_user_however_it_is_written(account):
    user = account.user(email="Mixed.Case@example.com")
    assert user["email"] == "mixed.case@example.com"
    assert user_records.by_email(account.org, " MIXED.CASE@example.com ")["id"] == user["id"]


def test_an_old_address_finds_nobody(account):
    user = account.org.store["users"].get(account.user(email="old@example.com")["id"])
    user_records.change(account.org, user, {"email": "new@example.com"})
    assert user_records.by_email(account.org, "old@example.com") is None
    assert user_records.by_email(account.org, "new@example.com") is user


def test_a_user_with_an_address_has_a_first_identity(account):
    user = user_records.make(account.org, BASE, NOON, {"name": "A", "email": "a@example.com"})
    (identity,) = account.org.store["users/identities"].within((str(user["id"]),))
    assert (identity["value"], identity["primary"]) == ("a@example.com", True)


def test_null_puts_a_field_back_to_what_it_is_on_a_new_user(account):
    user = user_records.make(account.org, BASE, NOON, {"name": "A", "time_zone": "Paris"})
    user_records.change(account.org, user, {"time_zone": None, "id": 5})
    assert user["time_zone"] == "America/New_York"
    assert user["id"] != 5


@pytest.mark.parametrize(("role", "shown"), [("agent", "agent"), ("owner", "end-user")])
def test_a_role_that_nobody_knows_is_an_end_users(account, role, shown):
    assert user_records.make(account.org, BASE, NOON, {"name": "A", "role": role})["role"] == shown


def test_people_are_named_by_id_or_address_once_each(account):
    one, two = account.user(email="one@example.com")["id"], account.user(email="two@example.com")["id"]
    rows = [{"user_id": one}, {"user_email": "two@example.com"}, {"user_id": one}, {"user_email": "x@example.com"},
            {"user_id": two, "action": "delete"}, "text"]  # fmt: skip
    assert user_records.ids_of(account.org, rows) == [one, two]
