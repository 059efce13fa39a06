"""`python -m benchmarks.refresh_storm [--processes N] [--requests N]`: many processes across the end of one token.

Each process sends reads through the whole chain to a sandbox over real HTTP. When all have sent half, the clock is
moved and the token ends; the sandbox's own journal then says how many tokens were asked for, and each process which
answers it got. Three kinds of grant, each in three ways: the org's clock alone is moved, so that the token is refused;
both clocks, to where it is due but still good; and two hosts that share a store in Redis.

Then runs and doctors, one after another against one org: at most two tokens may be asked for.

The exit code is 0 where one refresh was enough each time, and no request failed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.lab import Lab
from benchmarks.redis_server import PROGRAM, redis_server
from harness import shipped
from harness.sandbox.process import start
from harness.settings import cache_folder

CONFIG = """
[tokens]
store = "{store}"

[targets.desk]
vendor = "zoho"
base_url = "{zoho}"
token_url = "{accounts}"
auth = "zoho"
client_id = "{zoho_client}"
secret_env = "LAB_REFRESH"
client_secret_env = "LAB_CLIENT_SECRET"
org_id = "{org_id}"
quota = 0

[targets.client]
vendor = "zendesk"
base_url = "{zendesk}"
auth = "oauth"
client_id = "{zendesk_client}"
client_secret_env = "LAB_OAUTH_SECRET"
quota = 0

[targets.pair]
vendor = "zendesk"
base_url = "{zendesk}"
auth = "oauth_refresh"
client_id = "{zendesk_client}"
secret_env = "LAB_FIRST_REFRESH"
quota = 0
"""
LIFETIMES = {"desk": 3600.0, "client": 1800.0, "pair": 1800.0}
"""Seconds that the sandbox's tokens work, by target."""
TOKEN_PATHS = ("/oauth/v2/token", "/oauth/tokens")
STORE_VARIABLE = "LAB_TOKEN_STORE"


@dataclass
class TokenLab(Lab):
    """A lab whose targets get access tokens; each of `hosts` has a state folder of its own."""

    store_url: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """The lab's, with the secrets of the OAuth client and the URL of the shared store."""
        printed = self.sandbox.credentials["zendesk"]
        return super().environment | {
            "LAB_OAUTH_SECRET": printed["client_secret"],
            "LAB_FIRST_REFRESH": printed["refresh_token"],
            STORE_VARIABLE: self.store_url,
            "PYTHONPATH": str(shipped.root()),
        }

    def of_host(self, number: int) -> dict[str, str]:
        """The environment of a process on one of several hosts."""
        home = self.folder / f"host-{number}"
        home.mkdir(exist_ok=True)
        own = {"HOME": str(home), "DESKCHECK_STATE": str(home / "state")}
        return self.environment | own | {"DESKCHECK_CACHE": str(cache_folder())}

    def token_calls(self) -> list[dict[str, Any]]:
        """The token calls that arrived."""
        return [entry for entry in self.journal() if entry["target"].endswith(TOKEN_PATHS)]

    def refusals(self) -> int:
        """The requests that were answered 401."""
        return sum(entry["status"] == 401 for entry in self.journal())

    def post(self, path: str, body: object) -> None:
        """Tell the control path something."""
        from urllib.request import Request, urlopen

        request = Request(
            self.sandbox.urls["control"] + path, json.dumps(body).encode(), {"content-type": "application/json"}
        )
        urlopen(request, timeout=30).close()


@contextmanager
def token_lab(folder: Path, *, is_shared: bool = False) -> Iterator[TokenLab]:
    """A fresh sandbox with `deskcheck.toml` for it in `folder`; `is_shared` keeps tokens in a Redis."""
    with ExitStack() as stack:
        sandbox = stack.enter_context(start())
        url = stack.enter_context(redis_server(folder, "redis-s3cret")).url if is_shared else ""
        zendesk, zoho = sandbox.credentials["zendesk"], sandbox.credentials["zoho"]
        text = CONFIG.format(
            store=f"env:{STORE_VARIABLE}" if is_shared else "file",
            zoho_client=zoho["client_id"],
            zendesk_client=zendesk["client_id"],
            org_id=zoho["org_id"],
            **sandbox.urls,
        )
        (folder / "deskcheck.toml").write_text(text)
        yield TokenLab(sandbox, folder, url)


