"""`include`: related records beside the rows."""

from __future__ import annotations


def test_sideloads_come_once_each(account):
    body = account.get("/tickets", include="users,groups").body
    idents = [user["id"] for user in body["users"]]
    assert len(idents) == len(set(idents)) > 0
