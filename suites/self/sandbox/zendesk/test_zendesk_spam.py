"""Spam: the ticket goes, and who sent it is suspended."""

from __future__ import annotations


def test_spam_deletes_the_ticket_and_suspends_who_sent_it(account):
    customer = account.user()
    ident = account.ticket(requester_id=customer["id"])["id"]
    assert account.put(f"/tickets/{ident}/mark_as_spam").status == 200
    assert account.get(f"/tickets/{ident}").status == 404
    assert account.get(f"/users/{customer['id']}").body["user"]["suspended"] is True
