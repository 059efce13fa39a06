"""What a run's controller and its xdist workers tell each other: by which names, and as which text."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

import msgspec

from harness.ledger import LedgerReport
from harness.results import archive
from harness.results.outcome import Outcome
from harness.traffic.recording import Account

JOB = "deskcheck_job"
LEDGER_REPORT = "deskcheck_ledger"
ACCOUNT = "deskcheck_recorded"
OUTCOME = "deskcheck"
"""An outcome is an attribute of a test's report, and so is what its worker wrote into the ledger meanwhile."""


def encode_ledger_report(report: LedgerReport) -> str:
    """What a worker wrote into its ledger, as text."""
    return msgspec.json.encode(report).decode()


def ledger_report_in(text: str) -> LedgerReport:
    """The reverse of `encode_ledger_report`."""
    return msgspec.json.decode(text, type=LedgerReport)


def encode_outcome(outcome: Outcome) -> str:
    """An outcome as text."""
    return archive.encode(outcome).decode()


def outcome_in(report: Any) -> Outcome | None:
    """The outcome that a test's report carries, if it does."""
    text = getattr(report, OUTCOME, "")
    return archive.decode(text.encode()) if text else None


def encode_account(account: Account) -> tuple[Any, ...]:
    """What a worker recorded."""
    return astuple(account)


def account_in(output: dict[str, Any]) -> Account:
    """What a worker recorded, as its last output says; nothing where the worker broke off."""
    return Account(*output.get(ACCOUNT, ()))
