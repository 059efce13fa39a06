"""A run that cannot be opened asks nobody, and leaves no sandbox behind."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.errors import UsageError
from harness.exchange import Exchange, Request, Response
from harness.planning import run_context
from harness.planning.run_options import RunOptions
from harness.run import opening
from harness.run.opening import open_run
from harness.settings import Settings
from harness.target import Credentials, Target
from harness.vendors.evidence import Evidence, Proof
from harness.vendors.obstacle import OrgError


@pytest.mark.parametrize(("options", "says"), [
    (RunOptions(only=("nothing",)), "nothing matches"),
    (RunOptions(report_dir="/dev/null/report"), "cannot be written"),
])  # fmt: skip
def test_a_sandbox_that_was_started_beforehand_is_stopped(tmp_path: Path, options: RunOptions, says: str) -> None:
    stopped = []
    account = {"user": "u", "token": "t", "refresh_token": "r", "client_id": "c", "client_secret": "s"}
    running = SimpleNamespace(urls=dict.fromkeys(("zendesk", "zoho", "accounts"), "http://127.0.0.1:1"),
                              credentials={"zendesk": account, "zoho": account})  # fmt: skip
    starting: Any = SimpleNamespace(ready=lambda: running, stop=lambda: stopped.append(True))
    with pytest.raises(UsageError, match=says):
        open_run(run_context.build(options, Settings({}, tmp_path)), starting)
    assert stopped == [True]


def test_a_wrong_selection_shows_before_anything_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "launch", None)
    with pytest.raises(UsageError, match="nothing matches"):
        open_run(run_context.build(RunOptions(only=("nothing",)), Settings({}, tmp_path)))


def test_a_run_of_nothing_that_changed_is_wrong_use_and_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "launch", None)
    with pytest.raises(UsageError, match="no operation differs from zendesk/support") as caught:
        open_run(run_context.build(RunOptions(changed_since="zendesk/support"), Settings({}, tmp_path)))
    assert "deskcheck release" in caught.value.remedy


def test_a_run_that_does_not_fit_ends_before_its_folder_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The org's own answer to the question what it is says how many credits are left."""
    desk = Target("desk", "zoho", "https://desk.zoho.example", Credentials("none"), org_id="1", org="desk")

    def prove(target: Target, context: Any, listener: Any) -> Evidence:
        headers = (("x-rate-limit-remaining-v3", "900"),)
        listener(Exchange(Request("GET", target.base_url), Response(200, headers, b"{}")))
        return Evidence(Proof.SANDBOX, "it says so")

    monkeypatch.setattr(opening, "prove", prove)
    monkeypatch.setattr(opening, "_make_folder", lambda options, name: pytest.fail("it began"))
    options = RunOptions(targets=("desk",), only=("zoho:*Ticket*",))
    with pytest.raises(OrgError, match="900 are left") as caught:
        open_run(run_context.build(options, Settings({"desk": desk}, tmp_path)))
    assert caught.value.exit_code == 4
