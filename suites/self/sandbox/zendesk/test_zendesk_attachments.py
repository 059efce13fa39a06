"""Uploads and attachments."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
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


@pytest.mark.parametrize(
    "name", ["note.txt", "復 & co+1.pdf", 'a "quoted" name.txt', "a/b\\c.txt", "50%.csv", "a\nb: c.txt"]
)
def test_the_name_of_a_file_survives_the_way_there_and_back(zendesk, name):
    upload = zendesk.post("/api/v2/uploads.json", params={"filename": name}, content=b"x").json()["upload"]
    address = upload["attachment"]["content_url"]
    assert address.isascii()
    assert " " not in address
    assert parse_qs(urlsplit(address).query) == {"name": [name]}
    header = zendesk.get(address).headers["content-disposition"]
    assert unquote(header.partition("filename*=UTF-8''")[2]) == name


def test_a_download_has_its_type_and_both_forms_of_its_name(zendesk):
    upload = zendesk.post("/api/v2/uploads.json", params={"filename": "café.png"}, content=b"x").json()["upload"]
    download = zendesk.get(upload["attachment"]["content_url"])
    assert download.headers["content-type"] == "image/png"
    assert (
        download.headers["content-disposition"] == "attachment; filename=\"caf_.png\"; filename*=UTF-8''caf%C3%A9.png"
    )


def test_what_was_redacted_or_deleted_cannot_be_downloaded_any_more(zendesk):
    upload = zendesk.post("/api/v2/uploads", params={"filename": "a.txt"}, content=b"secret").json()["upload"]
    body = {"ticket": {"comment": {"body": "see", "uploads": [upload["token"]]}}}
    ticket = zendesk.post("/api/v2/tickets", json=body).json()["ticket"]["id"]
    comment = zendesk.get(f"/api/v2/tickets/{ticket}/comments").json()["comments"][0]["id"]
    attachment = upload["attachment"]
    redact = f"/api/v2/tickets/{ticket}/comments/{comment}/attachments/{attachment['id']}/redact"
    assert zendesk.put(redact).json()["attachment"]["file_name"] == "redacted.txt"
    assert b"secret" not in zendesk.get(attachment["content_url"]).content
    zendesk.delete(f"/api/v2/uploads/{upload['token']}")
    assert zendesk.get(attachment["content_url"]).status_code == 404
