"""Headers of every reply: request id, version, etag, rate limits, and the warning about keys that were ignored."""

from __future__ import annotations

import hashlib
import re

import msgspec

from harness.openapi.catalog import path_words
from harness.sandbox.call import ABSENT, Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.zendesk import errors, quota

_encode = msgspec.json.Encoder().encode
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]")
_ACTIONS = {"POST": "create", "PUT": "update", "PATCH": "update", "DELETE": "destroy", "GET": "index"}


def add_headers(org: Org, call: Call, reply: Reply) -> Reply:
    """The headers of every answer; the etag is that of the body as it leaves."""
    if reply.status in (400, 422):
        reply = errors.in_declared_form(org, call, reply)
    headers = reply.headers
    number = f"{org.store.next('request'):032x}"
    headers["x-request-id"] = f"{number}, {number}"
    headers["x-zendesk-api-version"] = "v2"
    headers["x-zendesk-zorg"] = "yes"
    headers.update(quota.headers(org, call))
    if reply.ok:
        headers.setdefault("cache-control", "max-age=0, private, must-revalidate")
        if reply.body is not ABSENT and not isinstance(reply.body, bytes | str):
            reply.body = _encode(reply.body)
            tag = headers["etag"] = f'W/"{hashlib.md5(reply.body, usedforsecurity=False).hexdigest()}"'
            if call.method == "GET" and call.headers.get("if-none-match") == tag:
                return Reply(304, headers=headers)
    unpermitted = call.state.get("unpermitted")
    if unpermitted:
        headers["x-zendesk-api-warn"] = warning(call, unpermitted)
    return reply


def warning(call: Call, keys: list[str]) -> str:
    """The Ruby hash that Zendesk sends for keys it does not know (recorded on 151 answers, also on 404)."""
    words = path_words(call.operation.path) if call.operation else ("",)
    controller = words[0] if words else ""
    # Names come from the caller: nothing in them may end the header or fill it without end.
    quoted = ", ".join(f'"{_UNPRINTABLE.sub("?", key)[:80]}"' for key in keys[:20])
    return (
        f'{{:allowed_parameters=>{{:controller=>"{controller}", :action=>"{_ACTIONS.get(call.method, "index")}", '
        f":unpermitted_keys=>[{quoted}], :invalid_values=>[]}}}}"
    )
