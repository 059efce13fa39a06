"""The sandbox as a server that runs until it is interrupted; `process` starts one in the background."""

from __future__ import annotations

import gc
import json
import os
import socket
import sys
import threading
from collections.abc import Iterable
from typing import Any

import uvicorn

from harness.errors import DeskcheckError, UsageError
from harness.openapi.document import pinned
from harness.sandbox.app import CONTROL, App
from harness.sandbox.faults import parse
from harness.sandbox.process import READY
from harness.sandbox.state import Documents, SandboxState, build

HOST = "127.0.0.1"


def serve(
    port: int = 0,
    faults: Iterable[str] = (),
    seed: int = 0,
    quiet: bool = False,
    *,
    attached: bool = False,
    replay: bool = False,
    documents: Documents = pinned,
) -> None:
    """Serve the sandbox on loopback until interrupted; raises `UsageError` where the port is taken.

    The first line on stdout says where and with which credentials, as JSON after a fixed word. `attached` ends
    the process when its stdin closes, so that it never outlives its starter. `replay` maps ids of another
    account (a job's hash, a ULID) to this one's newest records, for recordings played back. `documents`
    gives a vendor's documents, for callers who cache them.
    """
    rules = [parse(text) for text in faults]
    listener = listen(port)
    state = build(seed, documents)
    state.set_faults(rules)
    state.replay, state.overlapping = replay, True
    origin = f"http://{HOST}:{listener.getsockname()[1]}"
    state.serve_at(origin)
    if not quiet:
        state.watch = lambda line: print(line, flush=True)
    config = uvicorn.Config(
        App(state), http="httptools", loop="auto", ws="none", lifespan="off", log_level="critical", access_log=False,
        server_header=False, date_header=True, timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = uvicorn.Server(config)
    if attached:
        threading.Thread(target=_end_with_stdin, args=(server,), daemon=True).start()
    # Documents are read while the first clients are still on their way; a request that comes sooner waits for them.
    threading.Thread(target=_warm, args=(state, server), daemon=True).start()
    print(READY + json.dumps(announcement(state, origin)), flush=True)
    server.run(sockets=[listener])


def _warm(state: SandboxState, server: uvicorn.Server) -> None:
    """Build and seed all accounts, and take what is in memory now out of garbage collection."""
    try:
        for vendor in state.vendors.values():
            _ = vendor.org
    except DeskcheckError as error:
        print(error, file=sys.stderr, flush=True)
        server.should_exit = True
    gc.collect()
    gc.freeze()


def listen(port: int) -> socket.socket:
    """A listening socket on loopback; port 0 takes a free one."""
    # Named by its protocol, or asyncio leaves out TCP_NODELAY and every second packet waits for 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(1024)
    except (OSError, OverflowError) as error:
        listener.close()
        raise UsageError(
            f"port {port} cannot be used: {error}", where=f"{HOST}:{port}", remedy="Give another with --port, or 0."
        ) from error
    return listener


def announcement(state: SandboxState, origin: str) -> dict[str, Any]:
    """Addresses and credentials of a sandbox."""
    urls = {
        name: f"{origin}{mount}" for vendor in state.vendors.values() for name, mount in vendor.service.mounts.items()
    }
    urls["control"] = f"{origin}{CONTROL}"
    credentials = {name: dict(vendor.service.credentials) for name, vendor in state.vendors.items()}
    return {"urls": urls, "credentials": credentials, "pid": os.getpid()}


def _end_with_stdin(server: uvicorn.Server) -> None:
    sys.stdin.read()
    server.should_exit = True
