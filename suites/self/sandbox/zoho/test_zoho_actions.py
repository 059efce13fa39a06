"""Verbs at the end of a path."""

from __future__ import annotations


def test_deleting_by_post(portal):
    made = portal.post("/roles", {"name": "Apprentice", "shareDataWithPeers": True}).body["id"]
    assert portal.get(f"/roles/{made}").status == 200
    assert portal.post(f"/roles/{made}/delete", {"transferToRoleId": portal.first("roles")}).status == 204
    assert portal.get(f"/roles/{made}").status == 404
