"""Attachments: files uploaded for a token, stored as records and as bytes."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
from urllib.parse import quote

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
    address = f"{call.base}/attachments/token/{file_token}/?name={_percent_encoded(name)}"
    record["content_url"] = record["mapped_content_url"] = address
    record["content_type"] = mimetypes.guess_type(name)[0] or kind or "application/octet-stream"
    record.update(file_name=name, size=len(data))
    org.memo["contents"][file_token] = (record["id"], data)
    return org.store["attachments"].add(record)


def redact_file(org: Org, attachment: Record) -> None:
    """Put an empty file in the place of an attachment, for good."""
    attachment.update(file_name="redacted.txt", content_type="text/plain", size=1, width=None, height=None)
    contents = org.memo["contents"]
    contents.update({token: (ident, b" ") for token, (ident, _) in contents.items() if ident == attachment["id"]})


def delete_upload(org: Org, call: Call) -> Reply:
    """DELETE uploads/{token}."""
    attachment_ids = org.memo["uploads"].pop(call.values["token"], None)
    if attachment_ids is None:
        return errors.missing(org, call)
    for ident in attachment_ids:
        org.store["attachments"].remove(ident)
    return Reply(204)


def download(org: Org, call: Call) -> Reply:
    """GET attachments/token/{token}: the bytes, under the name of the file."""
    ident, data = org.memo["contents"].get(call.values["token"], (None, b""))
    attachment = org.store["attachments"].get(ident)
    if attachment is None:
        return errors.missing(org, call)
    return Reply(200, data, {"content-disposition": disposition(attachment["file_name"])}, attachment["content_type"])


def disposition(name: str) -> str:
    """The Content-Disposition of a download: the name in plain ASCII, and as it is in `filename*` (RFC 6266)."""
    plain = "".join(char if " " <= char <= "~" else "_" for char in name)
    quoted = plain.replace("\\", "\\\\").replace('"', '\\"')
    return f"attachment; filename=\"{quoted}\"; filename*=UTF-8''{_percent_encoded(name)}"


def _percent_encoded(text: str) -> str:
    return quote(text, safe="", errors="replace")


BEHAVIOURS = {
    "POST /api/v2/uploads": upload,
    "DELETE /api/v2/uploads/{token}": delete_upload,
    "GET /attachments/token/{token}": download,
}
