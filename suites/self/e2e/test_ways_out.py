"""Ways out of a run that may only read: tried from a suite, by code that hides them. Who is reached is the witness."""

from __future__ import annotations

import ast
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from benchmarks.lab import Lab, lab
from harness import shipped

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="some of the ways exist on Linux only")

WAYS = Path(__file__).with_name("ways_out.py")
NAMES = {
    node.name: range(node.lineno, (node.end_lineno or 0) + 1)
    for node in ast.parse(WAYS.read_text(encoding="utf-8")).body
    if isinstance(node, ast.FunctionDef) and any(getattr(one, "id", "") == "way" for one in node.decorator_list)
}
"""Each way with the lines of its function."""

SHARED = {
    "connects_in_a_thread": "connects", "connects_in_a_daemon_thread": "connects_ex",
    "adds_an_audit_hook_of_its_own": "connects", "swallows_whatever_comes": "connects",
    "starts_a_process_by_spawn": "_process", "starts_a_process_by_fork": "_process",
    "starts_a_process_by_forkserver": "_process", "connects_by_ctypes": "_native_connect",
    "connects_by_pythonapi": "_native_connect", "connects_by_ctypes_and_libc": "connects_by_ctypes_and_libc",
}  # fmt: skip
"""Ways whose refused line stands in a function that several share."""


@dataclass
class Witness:
    """Listens by TCP, UDP and Unix sockets, and has a folder for whatever programs leave behind."""

    port: int
    folder: Path
    unix: Path
    reached: list[str] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        return {"WAYS_PORT": str(self.port), "WAYS_FOLDER": str(self.folder), "WAYS_UNIX": str(self.unix)}

    def programs(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())


@contextmanager
def witness(folder: Path) -> Iterator[Witness]:
    left = folder / "left"
    left.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as stream, socket.socket(type=socket.SOCK_DGRAM) as datagram, \
            socket.socket(socket.AF_UNIX) as unix:  # fmt: skip
        datagram.bind(stream.getsockname())
        unix.bind(str(folder / "unix"))
        unix.listen()
        one = Witness(stream.getsockname()[1], left, folder / "unix")

        def accept(listener: socket.socket, name: str) -> None:
            while True:
                try:
                    if listener.type is socket.SOCK_DGRAM:
                        listener.recv(1024)
                    else:
                        listener.accept()[0].close()
                except OSError:
                    return
                one.reached.append(name)

        for listener, name in ((stream, "tcp"), (datagram, "udp"), (unix, "unix")):
            threading.Thread(target=accept, args=(listener, name), daemon=True).start()
        yield one


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the project that may be given suites of its own."""
    root = tmp_path / "project"
    shutil.copytree(shipped.root() / "harness", root / "harness", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "specs").symlink_to(shipped.root() / "specs")
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(shipped.root() / name, root / name)
    (root / "suites" / "zendesk").mkdir(parents=True)
    return root


@pytest.fixture(scope="module")
def org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A sandbox that outlives the runs, so that its journal can be asked."""
    with lab(tmp_path_factory.mktemp("lab")) as one:
        yield one


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tree: Path, org: Lab) -> Run:
    """Run the copied project's suites on the org, reading only."""

    def start(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pytest", "suites/zendesk", "--target", "acme", "--allow", "read", "-q"]
        shutil.copy(org.folder / "deskcheck.toml", tree)
        environment = {**org.environment, "PYTHONPATH": str(tree), **more}
        return subprocess.run(
            [*command, "-p", "no:cacheprovider", "--report-dir", "report", *words],
            cwd=tree, env=environment, capture_output=True, text=True, timeout=240, check=False,
        )  # fmt: skip

    return start


def notes(tree: Path) -> str:
    """All that the run says of itself."""
    return "\n".join(json.loads((tree / "report" / "run.json").read_bytes())["notes"])


@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["alone", "worker"])
def test_every_way_out_is_refused_and_its_line_is_named(
    workers: tuple[str, ...], tree: Path, run: Run, org: Lab, tmp_path: Path
) -> None:
    assert len(NAMES) >= 60
    shutil.copy(WAYS, tree / "suites" / "zendesk" / "test_ways.py")
    with witness(tmp_path) as seen:
        ended = run(*workers, **seen.environment)
        assert (seen.reached, seen.programs()) == ([], []), ended.stdout
    assert ended.returncode == 3, ended.stdout + ended.stderr
    said = notes(tree)
    lines = {int(part.split(" ", 1)[0]) for part in said.split("test_ways.py:")[1:]}
    assert [name for name in NAMES if not lines & set(_where(name))] == []
    assert {one["method"] for one in org.journal()} <= {"GET"}, "nothing but reads ever arrived there"


