"""Fields that the vendor sets itself: times, addresses, positions, and texts that are shown twice."""

from __future__ import annotations

from harness.sandbox.call import Call
from harness.sandbox.zendesk.derived import given


def made(account, path, wrapper, **fields):
    reply = account.post(path, {wrapper: fields})
    assert reply.ok, reply.body
    return reply.body[wrapper]


def test_a_new_record_has_its_times_and_its_address(account):
    group = made(account, "/groups", "group", name="New")
    assert group["created_at"] == group["updated_at"] == "2026-01-06T12:00:00Z"
    assert group["url"].endswith(f"/api/v2/groups/{group['id']}.json")


def test_a_change_moves_one_of_the_times(account):
    group = made(account, "/groups", "group", name="New")
    account.clock.advance(60)
    changed = account.put(f"/groups/{group['id']}", {"group": {"name": "Newer"}}).body["group"]
    assert (changed["created_at"], changed["updated_at"]) == ("2026-01-06T12:00:00Z", "2026-01-06T12:01:00Z")


def test_conditions_may_stand_bare_and_are_shown_together(account):
    condition = {"field": "status", "operator": "is", "value": "open", "unknown": 1}
    view = made(account, "/views", "view", title="Open", all=[condition])
    del condition["unknown"]
    assert view["conditions"] == {"all": [condition], "any": []}


def test_a_new_rule_goes_last(account):
    first, second = (
        made(account, "/macros", "macro", title=title, actions=[{"field": "status", "value": "solved"}])
        for title in ("One", "Two")
    )
    assert second["position"] == first["position"] + 1


def test_a_title_is_shown_twice(account):
    field = made(account, "/ticket_fields", "ticket_field", type="text", title="Order")
    assert field["raw_title"] == field["title_in_portal"] == field["raw_title_in_portal"] == "Order"


def test_a_field_without_a_key_gets_one_from_its_title(account):
    assert made(account, "/user_fields", "user_field", type="text", title="Shoe Size!", key="")["key"] == "shoe_size"


def test_a_credential_is_never_shown_again(account):
    data = {"username": "me", "password": "hunter2"}
    hook = made(
        account, "/webhooks", "webhook", name="Hook", endpoint="https://example.com", http_method="POST",
        request_format="json", status="active", authentication={"type": "basic_auth", "data": data},
    )  # fmt: skip
    assert hook["authentication"]["data"] == {"username": "me"}


def test_a_body_is_read_under_its_wrapper_whatever_it_is_called():
    assert given(Call("POST", "/", body={"group": {"name": "A"}})) == {"name": "A"}
    assert given(Call("POST", "/", body={"name": "A"})) == {"name": "A"}
    assert given(Call("POST", "/", body=[1])) == {}
