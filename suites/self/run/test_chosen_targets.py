"""pytest's own options: the secrets of their targets are read before the egress guard closes, each once."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.errors import UsageError
from harness.planning import run_options
from harness.run import chosen_targets
from harness.transport.egress import guarded

CONFIG = """
[targets.acme]
vendor = "zendesk"
base_url = "https://acme.example"
auth = "bearer"
secret = "command:{python} -c 'print(open(\\"count\\", \\"a\\").write(\\"x\\") * \\"s3cret\\")'"

[targets.broken]
vendor = "zendesk"
base_url = "https://broken.example"
auth = "bearer"
secret = "command:{python} -c 'raise SystemExit(3)'"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a configuration whose secrets a program prints; outside of any worker."""
    (tmp_path / "deskcheck.toml").write_text(CONFIG.format(python=sys.executable))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    return tmp_path


def config(*words: str) -> Any:
    """As much of pytest's configuration as choosing needs."""
    options = dict.fromkeys(option.attribute for option in run_options.OPTIONS.values())
    options["target"] = [words[at + 1] for at, word in enumerate(words) if word == "--target"] or None
    return SimpleNamespace(
        stash=pytest.Stash(),
        pluginmanager=SimpleNamespace(has_plugin=lambda name: False),
        invocation_params=SimpleNamespace(args=words),
        option=SimpleNamespace(**options),
    )


def test_a_program_that_prints_a_secret_runs_before_the_guard_and_once(folder: Path) -> None:
    session = config("suites/zendesk", "--target", "acme")
    chosen_targets.choose(session)
    with guarded():
        for _ in range(2):
            context = chosen_targets.context(session)
    assert context.targets["acme"].credentials.secret == "s3cret"
    assert (folder / "count").read_text() == "x"


def test_what_fails_then_is_raised_when_the_targets_are_needed(folder: Path) -> None:
    session = config("--target", "broken")
    chosen_targets.choose(session)
    with guarded(), pytest.raises(UsageError, match="exit code 3"):
        chosen_targets.context(session)


def test_options_that_pytest_will_refuse_are_left_to_it(folder: Path) -> None:
    chosen_targets.choose(config("--budget", "many"))
    chosen_targets.choose(config("--allow", "everything"))
    assert not (folder / "count").exists()


def test_a_run_of_the_command_has_chosen_its_targets_itself(folder: Path) -> None:
    session = config("--target", "acme")
    session.pluginmanager = SimpleNamespace(has_plugin=lambda name: name == chosen_targets.HANDOVER)
    chosen_targets.choose(session)
    assert not (folder / "count").exists()


def test_options_from_elsewhere_are_read_when_they_are_needed(folder: Path) -> None:
    session = config("--budget", "3")
    session.option.target = ["acme"]
    chosen_targets.choose(session)
    assert chosen_targets.context(session).targets["acme"].name == "acme"


def test_a_worker_reads_no_secret(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    chosen_targets.choose(config("--target", "acme"))
    assert not (folder / "count").exists()
