"""Verbs at the end of a path."""

from __future__ import annotations


def test_deleting_by_post(portal):
    created = portal.post("/roles", {"name": "Apprentice", "shareDataWithPeers": True}).body["id"]
    assert portal.get(f"/roles/{created}").status == 200
    assert portal.post(f"/roles/{created}/delete", {"transferToRoleId": portal.first("roles")}).status == 204
    assert portal.get(f"/roles/{created}").status == 404
