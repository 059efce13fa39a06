"""--sandboxed: the whole run again, in a network namespace in which nothing but the targets can be reached.

The run, its workers, the embedded sandbox and all their children live in a namespace that has its own loopback and no
other interface. Outside of it one relay an address waits at a Unix socket; it connects to that address and no other.
A user namespace around it takes away the rights by which root could leave; /run, where services of the machine listen,
is empty inside.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from harness.errors import GateError, UsageError
from harness.planning.run_options import RunOptions
from harness.planning.targets import read_secrets, targets_of, with_secrets
from harness.secret_references import HANDED_OVER
from harness.settings import Settings
from harness.target import Target, address_of
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
    """The addresses of the targets (base and token URLs, or their proxies), and of their token stores.

    An embedded one has none.
    """
    reachable: set[Address] = set()
    for target in targets:
        if not target.embedded:
            urls = filter(None, (target.base_url, target.token_url))
            reachable.update(_next_address(target, *address_of(url)) for url in urls)
            reachable.update(filter(None, [target.tokens.address]))
    return sorted(reachable)


def _next_address(target: Target, host: str, port: int) -> Address:
    """Where a connection to one of the target's addresses leads."""
    proxy = target.proxy_of(host, port)
    return (proxy.host, proxy.port) if proxy else (host, port)


def run_again(command: Sequence[str], options: RunOptions, settings: Settings) -> int:
    """Run the command inside, with the targets of the options in reach, and wait for its exit code.

    Their secrets are read outside: inside, no keyring can be reached, and a command could ask nobody. Raises
    `UsageError` or `GateError` where that cannot be.
    """
    targets = targets_of(options, settings)
    secrets = read_secrets(targets, settings)
    reachable = addresses(with_secrets(targets, settings, secrets).values())
    return run_inside(command, reachable, secrets)


def run_inside(command: Sequence[str], reachable: Iterable[Address], secrets: Mapping[str, str] | None = None) -> int:
    """Run the command inside and wait for its exit code. Raises `UsageError` or `GateError` where that cannot be.

    The `secrets` go by an open file that only the command inherits, not by its words or its environment.
    """
    enter = [*_entrance(), sys.executable, "-m", "harness.run.network_namespace"]
    _probe(enter)
    with relay.relaying(reachable) as routes, _handing_over(secrets or {}) as number:
        environment = {**os.environ, INSIDE: "1", relay.VARIABLE: routes, HANDED_OVER: str(number)}
        # A process group of its own: Ctrl-C comes once, from here.
        process = subprocess.Popen([*enter, *command], env=environment, process_group=0, pass_fds=(number,))
        with _forwarding(process):
            code = process.wait()
    return code if code >= 0 else 128 - code


@contextmanager
def _handing_over(secrets: Mapping[str, str]) -> Iterator[int]:
    """The number of an open file in memory that holds the secrets, to be read once from its beginning."""
    with open(os.memfd_create("secrets"), "w+b", buffering=0) as file:
        file.write(json.dumps(secrets).encode())
        file.seek(0)
        yield file.fileno()


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
