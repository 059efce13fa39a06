"""Tags: set, added and taken away."""

from __future__ import annotations


def test_tags_are_set_added_and_taken_away(account):
    path = f"/tickets/{account.ticket(tags=['a'])['id']}/tags"
    assert account.put(path, {"tags": ["b"]}).body["tags"] == ["a", "b"]
    assert account.send("DELETE", path, {"tags": ["a"]}).body["tags"] == ["b"]
    assert account.post(path, {"tags": ["c"]}).body["tags"] == ["c"]
    assert account.put(path, {"tags": "c"}).status == 400
