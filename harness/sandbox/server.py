"""The sandbox as a process: serve it here, or start it beside and get its addresses."""

from __future__ import annotations

import gc
import json
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import uvicorn

from harness.errors import DeskcheckError, UnfinishedError, UsageError
from harness.formats.json_text import read_json
from harness.openapi.document import pinned
from harness.sandbox.app import CONTROL, App
from harness.sandbox.faults import parse
from harness.sandbox.world import Documents, World, build

HOST = "127.0.0.1"
READY = "deskcheck-sandbox "


@dataclass(slots=True)
class Running:
    """A sandbox process. `urls` holds zendesk, zoho, accounts and control; `credentials` a mapping per vendor."""

    urls: dict[str, str]
    credentials: dict[str, Any]
    pid: int
    process: subprocess.Popen[str] | None = field(default=None, repr=False)

    def stop(self) -> None:
        """End the process and wait for it."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


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
    the process when its stdin closes, so that it never outlives the one who started it. `replay` meets names of
    another account (a job's hash, a ULID) with this one's newest records, for recordings played back. `documents`
    gives a vendor's documents, for callers who keep them compiled.
    """
    rules = [parse(text) for text in faults]
    listener = listen(port)
    world = build(seed, documents)
    world.faults.set(rules)
    world.replay = replay
    origin = f"http://{HOST}:{listener.getsockname()[1]}"
    world.settle(origin)
    if not quiet:
        world.watch = lambda line: print(line, flush=True)
    config = uvicorn.Config(
        App(world), http="httptools", loop="auto", ws="none", lifespan="off", log_level="critical", access_log=False,
        server_header=False, date_header=True, timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = uvicorn.Server(config)
    if attached:
        threading.Thread(target=_end_with_stdin, args=(server,), daemon=True).start()
    # Documents are read while the first clients are still on their way; a request that comes sooner waits for them.
    threading.Thread(target=_warm, args=(world, server), daemon=True).start()
    print(READY + json.dumps(announcement(world, origin)), flush=True)
    server.run(sockets=[listener])


def _warm(world: World, server: uvicorn.Server) -> None:
    """Build and seed all accounts, and tell the collector that what is there now stays."""
    try:
        for account in world.accounts.values():
            _ = account.org
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


def announcement(world: World, origin: str) -> dict[str, Any]:
    """Addresses and credentials of a world."""
    urls = {mount.strip("/").replace("zoho-accounts", "accounts"): f"{origin}{mount}"
            for account in world.accounts.values() for mount in account.service.mounts}  # fmt: skip
    urls["control"] = f"{origin}{CONTROL}"
    credentials = {name: dict(account.service.credentials) for name, account in world.accounts.items()}
    return {"urls": urls, "credentials": credentials, "pid": os.getpid()}


def start(
    port: int = 0, faults: Iterable[str] = (), seed: int = 0, *, replay: bool = False, patience: float = 20.0
) -> Running:
    """Start the sandbox in a process of its own and wait until it listens.

    Raises `UsageError` for a taken port or an unknown fault, `UnfinishedError` where it does not come up within
    `patience` seconds.
    """
    faults = list(faults)
    for fault in faults:
        parse(fault)  # a wrong one is told here, before a process is started for it
    command = [
        sys.executable,
        "-m",
        "harness.sandbox",
        "--port",
        str(port),
        "--seed",
        str(seed),
        "--quiet",
        "--attached",
    ]
    command += ["--replay"] * replay
    command += [part for fault in faults for part in ("--fault", fault)]
    # A session of its own: Ctrl-C in the terminal is for the run, which still needs the sandbox to take things back.
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    said = _first_line(process, patience)
    if said.startswith(READY):
        told = read_json(said.removeprefix(READY))
        return Running(told["urls"], told["credentials"], process.pid, process)
    try:
        rest, _ = process.communicate(timeout=2)
    except subprocess.TimeoutExpired:
        process.kill()
        rest, _ = process.communicate()
    if process.returncode == UsageError.exit_code:
        raise UsageError((said + rest).strip(), where="the embedded sandbox")
    raise UnfinishedError(
        "the embedded sandbox did not start", where=(said + rest).strip()[-500:], remedy="Try: deskcheck sandbox"
    )


def _first_line(process: subprocess.Popen[str], patience: float) -> str:
    assert process.stdout is not None
    end = time.monotonic() + patience
    while (left := end - time.monotonic()) > 0:
        if select.select([process.stdout], [], [], left)[0]:
            return process.stdout.readline()
    return ""


def _end_with_stdin(server: uvicorn.Server) -> None:
    sys.stdin.read()
    server.should_exit = True
