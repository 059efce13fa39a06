"""Single endpoints: unique names, imports, and a category that is fixed at birth."""

from __future__ import annotations


def test_a_name_that_is_taken_is_refused(account):
    first = account.post("/organizations", {"organization": {"name": "Moon Works"}})
    again = account.post("/organizations", {"organization": {"name": "moon works"}})
    assert (first.status, again.status) == (201, 422)
    assert "has already been taken" in str(again.body)


def test_an_organization_is_found_by_name_or_made(account):
    body = {"organization": {"name": "Moon Works", "notes": "one"}}
    made = account.post("/organizations/create_or_update", body)
    found = account.post("/organizations/create_or_update", {"organization": {"name": "Moon Works", "notes": "two"}})
    assert (made.status, found.status) == (201, 200)
    assert found.body["organization"]["id"] == made.body["organization"]["id"]
    assert found.body["organization"]["notes"] == "two"


def test_an_import_keeps_its_history(account):
    comments = [{"body": "First"}, {"body": "Second"}]
    ticket = {"subject": "Old", "created_at": "2020-01-01T00:00:00Z", "comments": comments}
    made = account.post("/imports/tickets", {"ticket": ticket})
    assert made.status == 201, made.body
    assert made.body["ticket"]["created_at"] == "2020-01-01T00:00:00Z"
    shown = account.get(f"/tickets/{made.body['ticket']['id']}/comments").body["comments"]
    assert [row["body"] for row in shown] == ["First", "Second"]


def test_an_import_without_a_text_is_refused(account):
    assert account.post("/imports/tickets", {"ticket": {"comments": []}}).status == 422


def test_the_category_of_a_status_is_fixed_at_birth(account):
    status = next(iter(account.org.store["custom_statuses"]))
    other = "solved" if status["status_category"] != "solved" else "open"
    body = {"custom_status": {"status_category": other, "agent_label": "Renamed"}}
    changed = account.put(f"/custom_statuses/{status['id']}", body).body["custom_status"]
    assert (changed["status_category"], changed["agent_label"]) == (status["status_category"], "Renamed")


def test_no_host_is_mapped(account):
    brand = next(iter(account.org.store["brands"]))["id"]
    shown = account.get("/brands/check_host_mapping", host_mapping="help.example.org", subdomain="example").body
    assert (shown["cname"], shown["is_valid"]) == ("help.example.org", False)
    assert account.get(f"/brands/{brand}/check_host_mapping").body["expected_cnames"] == ["example.example.com"]
    assert account.get("/brands/1/check_host_mapping").status == 404


def test_the_categories_of_macros_stand_before_the_colons_of_their_titles(account):
    for title in ("Billing::Refund::Full", "Billing::Invoice", "No category"):
        account.post("/macros", {"macro": {"title": title, "actions": [{"field": "status", "value": "solved"}]}})
    assert account.get("/macros/categories").body["categories"] == ["Routing", "Billing"]
