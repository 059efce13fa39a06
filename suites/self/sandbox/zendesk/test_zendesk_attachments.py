"""Uploads and attachments."""

from __future__ import annotations

from zendesk_account import Account


def test_an_upload_is_json_that_calls_itself_text():
    reply = Account().post("/uploads", filename="note.txt")
    assert reply.status == 201
    assert reply.media_type == "text/plain; charset=utf-8"


def test_an_uploaded_file_hangs_on_its_comment_and_can_be_fetched(zendesk):
    upload = zendesk.post("/api/v2/uploads.json", params={"filename": "note.txt"}, content=b"hello").json()["upload"]
    body = {"ticket": {"subject": "file", "comment": {"body": "see", "uploads": [upload["token"]]}}}
    ticket = zendesk.post("/api/v2/tickets.json", json=body).json()["ticket"]
    comment = zendesk.get(f"/api/v2/tickets/{ticket['id']}/comments.json").json()["comments"][0]
    attachment = comment["attachments"][0]
    assert (attachment["file_name"], attachment["size"], attachment["content_type"]) == ("note.txt", 5, "text/plain")
    assert zendesk.get(attachment["content_url"]).content == b"hello"


def test_a_token_gathers_files_until_it_is_dropped(zendesk):
    first = zendesk.post("/api/v2/uploads", params={"filename": "a.txt"}, content=b"a").json()["upload"]
    more = {"filename": "b.txt", "token": first["token"]}
    second = zendesk.post("/api/v2/uploads", params=more, content=b"b").json()["upload"]
    assert [row["file_name"] for row in second["attachments"]] == ["a.txt", "b.txt"]
    assert zendesk.delete(f"/api/v2/uploads/{first['token']}").status_code == 204
    assert zendesk.get(f"/api/v2/attachments/{first['attachment']['id']}").status_code == 404
