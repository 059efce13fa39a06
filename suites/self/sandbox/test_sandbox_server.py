"""The server: where it listens, and what it prints."""

from __future__ import annotations

import socket
import subprocess
import sys

import httpx
import pytest

from harness.errors import UsageError
from harness.sandbox.process import READY
from harness.sandbox.server import HOST, listen


def test_it_tells_where_it_is_and_how_to_get_in(sandbox):
    assert set(sandbox.urls) == {"zendesk", "zoho", "accounts", "control"}
    assert all(url.startswith(f"http://{HOST}:") for url in sandbox.urls.values())
    assert set(sandbox.credentials) == {"zendesk", "zoho"}


def test_it_listens_on_loopback_only(sandbox):
    port = int(sandbox.urls["control"].split(":")[2].split("/")[0])
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.2", port), timeout=5)


def test_a_port_in_use_is_wrong_use():
    with listen(0) as taken, pytest.raises(UsageError, match="cannot be used"):
        listen(taken.getsockname()[1])
    with pytest.raises(UsageError):
        listen(70_000)


def test_it_shows_each_request_unless_quiet():
    command = [sys.executable, "-m", "harness.sandbox", "--attached"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        first = process.stdout.readline()
        assert first.startswith(READY)
        url = first.split('"control": "')[1].split("/__")[0]
        httpx.get(f"{url}/zendesk/api/v2/tickets/1")
        assert "GET    /zendesk/api/v2/tickets/1  zendesk:ShowTicket" in process.stdout.readline()
        process.stdin.close()


def test_faults_can_be_listed():
    shown = subprocess.run(
        [sys.executable, "-m", "harness.sandbox", "--list-faults"], capture_output=True, text=True, check=True
    ).stdout
    assert "missing_field" in shown
    assert "cuts the connection" in shown
