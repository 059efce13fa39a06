"""Merges: what becomes of those that are merged, and of the one that stays."""

from __future__ import annotations


def test_merged_tickets_are_closed_and_the_target_lives_on(account):
    target, source = account.ticket()["id"], account.ticket()["id"]
    assert account.post(f"/tickets/{target}/merge", {"ids": [source], "source_comment": "see the other"}).status == 200
    assert account.get(f"/tickets/{source}").body["ticket"]["status"] == "closed"
    assert account.get(f"/tickets/{target}").body["ticket"]["status"] == "new"
