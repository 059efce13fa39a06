"""Likely mistakes of a user: one message answers each and names the fix, with the right code and no traceback."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.cli.main import main
from harness.finding import Finding
from harness.results import archive
from harness.results.outcome import Outcome, Run, State

CONFIG = """
[targets.acme]
vendor = "zendesk"
base_url = "https://acme.example"
auth = "bearer"
secret = "env:DESKCHECK_TEST_UNSET"
"""


@dataclass(frozen=True)
class Mistake:
    """What was typed (with the configuration that lay there), and what the answer must name: the fix."""

    typed: str
    fix: str
    config: str = CONFIG
    code: int = 2


MISTAKES = (
    # The command line itself.
    Mistake("", "deskcheck run"),
    Mistake("pln", "Did you mean plan?"),
    Mistake("lint", "deskcheck specs lint"),
    Mistake("specs lnt", "Did you mean lint?"),
    Mistake("--target acme run", "deskcheck run --target acme"),
    Mistake("run --alow read", "Did you mean --allow?"),
    Mistake("plan --workers 2", "It belongs to: deskcheck run"),
    Mistake("run --workers two", "--workers 2"),
    Mistake("run --target", "--target T"),
    Mistake("run zendesk:ListTickets", "deskcheck run --only zendesk:ListTickets"),
    Mistake("observe", "deskcheck observe session.har"),
    Mistake("replay", "deskcheck replay"),
    # What may be sent.
    Mistake("run --allow wirte", "Did you mean write?"),
    Mistake("run --allow read, write", "read,write"),
    Mistake("plan --allow-operation zendesk:DeletTicket", "zendesk:DeleteTicket"),
    Mistake("run --budget 0", "--budget 1"),
    # Which operations.
    Mistake("run --only zendesk:ListTickst", "zendesk:ListTickets"),
    Mistake("plan --only zendesk:ListTickets --only zendesk:*Tickt*", "zendesk:*Ticket*"),
    Mistake("plan --only zendesk", "zendesk:*"),
    Mistake("plan --only tickets", "Tickets"),
    Mistake("explain ListTickst", "zendesk:ListTickets"),
    Mistake("explain undocumented_feild", "undocumented_field"),
    Mistake("plan --vendor zendesk", "--only 'zendesk:*'"),
    Mistake("plan --document openapi.yaml --vendor zendsk", "Did you mean zendesk?"),
    # Which org.
    Mistake("run --target acm", "Did you mean acme?"),
    Mistake("plan --target zendesk", "embedded-zendesk"),
    Mistake("run --target acme", "DESKCHECK_TEST_UNSET"),
    Mistake("doctor --target acm", "Did you mean acme?"),
    Mistake("doctor", "deskcheck.toml"),
    Mistake("logout", "deskcheck logout --target acme"),
    # The embedded sandbox.
    Mistake("run --fault missing_feld", "Did you mean missing_field?"),
    Mistake("run --fault missing_field:ShowTickt", "zendesk:ShowTicket"),
    Mistake("run --fault missing_field:ShowTicket:7", "between 0 and 1"),
    Mistake("run --target acme --fault cut", "Leave --fault out"),
    # Earlier runs.
    Mistake("replay zzzz", "Findings: "),
    Mistake("replay abc --run lates", "Did you mean latest?"),
    Mistake("compare one two", "Newest runs: 20261121-0900"),
    Mistake("sweep", "deskcheck sweep --all --dry-run"),
    Mistake("sweep --run nosuch", "Runs that left something"),
    # Files.
    Mistake("observe nosuch.har", "nosuch.har"),
    Mistake("specs diff zendesk/suport zendesk/support", "zendesk/support"),
    Mistake("plan --changed-since nosuch.yaml", "nosuch.yaml"),
    # The configuration.
    Mistake("plan --target acme", "Did you mean base_url?", CONFIG.replace("base_url", "base_ur1")),
    Mistake("plan --target acme", "Did you mean targets?", CONFIG.replace("targets", "target")),
    Mistake("plan --target acme", "Did you mean bearer?", CONFIG.replace("bearer", "baerer")),
    Mistake("plan --target acme", "Did you mean zendesk?", CONFIG.replace('"zendesk"', '"zendsk"')),
    Mistake("plan --target acme", "https://acme.example", CONFIG.replace(".example", ".example/api/v2")),
    Mistake("plan --target acme", "secret = ", CONFIG.replace("secret = ", "token = ")),
    Mistake("plan --target acme", "deskcheck.toml:", CONFIG.replace("[targets.acme]", "[targets.acme")),
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder with one earlier run that found something."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.chdir(tmp_path)
    finding = Finding("zendesk:ListTickets", "body", 200, "/tickets", "is no list")
    outcome = Outcome(
        "zendesk:ListTickets", "zendesk", "GET", "/", "tickets", "read", "get", State.FINDINGS, findings=(finding,)
    )
    run = Run("20261121-0900", "2026-11-21T09:00:00+00:00", 1.0, 1, {"zendesk": "embedded"}, {}, {}, 1, (outcome,))
    archive.save(run, tmp_path / "reports" / run.id)
    archive.point_latest(tmp_path / "reports" / run.id)
    return tmp_path


def test_there_are_thirty_of_them() -> None:
    assert len({(mistake.typed, mistake.config) for mistake in MISTAKES}) >= 30


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.typed or "nothing")
def test_one_message_names_the_fix(mistake: Mistake, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "deskcheck.toml").write_text(mistake.config, encoding="utf-8")
    code = main(mistake.typed.split())
    shown = capfd.readouterr()
    output = shown.out + shown.err
    assert code == mistake.code
    assert mistake.fix in output
    assert "Traceback" not in output
    messages = re.findall(r"^(?:deskcheck: |problem )", output, re.MULTILINE)
    assert len(messages) == 1, output
