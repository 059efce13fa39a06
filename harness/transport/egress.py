"""Egress guard: while a run lasts, every way out of this process but the network gate is refused and reported.

How each is refused:
- An audit hook (`events`) sees sockets, name look-ups, programs, forks, ctypes and compiled modules from elsewhere.
- `_posixsubprocess.fork_exec`, by which multiprocessing starts programs, has no audit event: it is given one.
- Native HTTP clients find a proxy in the environment that refuses and reports (`proxy`).
- The store of quotas, where it is a Redis, is reached through a passage of its own (`quota.usage_redis`).
- Our JSON Schema validators get a retriever that refuses (`openapi.walk.unfetched`).

Hostile code inside the process can switch all of this off; what such code cannot switch off is `--sandboxed`
(`run/network_namespace.py`).
"""

from __future__ import annotations

import contextlib
import os
import platform
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from types import FrameType
from typing import Any, NoReturn

from harness import shipped
from harness.errors import GateError
from harness.quota import usage_redis
from harness.transport import proxy
from harness.transport.events import EVENTS, LIBRARIES, NETWORK_CALLS, Kind, Want, is_address, is_loopback
from harness.transport.monitor import Address, EgressAttempt, Monitor

# urllib3 binds a socket to ::1 when it is imported, to see whether there is IPv6; it never listens.
_PROBING = f"{os.sep}urllib3{os.sep}util{os.sep}connection.py"


class EgressError(GateError):
    """A way out past the gate was tried. It is no OSError, so that no library takes it for an outage."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What the gate lets through at this moment: a judged request to one address."""

    host: str
    port: int
    relay: str = ""

    def leads_to(self, want: Want) -> bool:
        """Whether a connection belongs to this passage. Only the resolver knows which address a name stands for."""
        if self.relay:
            return want.host == self.relay
        return want.port == self.port and (want.host == self.host or not is_address(self.host))


_monitors: list[Monitor] = []
_hosts: set[str] = set()
_passage: ContextVar[Passage | None] = ContextVar("_passage", default=None)
_starting: ContextVar[bool] = ContextVar("_starting", default=False)
_installed = False


@contextlib.contextmanager
def guarded(allowed: Iterable[Address] = (), *, proxied: bool = False) -> Iterator[Monitor]:
    """Refuse every way out of this process, in all threads, but the network gate and `allowed` (host, port).

    `proxied` leads native HTTP clients, which no audit event shows, to a proxy that refuses.
    """
    _install()
    monitor = Monitor(frozenset(allowed))
    with proxy.refusing(_report_native) if proxied else contextlib.nullcontext():
        _monitors.append(monitor)
        try:
            yield monitor
        finally:
            _monitors.remove(monitor)


@contextlib.contextmanager
def passing(passage: Passage) -> Iterator[None]:
    """The gate's own way: connections of this thread that belong to the passage, and look-ups of its host."""
    _hosts.add(passage.host.lower())
    token = _passage.set(passage)
    try:
        yield
    finally:
        _passage.reset(token)


@contextlib.contextmanager
def starting() -> Iterator[None]:
    """The harness starts a process of its own: the embedded sandbox."""
    token = _starting.set(True)
    try:
        yield
    finally:
        _starting.reset(token)


def current() -> Passage | None:
    """The passage that is open in this thread."""
    return _passage.get()


def refuse(what: str) -> NoReturn:
    """Report one way out to every monitor and raise `EgressError`."""
    caller = _caller(sys._getframe(1), skips_ours=True)
    _report(EgressAttempt(what, caller))
    raise _error(f"{what} was refused", caller)


def _install() -> None:
    """Once a process: an audit hook cannot be taken away again; without a monitor it does nothing."""
    global _installed
    if not _installed:
        _installed = True
        # Python asks `uname -p` once a process and keeps the answer; xdist wants it later.
        platform.processor()
        usage_redis.reach_through(lambda host, port: passing(Passage(host, port)))
        _audit_fork_exec()
        sys.addaudithook(_make_hook(_monitors, EVENTS, _judge))


def _make_hook(
    monitors: list[Monitor],
    events: Any,
    judge: Callable[[Want, tuple[Any, ...], FrameType], None],
) -> Callable[[str, tuple[Any, ...]], None]:
    """The hook with all that it needs in its closure: it runs on every event, also after modules are unloaded."""
    rule_of, frame_of = events.get, sys._getframe

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        rule = rule_of(event)
        if rule is None or not monitors:
            return
        want = rule(arguments)
        if want is not None:
            judge(want, arguments, frame_of(1))

    return hook


def _judge(want: Want, arguments: tuple[Any, ...], frame: FrameType) -> None:
    if _permitted(want, frame):
        return
    # The wrapper of `_audit_fork_exec` is in this file; the caller is whoever called it.
    is_wrapper = frame.f_code.co_filename == __file__
    attempt = EgressAttempt(want.text, _caller(frame.f_back if is_wrapper else frame))
    _report(attempt)
    if want.kind in (Kind.CONNECT, Kind.BIND):
        # Libraries clean up after an OSError only; a refused socket must not linger.
        arguments[0].close()
    raise _error(f"{attempt.what} past the guard was refused", attempt.caller)


