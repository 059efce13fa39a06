"""Recorded traffic: names that another account gave."""

from __future__ import annotations

from zendesk_account import Account

FOREIGN_JOB = "V3-" + "0" * 32
FOREIGN_HOOK = "01HANAHB6668W9BWXPJXRD0BS4"  # a ULID of September 2023


def test_another_accounts_job_stands_for_the_one_that_was_just_started():
    account = Account(replay=True)
    account.delete("/tickets/destroy_many", ids="1")
    shown = account.get(f"/job_statuses/{FOREIGN_JOB}").body["job_status"]
    assert shown["results"][0]["id"] == 1
    assert account.get(f"/job_statuses/{FOREIGN_JOB}").body["job_status"] == shown


def test_another_accounts_webhook_stands_for_the_one_that_was_just_made():
    account = Account(replay=True)
    created = account.post("/webhooks", {"webhook": {"name": "mine", "endpoint": "https://example.com"}}).body[
        "webhook"
    ]
    assert account.get(f"/webhooks/{FOREIGN_HOOK}").body["webhook"]["id"] == created["id"]
    assert account.delete(f"/webhooks/{FOREIGN_HOOK}").status == 204
    assert account.get(f"/webhooks/{created['id']}").status == 404


def test_unless_a_recording_is_played_nobody_elses_names_are_known():
    account = Account()
    account.post("/webhooks", {"webhook": {"name": "mine", "endpoint": "https://example.com"}})
    assert account.get(f"/webhooks/{FOREIGN_HOOK}").status == 404
    assert account.get(f"/job_statuses/{FOREIGN_JOB}").status == 404


def test_an_id_that_could_be_ours_is_taken_for_no_other():
    account = Account(replay=True)
    created = account.post("/webhooks", {"webhook": {"name": "mine", "endpoint": "https://example.com"}}).body[
        "webhook"
    ]
    near = created["id"][:-1] + ("0" if created["id"][-1] != "0" else "1")
    assert account.get(f"/webhooks/{near}").status == 404
    assert account.get("/tickets/4017").status == 404
