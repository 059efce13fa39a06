"""`include`: what a client asks for beside the rows of an answer, and in them."""

from __future__ import annotations

import pytest


def test_sideloads_come_once_each(account):
    body = account.get("/tickets", include="users,groups").body
    idents = [user["id"] for user in body["users"]]
    assert len(idents) == len(set(idents)) > 0


@pytest.mark.parametrize(
    ("include", "field"),
    [("comment_count", "comment_count"), ("incident_counts", "incident_count"), ("dates", "dates"), ("slas", "slas"),
     ("metric_events", "metric_events"), ("metric_sets", "metric_set")],
)  # fmt: skip
def test_parts_of_a_ticket_stand_in_it_whether_shown_or_listed(account, include, field):
    shown = account.get("/tickets/1", include=include).body["ticket"]
    listed = account.get("/tickets", include=include).body["tickets"]
    exported = account.get("/incremental/tickets", start_time=0, include=include).body["tickets"]
    assert all(field in row for row in (shown, *listed, *exported))
    assert field not in account.get("/tickets/1").body["ticket"]


def test_counts_are_those_of_the_ticket(account):
    account.ticket(type="incident", problem_id=4)
    account.put("/tickets/4", {"ticket": {"comment": {"body": "One more."}}})
    ticket = account.get("/tickets/4", include="comment_count,incident_counts").body["ticket"]
    assert (ticket["comment_count"], ticket["incident_count"]) == (2, 1)


def test_metric_sets_of_a_list_stand_beside_the_tickets_too(account):
    body = account.get("/tickets/show_many", ids="1,2", include="metric_sets").body
    assert [row["ticket_id"] for row in body["metric_sets"]] == [1, 2]
    assert body["tickets"][0]["metric_set"] == body["metric_sets"][0]


@pytest.mark.parametrize(
    ("path", "beside"),
    [("/tickets", "users,groups,organizations,last_audits,sharing_agreements,ticket_forms,brands,custom_statuses"),
     ("/tickets/1", "users,groups,organizations,last_audits,ticket_forms"),
     ("/users", "organizations,abilities,roles,identities,groups,open_ticket_count"),
     ("/users/me", "abilities,open_ticket_count"),
     ("/organizations", "abilities"),
     ("/group_memberships", "users,groups"),
     ("/organization_memberships", "users,organizations"),
     ("/ticket_audits", "users,groups,organizations,tickets"),
     ("/tickets/1/comments", "users"),
     ("/routing/attributes", "attribute_values")],
)  # fmt: skip
def test_every_documented_sideload_stands_beside_the_rows(account, path, beside):
    body = account.get(path, include=beside).body
    assert set(beside.split(",")) <= body.keys()


@pytest.mark.parametrize("rules", ["automations", "triggers", "macros", "views"])
def test_rules_show_what_uses_them(account, rules):
    wanted = ["app_installation", "permissions"]
    if rules != "views":
        wanted += ["usage_1h", "usage_24h", "usage_7d", "usage_30d"]
    row = account.get(f"/{rules}", include=",".join(wanted)).body[rules][0]
    assert set(wanted) <= row.keys()


def test_a_user_is_shown_with_their_own_groups_and_addresses(account):
    user = account.user(email="new@example.com")
    body = account.get(f"/users/{user['id']}", include="identities,groups").body
    assert [row["value"] for row in body["identities"]] == ["new@example.com"]
    assert body["groups"] == []


def test_a_search_names_the_kind_that_it_includes_for(account):
    body = account.get("/search", query="type:ticket", include="tickets(users,comment_count)").body
    assert body["users"]
    assert all("comment_count" in row for row in body["results"])
    assert "users" not in account.get("/search", query="type:ticket", include="users(groups)").body


def test_what_cannot_be_included_has_no_effect(account):
    assert account.get("/tickets", include="weather").body == account.get("/tickets").body


def test_sideloads_do_not_change_the_stored_record(account):
    account.get("/tickets/1", include="comment_count,dates")
    assert "dates" not in account.org.store["tickets"].rows["1"]
