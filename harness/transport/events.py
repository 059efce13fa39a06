"""Ways out of a process that Python's audit events show: each event with its arguments becomes what is wanted."""

from __future__ import annotations

import os
import site
import socket
import sys
import sysconfig
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import Any

Arguments = tuple[Any, ...]


class Kind(StrEnum):
    """What code wants to do: the guard permits some kinds to some callers."""

    CONNECT = "connect"
    LOOK_UP = "look up"
    PROCESS = "process"
    NATIVE = "native"
    BIND = "bind"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Want:
    """One way out that code tries. `text` names it in a report; `host` and `port` say where it would lead."""

    kind: Kind
    text: str
    host: str = ""
    port: int = 0


_PLAIN_FAMILIES = frozenset({socket.AF_INET, socket.AF_INET6, getattr(socket, "AF_UNIX", socket.AF_INET)})
_PLAIN_TYPES = frozenset({socket.SOCK_STREAM, socket.SOCK_DGRAM, getattr(socket, "SOCK_SEQPACKET", 5)})
_WRITING = os.O_WRONLY | os.O_RDWR
# Files by which a process reaches into another one, or makes a network of its own.
_DEVICES = ("/proc/", "/dev/net/", "/dev/mem")
_CALLS = """
socket connect bind listen accept accept4 send sendto sendmsg sendmmsg sendfile splice socketcall syscall
getaddrinfo gethostbyname gethostbyname2 gethostbyname_r getnameinfo res_query res_search
system popen fork vfork clone clone3 execl execlp execle execv execve execvp execvpe fexecve execveat
posix_spawn posix_spawnp forkpty dlopen dlsym dlmopen io_uring_setup setns unshare ptrace
WSAStartup WSAConnect CreateProcessA CreateProcessW ShellExecuteA ShellExecuteW WinExec
"""
NETWORK_CALLS = frozenset(_CALLS.split())
"""C functions that lead out: refused also to libraries, which may call any other function through ctypes."""


def _libraries() -> tuple[str, ...]:
    """Folders of Python itself and of installed libraries."""
    folders = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    folders |= {*site.getsitepackages(), site.getusersitepackages()}
    folders |= {folder for folder in sys.path if folder.endswith(("site-packages", "dist-packages"))}
    return tuple(f"{folder.rstrip(os.sep)}{os.sep}" for folder in sorted(folders) if folder)


LIBRARIES = _libraries()


def _connect(arguments: Arguments) -> Want | None:
    """socket.connect, socket.sendto and socket.sendmsg: a socket, and an address unless it is connected already."""
    address = arguments[1]
    if address is None:
        return None
    if isinstance(address, tuple) and len(address) > 1:
        host, port = str(address[0]), int(address[1])
        return Want(Kind.CONNECT, f"a connection to {host}:{port}", host, port)
    path = os.fsdecode(address) if isinstance(address, str | bytes) else str(address)
    return Want(Kind.CONNECT, f"a connection to {path!r}", path)


def _socket(arguments: Arguments) -> Want | None:
    """socket.__new__: raw sockets, packets, netlink, virtual machines and the like, by family and type."""
    _, family, kind, _ = arguments
    kind &= ~(getattr(socket, "SOCK_NONBLOCK", 0) | getattr(socket, "SOCK_CLOEXEC", 0))
    # -1 stands for a socket that exists already: its family and type are read from it.
    if family in (*_PLAIN_FAMILIES, -1) and kind in (*_PLAIN_TYPES, -1):
        return None
    return Want(Kind.OTHER, f"a raw or special socket (family {int(family)}, type {int(kind)})")


def _bind(arguments: Arguments) -> Want:
    address = arguments[1]
    has_port = isinstance(address, tuple) and len(address) > 1
    host, port = (str(address[0]), int(address[1])) if has_port else ("", -1)
    return Want(Kind.BIND, f"a socket that is bound to {address!r}", host, port)