def _where(name: str) -> range:
    shared = SHARED.get(name, name)
    tree = ast.parse(WAYS.read_text(encoding="utf-8")).body
    (found,) = (node for node in tree if isinstance(node, ast.FunctionDef) and node.name == shared)
    return range(found.lineno, (found.end_lineno or 0) + 1)


CONFTEST = """
import contextlib, os, socket, subprocess
with contextlib.suppress(BaseException):
    socket.create_connection(("127.0.0.1", int(os.environ["WAYS_PORT"])))
with contextlib.suppress(BaseException):
    subprocess.run(["touch", os.environ["WAYS_FOLDER"] + "/conftest"])
"""
EMPTY = "def test_nothing():\n    pass\n"


@pytest.mark.parametrize("words", [(), ("-n", "1"), ("--collect-only",)], ids=["alone", "worker", "collect"])
def test_a_conftest_is_guarded_while_it_is_loaded(words: tuple[str, ...], tree: Path, run: Run, tmp_path: Path) -> None:
    (tree / "suites" / "zendesk" / "conftest.py").write_text(CONFTEST)
    (tree / "suites" / "zendesk" / "test_empty.py").write_text(EMPTY)
    with witness(tmp_path) as seen:
        ended = run(*words, **seen.environment)
        assert (seen.reached, seen.programs()) == ([], [])
    assert ended.returncode == 3, ended.stdout + ended.stderr


LATE = """
import atexit, contextlib, os, socket, threading
PORT = int(os.environ["WAYS_PORT"])

def go():
    with contextlib.suppress(Exception):
        socket.create_connection(("127.0.0.1", PORT))

def linger():
    threading.main_thread().join()
    go()

class Last:
    def __del__(self):
        go()

def test_late():
    {}
"""


@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["alone", "worker"])
@pytest.mark.parametrize("late", ["atexit.register(go)", "threading.Thread(target=linger).start()"])
def test_what_comes_after_the_run_is_refused_and_told(
    late: str, workers: tuple[str, ...], tree: Path, run: Run, tmp_path: Path
) -> None:
    (tree / "suites" / "zendesk" / "test_late.py").write_text(LATE.format(late))
    with witness(tmp_path) as seen:
        ended = run(*workers, **seen.environment)
        assert seen.reached == []
    assert ended.returncode == 3, ended.stdout + ended.stderr
    assert "test_late.py" in ended.stderr + notes(tree)


def test_whoever_dies_last_is_refused_as_well(tree: Path, run: Run, tmp_path: Path) -> None:
    (tree / "suites" / "zendesk" / "test_late.py").write_text(LATE.format("globals()['kept'] = Last()"))
    with witness(tmp_path) as seen:
        run(**seen.environment)
        assert seen.reached == []


