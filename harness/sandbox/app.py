"""The ASGI application: bytes to a Call, a Reply to bytes. Plain ASGI, because every request passes here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, NoReturn
from urllib.parse import parse_qsl

import msgspec

from harness.sandbox.call import ABSENT, Call, Reply
from harness.sandbox.control import control
from harness.sandbox.journal import JournalEntry
from harness.sandbox.state import SandboxState, now

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

CONTROL = "/__sandbox__"
# A request body above this is refused before it is read to the end.
LIMIT = 64 * 1024 * 1024
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


class App:
    """The whole sandbox as one ASGI application."""

    def __init__(self, state: SandboxState) -> None:
        self.state, self._control = state, control(state)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One HTTP request."""
        if scope["type"] != "http":
            return
        raw = scope["raw_path"].decode("latin-1")
        if raw.startswith(CONTROL):
            await self._control(scope, receive, send)
            return
        body = await _read(receive)
        await self._serve(scope, raw, body, send)

    async def _serve(self, scope: Scope, raw: str, body: bytes | None, send: Send) -> None:
        state, query = self.state, scope["query_string"].decode("latin-1")
        call: Call | None = None
        reply: Reply | None
        served = state.served_under(raw)
        if served is None:
            reply = Reply(404, {"error": f"the sandbox serves {state.mounts_in_words()}"})
        elif body is None:
            reply = Reply(413, {"error": "the request body is larger than the sandbox takes"})
        else:
            mount, vendor = served
            call = _call(scope, raw[len(mount) :], query, body)
            reply = state.answer(mount, vendor, call)
        self._record(JournalEntry(
            now(), scope["method"], f"{raw}?{query}" if query else raw, served[1].service.name if served else "",
            call.operation.key if call is not None and call.operation is not None else "",
            reply.status if reply is not None else 0, len(body or b""),
        ))  # fmt: skip
        if reply is None:
            await _cut(send)
        if call is not None and (delay := call.state.get("delay")):
            await asyncio.sleep(delay)
        await _write(send, reply, scope["method"])

    def _record(self, entry: JournalEntry) -> None:
        self.state.journal.add(entry)
        if self.state.watch is not None:
            self.state.watch(f"{entry.status or 'cut'}  {entry.method:6} {entry.target}  {entry.operation}")


def _call(scope: Scope, path: str, query: str, body: bytes) -> Call:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    call = Call(
        scope["method"],
        path or "/",
        query=tuple(parse_qsl(query, keep_blank_values=True)) if query else (),
        headers=headers,
        raw=body,
    )
    if body:
        kind = headers.get("content-type", "")
        if "json" in kind or (not kind and body[:1] in b"{["):
            try:
                call.body = _decode(body)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                call.state["malformed"] = True
    return call


async def _read(receive: Receive) -> bytes | None:
    """The request body; None where it is larger than the limit."""
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return body
    parts, size = [body], len(body)
    while message.get("more_body"):
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > LIMIT:
            return None
    return b"".join(parts)


def encoded(reply: Reply) -> bytes:
    """The bytes of a reply's body."""
    body = reply.body
    if body is ABSENT:
        return b""
    if isinstance(body, bytes):
        return body
    if isinstance(body, str) and "json" not in reply.media_type:
        return body.encode()
    return _encode(body)


async def _cut(send: Send) -> NoReturn:
    """Break off in the middle: the server closes a connection whose answer fails after its head."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"512")]})
    await send({"type": "http.response.body", "body": b"{", "more_body": True})
    raise ConnectionResetError("cut by a fault")


async def _write(send: Send, reply: Reply, method: str) -> None:
    data = encoded(reply)
    headers = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in reply.headers.items()]
    if reply.body is not ABSENT and reply.media_type:
        headers.append((b"content-type", reply.media_type.encode("latin-1")))
    if reply.status not in (204, 304):
        headers.append((b"content-length", b"%d" % len(data)))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" or reply.status == 204 else data})