def _look_up(arguments: Arguments) -> Want | None:
    host = arguments[0]
    if host is None:
        return None
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    # An address needs no name server; where it leads is judged when it is connected to.
    return None if is_address(text) else Want(Kind.LOOK_UP, f"a look-up of {text!r}", text.lower())


def _reverse(arguments: Arguments) -> Want:
    """Names of addresses: always a question to a name server."""
    address = str(arguments[0][0] if isinstance(arguments[0], tuple) else arguments[0])
    return Want(Kind.LOOK_UP, f"a look-up of {address!r}", address.lower())


def is_address(text: str) -> bool:
    """Whether a host is an address already."""
    try:
        ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return True


def is_loopback(text: str) -> bool:
    """Whether an address is this machine's own."""
    return is_address(text) and ip_address(text).is_loopback


def _process(arguments: Arguments) -> Want:
    """A program: the first argument names it where there is one."""
    program = arguments[0] if arguments else ""
    text = os.fsdecode(program) if isinstance(program, bytes) else str(program)
    return Want(Kind.PROCESS, f"the program {text}".strip())


def _native(arguments: Arguments) -> Want | None:
    """ctypes: `dlopen` has a library's name (None: what is loaded already), `dlsym` a library and a function's name."""
    name = arguments[-1]
    return None if name is None else Want(Kind.NATIVE, f"native code by ctypes ({name!s})", str(name))


def _import(arguments: Arguments) -> Want | None:
    """A compiled module from elsewhere than the installed libraries: no event shows what it does."""
    file = arguments[1]
    if not file or str(file).startswith(LIBRARIES):
        return None
    return Want(Kind.OTHER, f"compiled code from {file!s}")


def _open(arguments: Arguments) -> Want | None:
    path, _, flags = arguments
    if not isinstance(path, str | bytes) or not flags & _WRITING:
        return None
    text = os.fsdecode(path)
    return Want(Kind.OTHER, f"writing to {text}") if text.startswith(_DEVICES) else None


def _always(kind: Kind, text: str) -> Callable[[Arguments], Want]:
    return lambda arguments: Want(kind, text)


def _other(text: str) -> Callable[[Arguments], Want]:
    return lambda arguments: Want(Kind.OTHER, f"{text} {arguments[0] if arguments else ''}".strip())


EVENTS: Mapping[str, Callable[[Arguments], Want | None]] = {
    "socket.connect": _connect,
    "socket.sendto": _connect,
    "socket.sendmsg": _connect,
    "socket.__new__": _socket,
    "socket.bind": _bind,
    "socket.getaddrinfo": _look_up,
    "socket.gethostbyname": _look_up,
    "socket.gethostbyaddr": _reverse,
    "socket.getnameinfo": _reverse,
    "subprocess.Popen": _process,
    "os.system": _process,
    "os.exec": _process,
    "os.posix_spawn": _process,
    "os.spawn": lambda arguments: _process(arguments[1:]),
    "os.startfile": _process,
    "os.startfile/2": _process,
    "os.fork": _always(Kind.PROCESS, "a copy of the process (fork)"),
    "os.forkpty": _always(Kind.PROCESS, "a copy of the process (fork)"),
    "_posixsubprocess.fork_exec": _process,
    "pty.spawn": _process,
    "webbrowser.open": _other("a browser at"),
    "syslog.syslog": _other("a message to the system's log:"),
    "syslog.openlog": _other("the system's log:"),
    # Audit hooks of Python code work in one interpreter only.
    "cpython.PyInterpreterState_New": _always(Kind.OTHER, "a second interpreter in this process"),
    "sys.remote_exec": _other("code in the process"),
    "ctypes.dlopen": _native,
    "ctypes.dlsym": _native,
    "ctypes.dlsym/handle": _native,
    "ctypes.call_function": _native,
    "import": _import,
    "open": _open,
}
"""Audit events by name. What is not here leads nowhere, or leads through one of these (as ftplib and urllib do)."""
