"""Runs inside a measured process as its `sitecustomize`: writes the time at which it sends its first HTTP request.

It uses the standard library alone. The time is the machine's monotonic clock, which all processes share.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

REQUEST_LINE = re.compile(rb"[A-Z]+ \S+ HTTP/1\.1\r\n")


def record_and_send(self: socket.socket, data: Buffer, *flags: int) -> int:
    record_time(data)
    return plain_send(self, data, *flags)


def record_and_send_all(self: socket.socket, data: Buffer, *flags: int) -> None:
    record_time(data)
    plain_send_all(self, data, *flags)


def record_time(data: Buffer) -> None:
    if not REQUEST_LINE.match(data):
        return
    now = time.monotonic()
    # Of several processes the first one to send has the file.
    with contextlib.suppress(FileExistsError), open(os.environ["PROBE_OUTPUT"], "x") as file:
        file.write(repr(now))
    socket.socket.send = plain_send  # type: ignore[method-assign]
    socket.socket.sendall = plain_send_all  # type: ignore[method-assign]


plain_send = socket.socket.send
plain_send_all = socket.socket.sendall
socket.socket.send = record_and_send  # type: ignore[method-assign, assignment]
socket.socket.sendall = record_and_send_all  # type: ignore[method-assign, assignment]
