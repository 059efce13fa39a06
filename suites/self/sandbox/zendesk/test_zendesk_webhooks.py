"""Webhooks: updated without an answer, with a secret, and never called."""

from __future__ import annotations

import pytest


@pytest.fixture
def webhook(account):
    body = {"webhook": {"name": "Hook", "endpoint": "https://example.com/hook", "http_method": "POST",
                        "request_format": "json", "status": "active"}}  # fmt: skip
    made = account.post("/webhooks", body)
    assert made.status == 201, made.body
    return f"/webhooks/{made.body['webhook']['id']}"


def test_an_update_answers_204_and_is_kept(account, webhook):
    assert account.put(webhook, {"webhook": {"name": "Renamed", "id": "other"}}).status == 204
    shown = account.get(webhook).body["webhook"]
    assert (shown["name"], webhook.endswith(shown["id"])) == ("Renamed", True)


def test_a_secret_stays_until_it_is_made_anew(account, webhook):
    def secret(method):
        return account.send(method, f"{webhook}/signing_secret").body["signing_secret"]["secret"]

    first = secret("GET")
    assert secret("GET") == first
    assert secret("POST") != first


def test_a_test_sends_nothing_and_answers_as_if(account, webhook):
    body = {"request": {"endpoint": "https://example.com/hook", "http_method": "GET", "request_format": "json"}}
    assert account.post("/webhooks/test", body).body["response"]["status_code"] == 200
    assert account.post("/webhooks/test", body, webhook_id="nobody").status == 404


def test_a_new_webhook_was_never_called(account, webhook):
    body = account.get(f"{webhook}/invocations").body
    assert (body["invocations"], body["links"]["next"]) == ([], None)


def test_a_webhook_that_is_not_there(account):
    for part in ("", "/signing_secret", "/invocations"):
        assert account.get(f"/webhooks/nobody{part}").status == 404


def test_a_part_of_a_webhook_is_changed_with_204_too(account, webhook):
    assert account.send("PATCH", webhook, {"webhook": {"name": "Patched"}}).status == 204
    shown = account.get(webhook).body["webhook"]
    assert (shown["name"], shown["endpoint"]) == ("Patched", "https://example.com/hook")


def test_a_clone_is_like_the_webhook_but_for_its_id(account, webhook):
    original = account.get(webhook).body["webhook"]
    clone = account.post("/webhooks", clone_webhook_id=original["id"]).body["webhook"]
    assert clone["id"] != original["id"]
    assert {**clone, "id": original["id"]} == original
    assert account.post("/webhooks", clone_webhook_id="none").status == 404


def test_webhooks_are_filtered_and_page_by_cursor(account, webhook):
    body = account.get("/webhooks", **{"filter[name_contains]": "hOOk"}).body
    assert [row["name"] for row in body["webhooks"]] == ["Hook"]
    assert body.keys() == {"webhooks", "meta", "links"}
    assert account.get("/webhooks", **{"filter[status]": "inactive"}).body["webhooks"] == []
