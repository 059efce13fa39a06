"""Users: created, updated, and deleted in two steps."""

from __future__ import annotations


def test_who_asks_is_shown_and_nobody_has_no_id(account):
    assert account.get("/users/me").body["user"]["email"] == "admin@example.com"
    account.headers = {}
    assert account.get("/users/me").body["user"]["id"] is None


def test_a_new_user_can_be_read(account):
    user = account.user(name="Ada", email="ada@example.com")
    assert account.get(f"/users/{user['id']}").body["user"] == user


def test_a_user_needs_a_name_and_an_address_of_their_own(account):
    account.user(email="ada@example.com")
    assert account.post("/users", {"user": {"name": " "}}).status == 422
    taken = account.post("/users", {"user": {"name": "A", "email": "ADA@example.com"}})
    assert taken.status == 422
    assert "already being used" in str(taken.body)


def test_an_update_changes_what_it_names(account):
    user = account.user(name="Ada")
    account.clock.advance(60)
    changed = account.put(f"/users/{user['id']}", {"user": {"notes": "VIP"}}).body["user"]
    assert (changed["name"], changed["notes"]) == ("Ada", "VIP")
    assert changed["updated_at"] > user["updated_at"]


def test_a_user_is_found_by_address_or_made(account):
    body = {"user": {"name": "Ada", "email": "ada@example.com"}}
    made, found = account.post("/users/create_or_update", body), account.post("/users/create_or_update", body)
    assert (made.status, found.status) == (201, 200)
    assert made.body["user"]["id"] == found.body["user"]["id"]


def test_a_user_with_open_tickets_stays(account):
    user = account.user()
    account.ticket(requester_id=user["id"])
    assert account.delete(f"/users/{user['id']}").status == 422


def test_a_deleted_user_is_inactive_and_still_shown_until_erased(account):
    ident = account.user(name="Ada")["id"]
    assert account.delete(f"/users/{ident}").body["user"]["active"] is False
    assert account.get(f"/users/{ident}").body["user"]["active"] is False
    assert account.get(f"/deleted_users/{ident}").body["deleted_user"]["name"] == "Ada"
    erased = account.delete(f"/deleted_users/{ident}").body["deleted_user"]
    assert erased["name"] == "Permanently Deleted User"
    assert account.get(f"/users/{ident}").status == 404


def test_tickets_of_a_user_are_counted(account):
    user = account.user()
    account.ticket(requester_id=user["id"])
    assert account.get(f"/users/{user['id']}/related").body["user_related"]["requested_tickets"] == 1


def test_a_password_is_a_text(account):
    path = f"/users/{account.user()['id']}/password"
    refused = account.post(path, {"password": 123456})
    assert (refused.status, refused.body["error"]["title"]) == (400, "Invalid attribute")
    assert account.post(path, {"password": "hunter2hunter2"}).status == 200