def _error(message: str, caller: str) -> EgressError:
    remedy = "Send it through the session's client: only there it is judged, recorded and masked."
    return EgressError(message, where=caller, remedy=remedy)


def _permitted(want: Want, frame: FrameType) -> bool:
    permits = _PERMITS.get(want.kind)
    return permits is not None and permits(want, frame)


def _may_connect(want: Want, _: FrameType) -> bool:
    passage = _passage.get()
    if passage is not None and passage.leads_to(want):
        return True
    return (want.host, want.port) in _monitors[-1].allowed


def _may_bind(want: Want, frame: FrameType) -> bool:
    return want.port == 0 and is_loopback(want.host) and frame.f_code.co_filename.endswith(_PROBING)


def _may_look_up(want: Want, _: FrameType) -> bool:
    return want.host in _hosts


def _may_start(_: Want, frame: FrameType) -> bool:
    return _starting.get() or _starts_worker(frame) or _is_permitted_popen(frame)


def _may_call_native(want: Want, frame: FrameType) -> bool:
    return _called_by_library(frame) and want.host not in NETWORK_CALLS


_PERMITS = {
    Kind.CONNECT: _may_connect,
    Kind.BIND: _may_bind,
    Kind.LOOK_UP: _may_look_up,
    Kind.PROCESS: _may_start,
    Kind.NATIVE: _may_call_native,
}
"""What permits a kind of want; a kind that is not here is never permitted."""


def _starts_worker(frame: FrameType) -> bool:
    """xdist's workers are started by execnet, in the process that directs them and nowhere else."""
    file = _outside(frame, (os.sep + "subprocess.py",)).replace(os.sep, "/")
    return _monitors[-1].starts_workers and "/site-packages/execnet/" in file


def _is_permitted_popen(frame: FrameType) -> bool:
    """Whether `Popen` calls, which has an event of its own and was permitted by it."""
    caller = frame.f_back
    if frame.f_code.co_name != "fork_exec" or caller is None:
        return False
    code = caller.f_code
    return code.co_name == "_execute_child" and code.co_filename.endswith(f"{os.sep}subprocess.py")


def _called_by_library(frame: FrameType) -> bool:
    """Libraries call native code as they always do; a suite has no reason to."""
    caller = _outside(frame, (f"{os.sep}ctypes{os.sep}__init__.py", "<frozen importlib._bootstrap>"))
    return caller.startswith(LIBRARIES) and not shipped.is_suite(caller)


def _outside(frame: FrameType | None, files: tuple[str, ...]) -> str:
    """The file of the innermost frame that is in none of these."""
    while frame is not None and frame.f_code.co_filename.endswith(files):
        frame = frame.f_back
    return frame.f_code.co_filename if frame else ""


def _report_native(address: str) -> None:
    """Report a request to the proxy. Its sender waits for the answer, so the main thread stands at its line."""
    main = sys._current_frames().get(threading.main_thread().ident or 0)
    _report(EgressAttempt(f"a connection to {address} (native code)", _caller(main)))


def _report(attempt: EgressAttempt) -> None:
    for monitor in _monitors:
        monitor.add(attempt)
    if any(monitor.reported for monitor in _monitors):
        # The report is written and the exit code given: only the end of the process can still show it.
        os.write(2, f"deskcheck: {attempt.what} after the run was refused; {attempt.caller} wanted it\n".encode())
        os._exit(GateError.exit_code)


def _caller(frame: FrameType | None, *, skips_ours: bool = False) -> str:
    """The innermost line that belongs to no library, or neither to us; the outermost of all where there is none."""
    place = "unknown"
    while frame is not None:
        file = frame.f_code.co_filename
        place = f"{file}:{frame.f_lineno}"
        if not _is_passed_over(file, skips_ours):
            return place
        frame = frame.f_back
    return place


def _is_passed_over(file: str, skips_ours: bool) -> bool:
    """Whether code only acts for its caller. The suites of an installation lie among the libraries, and do not."""
    if shipped.is_suite(file):
        return False
    return file.startswith(("<", *LIBRARIES)) or (skips_ours and shipped.is_ours(file))


def _audit_fork_exec() -> None:
    """Give `_posixsubprocess.fork_exec` the audit event that Python forgot."""
    try:
        import _posixsubprocess
    except ImportError:  # not on Windows
        return
    original = _posixsubprocess.fork_exec

    def fork_exec(*arguments: Any) -> int:
        sys.audit("_posixsubprocess.fork_exec", arguments[0][0] if arguments and arguments[0] else "")
        return original(*arguments)

    _posixsubprocess.fork_exec = fork_exec
