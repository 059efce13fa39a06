"""Cassettes of ExVCR (Elixir): a list of requests with the answer's code in `status_code`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.exchange import Request
from harness.traffic.readers.attached_files import AttachedFiles
from harness.traffic.readers.message_parts import bytes_of, from_base64, headers_of, status_of
from harness.traffic.readers.recording_format import NO_ANSWER, Reading, RecordingFormat, reading
from harness.traffic.recorded_exchange import text, url

_TERM = b"\x83m"
"""How a binary in Erlang's external term format begins; four bytes with its length follow."""


def items(data: Any) -> list[Any] | None:
    """The list, where its members are as ExVCR writes them."""
    if isinstance(data, list) and data and all(map(_is_recording, data)):
        return data
    return None


def _is_recording(raw: Any) -> bool:
    if not isinstance(raw, Mapping) or not isinstance(raw.get("request"), Mapping):
        return False
    return isinstance(raw.get("response"), Mapping) and "status_code" in raw["response"] and "url" in raw["request"]


def read(raw: Any, attached: AttachedFiles) -> Reading:
    """One recording."""
    asked, answer = raw["request"], raw["response"]
    body = asked.get("request_body") or asked.get("body")
    method = text(asked.get("method") or "get").upper()
    request = Request(method, url(asked["url"]), headers_of(asked.get("headers")), bytes_of(body))
    if answer.get("type") == "error":
        return NO_ANSWER
    return reading(request, status_of(answer["status_code"]), headers_of(answer.get("headers")), _body(answer))


def _body(answer: Mapping[str, Any]) -> bytes | None:
    if not answer.get("binary"):
        return None if answer.get("body") is None else bytes_of(answer["body"])
    term = from_base64(answer.get("body"))
    if not term.startswith(_TERM):
        raise ValueError("the body is no binary of Erlang")
    return term[6:]


FORMAT = RecordingFormat("a cassette of ExVCR", items, read)
