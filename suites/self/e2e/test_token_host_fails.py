"""A token host that fails: the run ends with the right code and cause, asks for nothing more, and has no finding."""

from __future__ import annotations

import json
import subprocess
import urllib.parse
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from benchmarks.refresh_storm import TokenLab, token_lab

READ = ("run", "--only", "zoho:getDepartments", "--only", "zendesk:ListGroups", "--budget", "1", "--workers", "1")


def findings(folder: Path) -> list[str]:
    lines = (folder / "results.ndjson").read_text().splitlines()
    return [finding["message"] for line in lines for finding in json.loads(line)["findings"]]


def strike(lab: TokenLab, fault: str) -> None:
    url = f"{lab.sandbox.urls['control']}/faults"
    request = urllib.request.Request(url, json.dumps([fault]).encode(), method="PUT")
    urllib.request.urlopen(request, timeout=30).close()


def test_after_a_throttle_neither_runs_nor_doctors_ask_again(tmp_path: Path) -> None:
    with token_lab(tmp_path) as lab:
        strike(lab, "token_throttled")
        ends = [lab.run(*READ, "--target", "desk"), lab.run("doctor", "--target", "desk")]
        ends.append(lab.run(*READ, "--target", "desk"))
        asked = lab.token_calls()
    assert [code for code, _ in ends] == [4, 4, 4]
    assert all("10 to 30 minutes" in said for _, said in ends)
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("target", "fault", "code", "says"),
    [
        ("desk", "token_login_page", 2, "no answer of a token host"),
        ("client", "token_unavailable", 4, "the token host is down"),
        ("client", "token_expiry_in_ms", 0, ""),
    ],
)
def test_each_fault_has_its_cause(tmp_path: Path, target: str, fault: str, code: int, says: str) -> None:
    with token_lab(tmp_path) as lab:
        strike(lab, fault)
        ended, said = lab.run(*READ, "--target", target, "--report-dir", "report")
    assert ended == code, said
    assert says in said
    assert code or findings(tmp_path / "report") == []


def test_a_refresh_token_that_is_revoked_in_a_run_ends_it_without_a_finding(tmp_path: Path) -> None:
    with token_lab(tmp_path) as lab:
        words = ("run", "--target", "desk", "--only", "zoho:get*", "--budget", "3", "--workers", "1")
        process = lab.start(*words, "--report-dir", "report")
        while process.poll() is None and len(lab.journal()) < 20:
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.1)
        form = urllib.parse.urlencode({"token": lab.sandbox.credentials["zoho"]["refresh_token"]}).encode()
        urllib.request.urlopen(f"{lab.sandbox.urls['accounts']}/oauth/v2/token/revoke", form, timeout=30).close()
        said, _ = process.communicate(timeout=300)
        asked = lab.token_calls()
    assert process.returncode == 2, said
    assert findings(tmp_path / "report") == []
    assert "invalid_code" in (tmp_path / "report" / "results.ndjson").read_text()
    assert len(asked) <= 3, "the token, and the one that was refused, once in the run and once to take back"