SWAP = """
import httpx, pytest
from harness import shipped
from harness.transport.network import Network

pytestmark = pytest.mark.read

def method(request):
    request.method = "DELETE"
    return request

def another(request):
    url = str(request.url) + "/1"
    return httpx.Request("DELETE", url, headers=request.headers, extensions=request.extensions)

def place(request):
    request.url = httpx.URL(str(request.url) + "/destroy_many")
    return request

def header(request):
    request.headers["x-http-method-override"] = "DELETE"
    return request

def body(request):
    request.stream = httpx.ByteStream(b"x")
    return request

def below(request):
    def patched(self, sent, before=Network.handle_request):
        sent.method = "DELETE"
        return before(self, sent)
    Network.handle_request = patched
    return request

@pytest.mark.parametrize("change", [method, another, place, header, body, below])
def test_swap(client, change, monkeypatch):
    monkeypatch.setattr(Network, "handle_request", Network.handle_request)
    inner = client.org.client.transport.chain
    while hasattr(inner, "inner"):
        before, inner = inner, inner.inner

    class Swap(httpx.BaseTransport):
        def handle_request(self, request):
            return inner.handle_request(change(request))

    monkeypatch.setattr(before, "inner", Swap())
    try:
        client.get("/api/v2/tickets")
    except Exception:
        pass
"""


def test_a_request_that_is_changed_after_the_verdict_does_not_leave(tree: Path, run: Run, org: Lab) -> None:
    (tree / "suites" / "zendesk" / "test_swap.py").write_text(SWAP)
    before = len(org.journal())
    ended = run()
    arrived = org.journal()[before:]
    assert [one for one in arrived if one["method"] != "GET" or "/tickets" in one["target"]] == []
    assert ended.returncode == 3, ended.stdout + ended.stderr
    said = notes(tree)
    for words in ("DELETE", "destroy_many", "which was judged as GET", "on the wire"):
        assert words in said
    assert said.count("test_swap.py") == 6


PROBES = """
import ctypes, os, shutil, subprocess, pytest
pytestmark = pytest.mark.read
PORT = int(os.environ["WAYS_PORT"])

def ignore(wanted):
    try:
        wanted()
    except BaseException:
        pass

def test_harm():
    from harness.transport import egress
    egress._monitors.clear()
    url = f"http://127.0.0.1:{PORT}/"
    libc = ctypes.CDLL(None)
    address = (2).to_bytes(2, "little") + PORT.to_bytes(2, "big") + bytes([127, 0, 0, 1]) + bytes(8)
    said = [libc.connect(libc.socket(2, 1, 0), address, 16)]
    said.append(subprocess.run(["python3", "-c", f"import urllib.request; urllib.request.urlopen('{url}')"]).returncode)
    if shutil.which("curl"):
        said.append(subprocess.run(["curl", "--noproxy", "*", "-s", "-m", "5", url]).returncode)
    if shutil.which("nsenter"):
        said.append(subprocess.run(["nsenter", "--net", "-t", os.environ["WAYS_PID"], "true"]).returncode)
    with open(os.environ["WAYS_FOLDER"] + "/tried", "w") as file:
        file.write(repr(said))

def test_the_org_is_reached(client):
    assert client.get("/api/v2/tickets").status == 200
"""


@pytest.fixture
def namespaces() -> None:
    """Skips where the kernel or the container gives no network namespace."""
    command = ["unshare", "--user", "--map-root-user", "--net", "--mount", "true"]
    if not shutil.which("unshare") or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this kernel or container allows no network namespace of one's own")


@pytest.mark.usefixtures("namespaces")
@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["alone", "worker"])
def test_sandboxed_holds_code_that_means_harm(
    workers: tuple[str, ...], tree: Path, run: Run, org: Lab, tmp_path: Path
) -> None:
    """It takes the guard itself away; the namespace still reaches the org and nobody else."""
    (tree / "suites" / "zendesk" / "test_harm.py").write_text(PROBES)
    before = len(org.journal())
    with witness(tmp_path) as seen:
        ended = run("--sandboxed", *workers, WAYS_PID=str(os.getpid()), **seen.environment)
        assert seen.reached == []
    tried = ast.literal_eval((seen.folder / "tried").read_text())
    assert tried, ended.stdout
    assert 0 not in tried
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert any(one["target"].endswith("/api/v2/tickets") for one in org.journal()[before:])


@pytest.mark.usefixtures("namespaces")
def test_deskcheck_run_sandboxed_tests_the_embedded_sandbox(org: Lab) -> None:
    code, said = org.run("run", "--sandboxed", "--only", "zendesk:ListTags", "--budget", "2")
    assert code == 0, said
