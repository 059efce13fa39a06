"""No token and no secret in any byte of reports, recordings and outputs, whichever step of the store fails."""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from benchmarks.redis_server import PROGRAM
from benchmarks.refresh_storm import TokenLab, token_lab

sys.path.append(str(Path(__file__).parent))

from break_store import STEPS

ROOT = Path(__file__).resolve().parents[3]
# A quarter of a minute each: STORE_STEPS=all pytest suites/self/e2e/test_token_secrets.py
EVERY = os.environ.get("STORE_STEPS") == "all"
FILE_STEPS = [step for step in STEPS if not step.startswith("redis")] if EVERY else ["rename"]
REDIS_STEPS = [step for step in STEPS if step.startswith("redis")] if EVERY else ["redis write"]
OURS = "token answer"
"""The step that nothing outside of deskcheck can make fail: an error of its own, which is told with its traceback."""
WORDS = ("--only", "*:ListGroups", "--only", "*:getDepartments", "--budget", "2", "--workers", "1", "--har")


def run(lab: TokenLab, step: str, *words: str) -> tuple[int, bytes]:
    """A command with one step broken: exit code and all that it printed."""
    command = [sys.executable, "-c", "import sys; from harness.cli.main import main; sys.exit(main())", *words]
    paths = os.pathsep.join([str(Path(__file__).parent), str(ROOT)])
    broken = {"BREAK_STORE": step, "PYTEST_ADDOPTS": "-p break_store", "PYTHONPATH": paths}
    done = subprocess.run(command, cwd=lab.folder, env=lab.environment | broken, capture_output=True, timeout=300)
    return done.returncode, done.stdout + done.stderr


def secrets_of(lab: TokenLab) -> set[str]:
    """All that must not show: what is configured, what the store holds, and every token that the sandbox can give."""
    zendesk, zoho = lab.sandbox.credentials["zendesk"], lab.sandbox.credentials["zoho"]
    configured = {zendesk["client_secret"], zendesk["refresh_token"], zoho["client_secret"], zoho["refresh_token"]}
    # As `harness.sandbox.zendesk.oauth.secret` makes them.
    given = {
        hashlib.sha256(f"0:{kind}:{number}".encode()).hexdigest()
        for kind in ("access", "refresh")
        for number in range(30)
    }
    stored = set()
    for path in (lab.folder / "state").rglob("*.json"):
        stored |= {word for word in path.read_text().split('"') if word.startswith("1000.")}
    return configured | given | stored | ({"redis-s3cret"} if lab.store_url else set())


def hits(lab: TokenLab, *outputs: bytes) -> list[str]:
    """Where a secret shows, in any of its usual forms; the store itself is left out."""
    texts = {f"output {number}": output for number, output in enumerate(outputs)}
    for path in lab.folder.rglob("*"):
        if path.is_file() and "state" not in path.relative_to(lab.folder).parts:
            texts[str(path.relative_to(lab.folder))] = path.read_bytes()
    forms = {form for secret in secrets_of(lab) for form in _forms(secret)}
    return [f"{name} at {text.index(form)}" for name, text in texts.items() for form in forms if form in text]


def _forms(secret: str) -> set[bytes]:
    raw = secret.encode()
    return {raw, quote(secret, safe="").encode(), base64.b64encode(raw)[:-4], raw.hex().encode()}


@pytest.mark.parametrize("step", ["", *FILE_STEPS])
def test_a_step_that_fails_shows_no_secret(tmp_path: Path, step: str) -> None:
    with token_lab(tmp_path) as lab:
        code, said = run(lab, step, "run", "--target", "pair", "--target", "desk", "--report-dir", "report", *WORDS)
        examined, lines = run(lab, "", "doctor", "--target", "pair")
        assert hits(lab, said, lines) == []
    assert (b"Traceback" in said) is (step == OURS), said.decode()
    assert (code == 0) is (step == ""), said.decode()
    assert code in (0, 2, 4), "and it is no finding"
    assert examined in (0, 2)


@pytest.mark.skipif(PROGRAM is None, reason="redis-server is not installed")
@pytest.mark.parametrize("step", ["", *REDIS_STEPS])
def test_a_database_that_fails_shows_no_secret(tmp_path: Path, step: str) -> None:
    with token_lab(tmp_path, is_shared=True) as lab:
        code, said = run(lab, step, "run", "--target", "pair", "--report-dir", "report", *WORDS)
        assert hits(lab, said) == []
    assert b"Traceback" not in said, said.decode()
    assert code == (4 if step else 0), said.decode()


@pytest.mark.skipif(PROGRAM is None, reason="redis-server is not installed")
def test_a_database_that_is_away_is_named_without_its_password(tmp_path: Path) -> None:
    with token_lab(tmp_path, is_shared=True) as lab:
        lab.store_url = lab.store_url.replace(lab.store_url.rpartition(":")[2], "1/0")
        code, said = run(lab, "", "run", "--target", "pair", "--report-dir", "report", *WORDS)
        assert hits(lab, said) == []
    assert code == 4
    assert b"redis://127.0.0.1:1/0: the store of access tokens does not answer" in said
