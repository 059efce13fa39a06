"""What the commands' tests share: a run on disk, and the sandbox as an org that somebody has configured."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.finding import Finding
from harness.results import archive
from harness.results.outcome import Outcome, Run, State
from harness.sandbox.server import Running, start

SECRETS = {
    "HELP_TOKEN": "sandbox-admin-token",
    "HELP_BEARER": "sandbox-bearer-token",
    "DESK_CLIENT": "sandbox-client-secret-0000000000000000000",
    "DESK_TOKEN": "1000.sandbox-refresh-token.all",
    "DESK_READER": "1000.sandbox-refresh-token.read",
}


@pytest.fixture
def keep(tmp_path: Path) -> Callable[..., Path]:
    """`keep("one", finding, target="acme")` writes a run that found this, and gives its folder."""

    def write(name: str, *findings: Finding, target: str = "embedded", states: tuple[State, ...] = ()) -> Path:
        outcomes = [
            Outcome(one.operation, one.operation.split(":")[0], "GET", "/", "tickets", "read", "get", State.FINDINGS,
                    findings=(one,))
            for one in findings
        ]  # fmt: skip
        outcomes += [
            Outcome(f"zendesk:Op{i}", "zendesk", "GET", "/", "tags", "read", "get", s) for i, s in enumerate(states)
        ]
        run = Run(name, "2026-11-21T09:00:00+00:00", 1.0, 1, {"zendesk": target}, {}, {}, 1, tuple(outcomes))
        archive.save(run, tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Running]:
    """A sandbox that no run started: to deskcheck it is an org like any other."""
    with start() as running:
        yield running


@pytest.fixture
def configure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """`configure(text)` makes a deskcheck.toml the one that counts; the sandbox's secrets are in the environment."""

    def write(text: str) -> None:
        (tmp_path / "deskcheck.toml").write_text(text, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        for name, value in SECRETS.items():
            monkeypatch.setenv(name, value)

    return write


@pytest.fixture
def orgs(sandbox: Running, configure: Callable[[str], None]) -> None:
    """Targets on the sandbox, as somebody would configure them, well and badly; and `away`, where nobody is."""
    zendesk = f'vendor = "zendesk"\nbase_url = "{sandbox.urls["zendesk"]}"'
    zoho = f"""vendor = "zoho"
base_url = "{sandbox.urls["zoho"]}"
token_url = "{sandbox.urls["accounts"]}"
auth = "zoho"
client_id = "1000.SANDBOXCLIENT0000000000000000"
client_secret_env = "DESK_CLIENT"
"""
    configure(f"""
[targets.help]
{zendesk}
auth = "basic"
user = "admin@example.com/token"
secret_env = "HELP_TOKEN"

[targets.bearer]
{zendesk}
auth = "bearer"
secret_env = "HELP_BEARER"

[targets.nobody]
{zendesk}
auth = "bearer"
secret_env = "DESK_TOKEN"

[targets.desk]
{zoho}
secret_env = "DESK_TOKEN"
org_id = "730000001"

[targets.elsewhere]
{zoho}
secret_env = "DESK_TOKEN"
org_id = "7"

[targets.reader]
{zoho}
secret_env = "DESK_READER"
org_id = "730000001"

[targets.wrong]
{zoho}
secret_env = "HELP_TOKEN"
org_id = "730000001"

[targets.away]
vendor = "zendesk"
base_url = "http://127.0.0.1:9"
auth = "bearer"
secret_env = "HELP_BEARER"
""")
