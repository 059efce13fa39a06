"""--sandboxed: which addresses stay in reach, and that a run never goes on without its namespace unsaid."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from harness.cli.main import main
from harness.errors import GateError, UsageError
from harness.run import network_namespace
from harness.target import EMBEDDED, Credentials, Proxy, Target
from harness.tokens.store_place import StorePlace

HERE = Target("acme", "zendesk", "https://acme.zendesk.com", Credentials("bearer", "", "s3cret"))
DESK = Target("desk", "zoho", "https://desk.zoho.eu:8443/x", HERE.credentials, token_url="https://accounts.zoho.eu")


def test_the_base_and_the_token_address_of_each_target_stay_in_reach() -> None:
    assert network_namespace.addresses([HERE, DESK]) == [
        ("accounts.zoho.eu", 443), ("acme.zendesk.com", 443), ("desk.zoho.eu", 8443),
    ]  # fmt: skip


def test_a_token_store_on_another_machine_stays_in_reach() -> None:
    shared = replace(HERE, tokens=StorePlace("redis", url="redis://:s3cret@cache.example/0"))
    assert network_namespace.addresses([shared]) == [("acme.zendesk.com", 443), ("cache.example", 6379)]


def test_an_embedded_target_needs_nothing_from_outside() -> None:
    assert network_namespace.addresses([Target(EMBEDDED, "zendesk", "", HERE.credentials)]) == []


def test_a_process_that_only_says_it_is_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.if_nameindex", lambda: [(1, "lo"), (2, "eth0")])
    monkeypatch.setenv(network_namespace.INSIDE, "1")
    with pytest.raises(GateError, match="eth0"):
        network_namespace.inside()


def test_without_the_variable_a_process_is_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(network_namespace.INSIDE, raising=False)
    assert not network_namespace.inside()


def test_another_system_than_linux_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(UsageError, match="needs Linux"):
        network_namespace.run_inside(["true"], [])


def test_a_missing_program_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert main(["run", "--sandboxed"]) == 2
    assert "unshare" in capsys.readouterr().err


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="namespaces are Linux'")
def test_a_kernel_that_forbids_it_is_quoted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    program = tmp_path / "unshare"
    program.write_text("#!/bin/sh\necho 'unshare: Operation not permitted' >&2\nexit 1\n")
    program.chmod(0o700)
    monkeypatch.setattr("shutil.which", lambda name: str(program))
    assert main(["run", "--sandboxed"]) == 3
    assert "Operation not permitted" in capsys.readouterr().err


def test_of_a_target_behind_a_proxy_only_the_proxy_stays_in_reach() -> None:
    proxies = {"desk.zoho.eu:8443": Proxy("p.example", 3128), "accounts.zoho.eu:443": Proxy("p.example", 3128)}
    assert network_namespace.addresses([replace(DESK, proxies=proxies)]) == [("p.example", 3128)]
    half = {"desk.zoho.eu:8443": Proxy("p.example", 3128)}
    assert network_namespace.addresses([replace(DESK, proxies=half)]) == [
        ("accounts.zoho.eu", 443),
        ("p.example", 3128),
    ]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="files in memory are Linux'")
def test_secrets_are_handed_over_by_an_open_file() -> None:
    with network_namespace._handing_over({"env:A": "s3cret"}) as number:
        assert os.read(number, 100) == b'{"env:A": "s3cret"}'
