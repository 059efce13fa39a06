"""Audit events become what somebody wants, or nothing where they lead nowhere."""

from __future__ import annotations

import os
import socket
import sysconfig

import pytest

from harness.transport.events import EVENTS, Kind

STDLIB = sysconfig.get_path("stdlib")


@pytest.mark.parametrize(("event", "arguments", "text"), [
    ("socket.connect", (None, ("10.0.0.1", 80)), "a connection to 10.0.0.1:80"),
    ("socket.connect", (None, ("::1", 80, 0, 0)), "a connection to ::1:80"),
    ("socket.connect", (None, "/var/run/docker.sock"), "a connection to '/var/run/docker.sock'"),
    ("socket.connect", (None, b"\0abstract"), "a connection to '\\x00abstract'"),
    ("socket.getaddrinfo", ("Acme.example", 443, 0, 0, 0), "a look-up of 'Acme.example'"),
    ("socket.getaddrinfo", (b"acme.example", 443, 0, 0, 0), "a look-up of 'acme.example'"),
    ("socket.gethostbyaddr", ("192.0.2.1",), "a look-up of '192.0.2.1'"),
    ("socket.__new__", (None, socket.AF_INET, socket.SOCK_RAW, 1), "a raw or special socket (family 2, type 3)"),
    ("subprocess.Popen", ("curl", ["curl"], None, None), "the program curl"),
    ("os.system", (b"curl x",), "the program curl x"),
    ("os.spawn", (0, "curl", [], None), "the program curl"),
    ("ctypes.dlsym", (object(), "connect"), "native code by ctypes (connect)"),
    ("ctypes.dlopen", ("libc.so.6",), "native code by ctypes (libc.so.6)"),
    ("import", ("evil", "/home/me/suites/evil.so", None, None, None), "compiled code from /home/me/suites/evil.so"),
    ("open", ("/proc/self/mem", "r+b", os.O_RDWR), "writing to /proc/self/mem"),
])  # fmt: skip
def test_a_way_out_is_named(event: str, arguments: tuple[object, ...], text: str) -> None:
    want = EVENTS[event](arguments)
    assert want is not None
    assert want.text == text


@pytest.mark.parametrize(("event", "arguments"), [
    ("socket.sendmsg", (None, None)),
    ("socket.getaddrinfo", (None, 80, 0, 0, 0)), ("socket.getaddrinfo", ("127.0.0.1", 80, 0, 0, 0)),
    ("socket.__new__", (None, socket.AF_INET, socket.SOCK_STREAM, 0)),
    ("socket.__new__", (None, socket.AF_UNIX, socket.SOCK_STREAM | getattr(socket, "SOCK_NONBLOCK", 0), 0)),
    ("ctypes.dlopen", (None,)), ("import", ("json", None, None, None, None)),
    ("import", ("_ssl", f"{STDLIB}/lib-dynload/_ssl.so", None, None, None)),
    ("open", ("/proc/self/status", "r", os.O_RDONLY)), ("open", ("report.json", "w", os.O_WRONLY)),
    ("open", (3, "w", os.O_WRONLY)),
])  # fmt: skip
def test_what_leads_nowhere_is_nothing(event: str, arguments: tuple[object, ...]) -> None:
    assert EVENTS[event](arguments) is None


def test_look_ups_of_one_host_are_alike_in_any_spelling() -> None:
    want = EVENTS["socket.getaddrinfo"](("ACME.example", 443, 0, 0, 0))
    assert want is not None
    assert (want.kind, want.host) == (Kind.LOOK_UP, "acme.example")