@dataclass(frozen=True)
class Storm:
    """What came of one: answers by status or error, and what the sandbox counted."""

    answers: Mapping[str, int]
    first_tokens: int
    renewed_tokens: int
    refusals: int

    @property
    def failures(self) -> dict[str, int]:
        """Answers that are no success."""
        return {name: count for name, count in self.answers.items() if name not in ("200", "204")}


def storm(
    lab: TokenLab, target: str, processes: int, requests: int, *, hosts: int = 1, is_early: bool = False
) -> Storm:
    """Let processes send across the end of a token; `is_early` moves their clocks as well, to shortly before it."""
    command = [sys.executable, "-m", "benchmarks.storm_client", target, str(requests)]
    clients = [
        subprocess.Popen(
            command, cwd=lab.folder, env=lab.of_host(number % hosts), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for number in range(processes)
    ]  # fmt: skip
    try:
        halves = [_line(client) for client in clients]
        assert halves == ["half\n"] * processes, halves
        first, refused = len(lab.token_calls()), lab.refusals()
        ahead = LIFETIMES[target] - 30 if is_early else LIFETIMES[target] + 1
        lab.post("/clock", {"seconds": ahead})
        answers: Counter[str] = Counter()
        for client in clients:
            assert client.stdin is not None
            client.stdin.write(f"{ahead if is_early else 0}\n")
            client.stdin.flush()
        for client in clients:
            answers.update(json.loads(_line(client)))
    finally:
        for client in clients:
            client.kill()
            client.communicate()
    return Storm(answers, first, len(lab.token_calls()) - first, lab.refusals() - refused)


def _line(client: subprocess.Popen[str]) -> str:
    assert client.stdout is not None
    return client.stdout.readline()


def runs_and_doctors(lab: TokenLab, target: str, count: int) -> tuple[int, list[int]]:
    """So many commands, half of them runs: how many tokens were asked for, and the exit codes."""
    doctor = ("doctor", "--target", target)
    run = ("run", "--target", target, "--only", "zoho:getDepartments", "--budget", "1", "--report-dir", "report")
    codes = [lab.run(*(run if number % 2 else doctor))[0] for number in range(count)]
    return len(lab.token_calls()), codes


def main() -> int:
    """Print a line a storm."""
    options = _options()
    is_right = True
    for target in options.target or LIFETIMES:
        for way in ("refused", "early", *(["two hosts"] if PROGRAM else [])):
            with tempfile.TemporaryDirectory(prefix="deskcheck-storm-") as name:
                is_shared = way == "two hosts"
                with token_lab(Path(name), is_shared=is_shared) as lab:
                    hosts = 2 if is_shared else 1
                    result = storm(
                        lab, target, options.processes, options.requests, hosts=hosts, is_early=way == "early"
                    )
            print(
                f"{target:7} {way:10} {sum(result.answers.values()):5} requests: first token {result.first_tokens}, "
                f"refreshes {result.renewed_tokens}, answered 401 and repeated {result.refusals}, "
                f"failed {result.failures or 'none'}",
                flush=True,
            )
            is_right &= (result.first_tokens, result.renewed_tokens, result.failures) == (1, 1, {})
    with tempfile.TemporaryDirectory(prefix="deskcheck-storm-") as name, token_lab(Path(name)) as lab:
        asked, codes = runs_and_doctors(lab, "desk", options.commands)
    print(f"{options.commands} runs and doctors: {asked} tokens asked for, exit codes {sorted(set(codes))}")
    return 0 if is_right and asked <= 2 else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.refresh_storm", description=__doc__)
    parser.add_argument("--processes", type=int, default=8, help="default 8; on two hosts half of them on each")
    parser.add_argument("--requests", type=int, default=200, help="of each process; default 200")
    parser.add_argument("--target", action="append", choices=list(LIFETIMES), help="only this kind of grant")
    parser.add_argument("--commands", type=int, default=20, help="runs and doctors; default 20")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
