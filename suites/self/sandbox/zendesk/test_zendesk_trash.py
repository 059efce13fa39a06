"""Deleted tickets: brought back, or gone for good."""

from __future__ import annotations


def test_deleted_tickets_can_come_back_until_they_are_gone_for_good(account):
    ident = account.ticket()["id"]
    assert account.delete(f"/tickets/{ident}").status == 204
    assert account.get(f"/tickets/{ident}").status == 404
    assert ident in [row["id"] for row in account.get("/deleted_tickets").body["deleted_tickets"]]
    assert account.put(f"/deleted_tickets/{ident}/restore").body == {}
    assert account.get(f"/tickets/{ident}").status == 200

    account.delete(f"/tickets/{ident}")
    assert account.delete(f"/deleted_tickets/{ident}").body["job_status"]["status"] == "queued"
    assert account.put(f"/deleted_tickets/{ident}/restore").status == 404
