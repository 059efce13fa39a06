"""Ways out of a run, each a small function: copied into a suite and run there. WAYS_* in the environment name targets.

Not collected here: `test_ways_out.py` runs it as a suite of its own against a sandbox and looks at who was reached.
"""

from __future__ import annotations

import _ctypes
import _posixsubprocess
import asyncio
import contextlib
import ctypes
import ftplib
import http.client
import imaplib
import importlib
import importlib.machinery
import importlib.util
import logging.handlers
import multiprocessing
import os
import poplib
import pty
import smtplib
import socket
import subprocess
import sys
import syslog
import threading
import urllib.request
import webbrowser
import xmlrpc.client
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import httpcore
import httpx
import jsonschema_rs
import pytest
import requests
import urllib3

HOST, PORT = "127.0.0.1", int(os.environ["WAYS_PORT"])
ADDRESS = (HOST, PORT)
URL = f"http://{HOST}:{PORT}/"
FOLDER = os.environ["WAYS_FOLDER"]
UNIX = os.environ["WAYS_UNIX"]
# An address that the document reserves for examples: were it asked for, the look-up itself would be the way out.
NAME = "way-out.example"

WAYS: dict[str, Callable[[], object]] = {}


def way(function: Callable[[], object]) -> Callable[[], object]:
    WAYS[function.__name__] = function
    return function


def mark(name: str) -> list[str]:
    """A program that leaves a file behind."""
    return ["touch", str(Path(FOLDER) / name)]


def touch(name: str) -> None:
    Path(FOLDER, name).touch()


def quietly(function: Callable[[], object]) -> None:
    """As code does that hides what it tried."""
    with contextlib.suppress(BaseException):
        function()


# Sockets


@way
def connects() -> None:
    socket.socket().connect(ADDRESS)


@way
def connects_ex() -> None:
    socket.socket().connect_ex(ADDRESS)


@way
def creates_a_connection() -> None:
    socket.create_connection(ADDRESS)


@way
def connects_without_blocking() -> None:
    one = socket.socket()
    one.setblocking(False)
    one.connect(ADDRESS)


@way
def connects_by_the_base_class() -> None:
    import _socket

    _socket.socket().connect(ADDRESS)


@way
def connects_by_ipv6() -> None:
    socket.socket(socket.AF_INET6).connect(("::ffff:127.0.0.1", PORT))


@way
def sends_a_datagram() -> None:
    socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ADDRESS)


@way
def sends_a_message() -> None:
    socket.socket(type=socket.SOCK_DGRAM).sendmsg([b"x"], [], 0, ADDRESS)


@way
def connects_a_datagram_socket() -> None:
    one = socket.socket(type=socket.SOCK_DGRAM)
    one.connect(ADDRESS)
    one.send(b"x")


@way
def opens_fast() -> None:
    socket.socket().sendto(b"x", getattr(socket, "MSG_FASTOPEN", 0x20000000), ADDRESS)


@way
def sends_a_file() -> None:
    with open(__file__, "rb") as file:
        socket.create_connection(ADDRESS).sendfile(file)


@way
def connects_to_a_unix_socket() -> None:
    socket.socket(socket.AF_UNIX).connect(UNIX)


@way
def sends_to_a_unix_socket() -> None:
    socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"x", UNIX)


@way
def connects_to_an_abstract_socket() -> None:
    socket.socket(socket.AF_UNIX).connect("\0way-out")


@way
def listens() -> None:
    one = socket.socket()
    one.bind((HOST, 0))
    one.listen()


@way
def serves() -> None:
    socket.create_server((HOST, 0))


@way
def opens_a_raw_socket() -> None:
    socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)


@way
def opens_a_packet_socket() -> None:
    socket.socket(socket.AF_PACKET, socket.SOCK_RAW)


@way
def opens_a_netlink_socket() -> None:
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)


@way
def opens_a_socket_to_the_host_machine() -> None:
    socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM).connect((2, PORT))


@way
def connects_in_a_thread() -> None:
    one = threading.Thread(target=quietly, args=(connects,))
    one.start()
    one.join()


@way
def connects_in_a_daemon_thread() -> None:
    one = threading.Thread(target=quietly, args=(connects_ex,), daemon=True)
    one.start()
    one.join()


