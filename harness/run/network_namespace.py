"""--sandboxed: the whole run again, in a network namespace in which nothing but the targets can be reached.

The run, its workers, the embedded sandbox and all their children live in a namespace that has its own loopback and no
other interface. Outside of it one relay an address waits at a Unix socket; it connects to that address and no other.
A user namespace around it takes away the rights by which root could leave; /run, where services of the machine listen,
is empty inside.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit

from harness.errors import GateError, UsageError
from harness.target import Target
from harness.transport import relay
from harness.transport.monitor import Address

INSIDE = "DESKCHECK_SANDBOXED"
"""Set inside, so that the run does not start again; `inside` verifies it by the network interfaces."""
_UNSHARE = ("--user", "--map-root-user", "--net", "--mount", "--")
_REMEDY = (
    "In a container, allow user namespaces (docker run --security-opt seccomp=unconfined --security-opt "
    "apparmor=unconfined; sysctl kernel.apparmor_restrict_unprivileged_userns=0 on Ubuntu), or run without --sandboxed."
)
_HIDDEN = "/run"
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 0x1
_NO_NEW_PRIVILEGES, _DIE_WITH_PARENT = 38, 1


def inside() -> bool:
    """Whether this process was started in a namespace. Raises `GateError` where it says so and is not."""
    if INSIDE not in os.environ:
        return False
    interfaces = [name for _, name in socket.if_nameindex()]
    if interfaces != ["lo"]:
        raise GateError(
            f"{INSIDE} is set, but this process can use the network: {', '.join(interfaces)}",
            remedy="Take the variable out of the environment; --sandboxed sets it.",
        )
    return True


def addresses(targets: Iterable[Target]) -> list[Address]:
    """The addresses of the targets (base and token URLs, and their token store); none of an embedded one."""
    reachable: set[Address] = set()
    for target in targets:
        if not target.embedded:
            reachable.update(_address(url) for url in (target.base_url, target.token_url) if url)
            reachable.update(filter(None, [target.tokens.address]))
    return sorted(reachable)


def _address(url: str) -> Address:
    parts = urlsplit(url)
    usual_port = 80 if parts.scheme == "http" else 443
    return parts.hostname or "", parts.port or usual_port


def run_inside(command: Sequence[str], reachable: Iterable[Address]) -> int:
    """Run the command inside and wait for its exit code. Raises `UsageError` or `GateError` where that cannot be."""
    enter = [*_entrance(), sys.executable, "-m", "harness.run.network_namespace"]
    _probe(enter)
    with relay.relaying(reachable) as routes:
        environment = {**os.environ, INSIDE: "1", relay.VARIABLE: routes}
        # A process group of its own: Ctrl-C comes once, from here.
        process = subprocess.Popen([*enter, *command], env=environment, process_group=0)
        with _forwarding(process):
            code = process.wait()
    return code if code >= 0 else 128 - code


def _entrance() -> list[str]:
    if not sys.platform.startswith("linux"):
        raise UsageError("needs Linux: only there a run can get a network of its own", where="--sandboxed")
    program = shutil.which("unshare")
    if program is None:
        raise UsageError("needs the program `unshare`", where="--sandboxed", remedy="Install util-linux.")
    return [program, *_UNSHARE]


def _probe(enter: Sequence[str]) -> None:
    """Enter and leave once: a machine that forbids it must not look like a result of the run."""
    probe = subprocess.run(
        [*enter, "true"], capture_output=True, text=True, check=False, env={**os.environ, INSIDE: "1"}
    )
    if probe.returncode:
        reason = (probe.stderr.strip().splitlines() or [f"exit code {probe.returncode}"])[-1]
        raise GateError(f"this machine does not allow it: {reason}", where="--sandboxed", remedy=_REMEDY)


@contextmanager
def _forwarding(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """A signal to end that comes to this process is meant for the run."""

    def forward(number: int, frame: object) -> None:
        process.send_signal(number)

    before = {number: signal.signal(number, forward) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _enter(command: Sequence[str]) -> None:
    """Inside, before the run: loopback up, /run hidden, no way to more rights; then become the command."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        reply = fcntl.ioctl(any_socket, _GET_FLAGS, struct.pack("16sH14x", b"lo", 0))
        flags = struct.unpack("16sH14x", reply)[1]
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sH14x", b"lo", flags | _UP))
    if os.path.isdir(_HIDDEN) and libc.mount(b"none", _HIDDEN.encode(), b"tmpfs", 0, None):
        raise OSError(ctypes.get_errno(), f"{_HIDDEN} cannot be hidden: {os.strerror(ctypes.get_errno())}")
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    # Without its relays the run reaches no target any more; it must end rather than wait.
    libc.prctl(_DIE_WITH_PARENT, signal.SIGTERM, 0, 0, 0)
    inside()
    os.execvp(command[0], list(command))


if __name__ == "__main__":
    _enter(sys.argv[1:])
