"""A run that cannot be opened asks nobody, and leaves no sandbox behind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.errors import DeskcheckError, GateError, UnfinishedError, UsageError
from harness.exchange import Exchange, Request, Response
from harness.execution.org_questions import OrgAnswers
from harness.planning import run_context
from harness.planning.run_options import RunOptions
from harness.risk.tier import Tier
from harness.run import opening
from harness.run.opening import open_run
from harness.sandbox.process import Running
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
    urls = dict.fromkeys(("zendesk", "zoho", "accounts"), "http://127.0.0.1:1")
    running = Running(urls, {"zendesk": account, "zoho": account}, pid=1)
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


ORGS = {
    name: Target(name, "zendesk", f"https://{name}.zendesk.example", Credentials("none"), org=f"{name} org")
    for name in ("eu", "us")
} | {
    "twin": Target("twin", "zendesk", "https://twin.zendesk.example", Credentials("none"), org="eu org"),
    "desk": Target("desk", "zoho", "https://desk.zoho.example", Credentials("none"), org_id="1", org="eu org"),
}


@pytest.fixture
def open_orgs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """`open_orgs("eu", "us", us=error)` opens a run of these orgs, of which `us` answers with the error."""

    def opened(
        *names: str, allow: tuple[Tier, ...] | None = None, confirm: tuple[str, ...] = (), **answers: Any
    ) -> Any:
        def ask_org(target: Target, context: Any, listener: Any) -> OrgAnswers:
            if isinstance(answer := answers.get(target.name), Exception):
                raise answer
            return OrgAnswers()

        def prove(target: Target, said: OrgAnswers) -> Evidence:
            return answers.get(target.name, Evidence(Proof.SANDBOX, "it says so"))

        monkeypatch.setattr(opening, "ask_org", ask_org)
        monkeypatch.setattr(opening, "prove", prove)
        options = RunOptions(targets=names, allow=allow, confirm=confirm, report_dir=str(tmp_path / "run"))
        return open_run(run_context.build(options, Settings(ORGS, tmp_path / "cache")))

    return opened


def test_each_org_gets_a_permit_of_its_own(open_orgs: Any) -> None:
    opened = open_orgs("eu", "us", us=Evidence(Proof.PRODUCTION, "it is live"))
    assert {name: permit.proof for name, permit in opened.job.permits.items()} == {
        "eu": Proof.SANDBOX, "us": Proof.PRODUCTION,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("eu", "us", "code", "gravest"),
    [
        (None, UnfinishedError("the org cannot be reached", where="https://us"), 4, "target us (https://us): the org"),
        (UsageError("401", where="https://eu"), UnfinishedError("away", where="https://us"), 4, "target us"),
        (GateError("no proof", where="target eu"), UsageError("401"), 3, "target eu: no proof"),
    ],
)
def test_one_org_that_does_not_open_keeps_the_run_from_its_first_test(
    open_orgs: Any,
    eu: DeskcheckError | None,
    us: DeskcheckError,
    code: int,
    gravest: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """All must open, and each that does not is told; the gravest is the run's end."""
    with pytest.raises(DeskcheckError) as caught:
        open_orgs("eu", "us", **({"eu": eu} if eu else {}), us=us)
    assert caught.value.exit_code == code
    assert str(caught.value).startswith(gravest)
    others = [error for error in (eu, us) if error not in (None, caught.value)]
    told = capsys.readouterr().err
    assert all(error.what in told for error in others)
    assert not (tmp_path / "run").exists()


def test_each_org_has_to_be_confirmed_by_its_own_name(open_orgs: Any) -> None:
    allow = (Tier.READ, Tier.DESTRUCTIVE)
    with pytest.raises(GateError) as caught:
        open_orgs("eu", "us", allow=allow, confirm=("eu org",))
    assert (caught.value.where, "--confirm us org" in caught.value.remedy) == ("target us", True)
    opened = open_orgs("eu", "us", allow=allow, confirm=("eu org", "us org"))
    assert [permit.confirmed for permit in opened.job.permits.values()] == ["eu org", "us org"]


def test_orgs_of_two_vendors_may_be_called_alike(open_orgs: Any) -> None:
    opened = open_orgs("eu", "desk", allow=(Tier.READ, Tier.DESTRUCTIVE), confirm=("eu org",))
    assert [permit.confirmed for permit in opened.job.permits.values()] == ["eu org", "eu org"]


def test_one_name_cannot_confirm_two_orgs_of_a_vendor(open_orgs: Any) -> None:
    with pytest.raises(UsageError, match="eu org is the name of several orgs: targets eu and twin") as caught:
        open_orgs("eu", "twin", allow=(Tier.READ, Tier.DESTRUCTIVE), confirm=("eu org",))
    assert caught.value.where == "--confirm eu org"


def test_a_run_that_does_not_fit_ends_before_its_folder_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The org's own answer to the question what it is says how many credits are left."""
    desk = Target("desk", "zoho", "https://desk.zoho.example", Credentials("none"), org_id="1", org="desk")

    def ask_org(target: Target, context: Any, listener: Any) -> OrgAnswers:
        headers = (("x-rate-limit-remaining-v3", "900"), ("content-type", "application/json"))
        answer = Response(200, headers, b'{"data": [{"id": "1", "isSandboxPortal": true}]}')
        listener(Exchange(Request("GET", target.base_url), answer))
        return OrgAnswers(answer)

    monkeypatch.setattr(opening, "ask_org", ask_org)
    monkeypatch.setattr(opening, "_make_folder", lambda options, name: pytest.fail("it began"))
    options = RunOptions(targets=("desk",), only=("zoho:*Ticket*",))
    with pytest.raises(OrgError, match="900 are left") as caught:
        open_run(run_context.build(options, Settings({"desk": desk}, tmp_path)))
    assert caught.value.exit_code == 4