# Names


@way
def looks_up_a_name() -> None:
    socket.getaddrinfo(NAME, 80)


@way
def looks_up_by_gethostbyname() -> None:
    socket.gethostbyname(NAME)


@way
def looks_up_by_gethostbyname_ex() -> None:
    socket.gethostbyname_ex(NAME)


@way
def looks_up_an_address() -> None:
    socket.gethostbyaddr("192.0.2.1")


@way
def looks_up_a_name_of_an_address() -> None:
    socket.getnameinfo(("192.0.2.1", 80), 0)


@way
def looks_up_a_full_name() -> None:
    socket.getfqdn("192.0.2.1")


# HTTP and other clients


@way
def asks_by_http_client() -> None:
    http.client.HTTPConnection(*ADDRESS).request("DELETE", "/")


@way
def asks_by_urllib() -> None:
    urllib.request.urlopen(URL)


@way
def asks_by_urllib_without_proxy() -> None:
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(URL)


@way
def asks_by_urllib3() -> None:
    urllib3.PoolManager(retries=False).request("GET", URL)


@way
def asks_by_requests() -> None:
    requests.delete(URL, timeout=5)


@way
def asks_by_requests_without_proxy() -> None:
    session = requests.Session()
    session.trust_env = False
    session.get(URL, timeout=5)


@way
def asks_by_httpx() -> None:
    httpx.get(URL, trust_env=False)


@way
def asks_by_httpx_with_proxy() -> None:
    httpx.get(URL)


@way
def asks_by_httpcore() -> None:
    httpcore.request("GET", URL)


@way
def asks_by_httpx_without_blocking() -> None:
    async def ask() -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            await client.get(URL)

    asyncio.run(ask())


@way
def asks_by_asyncio() -> None:
    asyncio.run(asyncio.wait_for(asyncio.open_connection(*ADDRESS), 5))


@way
def asks_by_asyncio_datagram() -> None:
    async def ask() -> None:
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=ADDRESS)

    asyncio.run(ask())


@way
def calls_by_xmlrpc() -> None:
    xmlrpc.client.ServerProxy(URL).anything()


@way
def asks_by_ftp() -> None:
    ftplib.FTP().connect(*ADDRESS)


@way
def mails() -> None:
    smtplib.SMTP(*ADDRESS)


@way
def reads_mail() -> None:
    imaplib.IMAP4(*ADDRESS)


@way
def reads_post() -> None:
    poplib.POP3(*ADDRESS)


@way
def logs_to_a_socket() -> None:
    handler = logging.handlers.SocketHandler(*ADDRESS)
    handler.createSocket()


@way
def logs_by_datagram() -> None:
    handler = logging.handlers.DatagramHandler(*ADDRESS)
    handler.send(b"x")


@way
def logs_to_the_system() -> None:
    syslog.syslog("way out")


@way
def opens_a_browser() -> None:
    webbrowser.GenericBrowser("touch").open(URL)


# Programs


@way
def runs_a_program() -> None:
    subprocess.run(mark("subprocess"))


@way
def runs_curl() -> None:
    subprocess.run(["curl", "-s", "-X", "DELETE", URL])


@way
def runs_a_shell() -> None:
    subprocess.run(" ".join(mark("shell")), shell=True)


@way
def runs_by_os_system() -> None:
    os.system(" ".join(mark("system")))


@way
def runs_by_os_popen() -> None:
    os.popen(" ".join(mark("popen")))


@way
def runs_by_spawn() -> None:
    os.spawnvp(os.P_WAIT, "touch", mark("spawn"))


@way
def runs_by_posix_spawn() -> None:
    os.waitpid(os.posix_spawnp("touch", mark("posix_spawn"), dict(os.environ)), 0)


@way
def becomes_another_program() -> None:
    os.execvp("touch", mark("exec"))


@way
def forks() -> None:
    if os.fork() == 0:
        touch("fork")
        os._exit(0)


@way
def forks_a_terminal() -> None:
    if os.forkpty()[0] == 0:
        touch("forkpty")
        os._exit(0)


@way
def spawns_a_terminal() -> None:
    pty.spawn(mark("pty"))


@way
def runs_by_asyncio() -> None:
    async def ask() -> None:
        await (await asyncio.create_subprocess_exec(*mark("asyncio"))).wait()

    asyncio.run(ask())


