"""Comments of tickets: public or private, and redacted."""

from __future__ import annotations


def test_a_comment_is_as_public_as_its_ticket_unless_it_says(account):
    inner = account.ticket(comment={"body": "private", "public": False})
    audit = account.put(f"/tickets/{inner['id']}", {"ticket": {"comment": {"body": "more"}}}).body["audit"]
    assert audit["events"][0]["public"] is False
    audit = account.put(f"/tickets/{inner['id']}", {"ticket": {"comment": {"body": "out", "public": True}}}).body[
        "audit"
    ]
    assert audit["events"][0]["public"] is True


def test_redacting_takes_the_words_away_for_good(account):
    ident = account.ticket(comment={"body": "my card is 4111"})["id"]
    comment = account.get(f"/tickets/{ident}/comments").body["comments"][0]
    account.put(f"/tickets/{ident}/comments/{comment['id']}/redact", {"text": "4111"})
    shown = account.get(f"/tickets/{ident}/comments").body["comments"][0]
    assert "4111" not in shown["body"] + shown["html_body"]
