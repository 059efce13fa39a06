"""Attachments: files uploaded for a token, stored as records and as bytes."""

from __future__ import annotations

import base64
import hashlib
import mimetypes

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.store import Record
from harness.sandbox.zendesk import errors, ids
from harness.sandbox.zendesk.examples import EXAMPLES

KEEP_SECONDS = 3 * 24 * 3600
LARGEST = 50 * 1024 * 1024


def upload(org: Org, call: Call) -> Reply:
    """POST uploads: JSON, but labelled text/plain (recorded)."""
    name = call.arg("filename")
    if not name:
        return errors.attribute("filename", "is missing")
    if len(call.raw) > LARGEST:
        return errors.plain(413, "AttachmentTooLarge", "The file is larger than 50 MB")
    token = call.arg("token") or _token(org)
    attachment = store_file(org, call, name, call.raw, call.headers.get("content-type", "").split(";")[0].strip())
    attachment_ids = org.memo["uploads"].setdefault(token, [])
    attachment_ids.append(attachment["id"])
    rows = org.store["attachments"].get_many(attachment_ids)
    body = {"upload": {"token": token, "expires_at": org.stamp(call.now + KEEP_SECONDS), "attachments": rows,
                       "attachment": attachment}}  # fmt: skip
    return Reply(201, body, media_type="text/plain; charset=utf-8")


def _token(org: Org) -> str:
    digest = hashlib.sha256(f"{org.seed}:upload:{org.store.next('upload')}".encode()).digest()
    return base64.b32encode(digest).decode()[:25]


def store_file(org: Org, call: Call, name: str, data: bytes, kind: str) -> Record:
    """A new attachment and its bytes; the media type is that of the name's ending, else the sender's."""
    record = dict(EXAMPLES["attachments"])
    record["id"] = ids.number(org)
    record["url"] = f"{call.base}/api/v2/attachments/{record['id']}.json"
    file_token = _token(org)
    record["content_url"] = record["mapped_content_url"] = f"{call.base}/attachments/token/{file_token}/?name={name}"
    record["content_type"] = mimetypes.guess_type(name)[0] or kind or "application/octet-stream"
    record.update(file_name=name, size=len(data))
    org.memo["contents"][file_token] = (record["content_type"], data)
    return org.store["attachments"].add(record)


def delete_upload(org: Org, call: Call) -> Reply:
    """DELETE uploads/{token}."""
    attachment_ids = org.memo["uploads"].pop(call.values["token"], None)
    if attachment_ids is None:
        return errors.missing(org, call)
    for ident in attachment_ids:
        org.store["attachments"].remove(ident)
    return Reply(204)


def download(org: Org, call: Call) -> Reply:
    """GET attachments/token/{token}: the bytes."""
    kind, data = org.memo["contents"].get(call.values["token"], ("", None))
    if data is None:
        return errors.missing(org, call)
    return Reply(200, data, {"content-disposition": "attachment"}, kind)


BEHAVIOURS = {
    "POST /api/v2/uploads": upload,
    "DELETE /api/v2/uploads/{token}": delete_upload,
    "GET /attachments/token/{token}": download,
}