@way
def runs_by_fork_exec() -> None:
    reading, writing = os.pipe()
    _posixsubprocess.fork_exec(
        mark("fork_exec"), (b"/usr/bin/touch", b"/bin/touch"), True, (writing,), None, None, -1, -1, -1, -1, -1, -1,
        reading, writing, False, False, -1, None, None, None, -1, None, False,
    )  # fmt: skip


def _process(method: str) -> None:
    one = multiprocessing.get_context(method).Process(target=touch, args=(f"multiprocessing-{method}",))
    one.start()
    one.join()


@way
def starts_a_process_by_spawn() -> None:
    _process("spawn")


@way
def starts_a_process_by_fork() -> None:
    _process("fork")


@way
def starts_a_process_by_forkserver() -> None:
    _process("forkserver")


@way
def starts_a_pool() -> None:
    with ProcessPoolExecutor(1) as pool:
        pool.submit(touch, "pool").result(5)


@way
def starts_a_gateway() -> None:
    import execnet

    execnet.makegateway("popen//python=python3").remote_exec("channel.send(1)").receive(5)


@way
def starts_a_second_interpreter() -> None:
    name = "_interpreters" if sys.version_info >= (3, 13) else "_xxsubinterpreters"
    interpreters = importlib.import_module(name)
    interpreters.run_string(interpreters.create(), f"import socket; socket.create_connection({ADDRESS!r})")


# Native code


def _native_connect(libc: ctypes.CDLL) -> None:
    number = libc.socket(2, 1, 0)
    libc.connect(number, (2).to_bytes(2, "little") + PORT.to_bytes(2, "big") + bytes([127, 0, 0, 1]) + bytes(8), 16)


@way
def connects_by_ctypes() -> None:
    _native_connect(ctypes.CDLL(None))


@way
def connects_by_ctypes_and_libc() -> None:
    _native_connect(ctypes.CDLL("libc.so.6"))


@way
def connects_by_pythonapi() -> None:
    _native_connect(ctypes.pythonapi)


@way
def runs_by_ctypes() -> None:
    ctypes.CDLL(None).system(" ".join(mark("ctypes")).encode())


@way
def finds_a_function_by_dlsym() -> None:
    ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_char_p)(_ctypes.dlsym(_ctypes.dlopen(None, 2), "system"))(
        " ".join(mark("dlsym")).encode()
    )


@way
def calls_the_kernel_by_ctypes() -> None:
    ctypes.CDLL(None).syscall(41, 2, 1, 0)


@way
def fetches_a_remote_schema() -> None:
    jsonschema_rs.validator_for({"$ref": f"{URL}schema.json"})


@way
def fetches_a_remote_schema_by_tls() -> None:
    jsonschema_rs.Draft202012Validator({"$ref": f"https://{HOST}:{PORT}/schema.json"})


@way
def bundles_a_remote_schema() -> None:
    jsonschema_rs.bundle({"$ref": f"{URL}other.json"})


@way
def loads_compiled_code_from_a_suite() -> None:
    file = str(Path(FOLDER) / "native.so")
    loader = importlib.machinery.ExtensionFileLoader("native", file)
    importlib.util.module_from_spec(importlib.util.spec_from_file_location("native", file, loader=loader))


# Tricks


@way
def patches_the_socket_class() -> None:
    class Mine(socket.socket):
        def connect(self, address: object) -> None:
            super().connect(address)

    Mine().connect(ADDRESS)


@way
def adds_an_audit_hook_of_its_own() -> None:
    sys.addaudithook(lambda event, arguments: None)
    connects()


@way
def swallows_whatever_comes() -> None:
    with contextlib.suppress(BaseException):
        connects()


@way
def takes_the_proxies_away() -> None:
    for name in [one for one in os.environ if one.lower().endswith("_proxy")]:
        del os.environ[name]
    requests.get(URL, timeout=5)


@way
def writes_into_the_process() -> None:
    Path("/proc/self/mem").open("r+b").close()


@pytest.mark.parametrize("name", WAYS)
def test_a_way_out(name: str) -> None:
    before = dict(os.environ)
    try:
        quietly(WAYS[name])
    finally:
        os.environ.update(before)
