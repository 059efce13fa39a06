"""Multipart bodies: their parts, with file names and sizes."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes
from email.policy import HTTP

from harness.sandbox.call import Call


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a form: the file's name (empty where it is no file) and its size in bytes."""

    filename: str
    size: int


def parts(call: Call) -> dict[str, Part]:
    """The parts of a multipart body by their names; none where the body is no such thing."""
    kind = call.headers.get("content-type", "")
    if not kind.lower().startswith("multipart/") or not call.raw:
        return {}
    message = message_from_bytes(
        b"content-type: " + kind.encode("latin-1", "replace") + b"\r\n\r\n" + call.raw, policy=HTTP
    )
    parts_by_name = {}
    for part in message.iter_parts() if message.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        if isinstance(name, str):
            content = part.get_payload(decode=True)
            parts_by_name[name] = Part(part.get_filename() or "", len(content) if isinstance(content, bytes) else 0)
    return parts_by_name
