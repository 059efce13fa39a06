"""What a run's controller and its xdist workers tell each other: by which names, and the ledger's lines as text."""

from __future__ import annotations

import msgspec

from harness.ledger import LedgerLines

JOB = "deskcheck_job"
ACCOUNT = "deskcheck_recorded"
OUTCOME = "deskcheck"
LEDGER_LINES = "deskcheck_ledger"
"""Outcome and ledger report are attributes of a test's report; job and account are in a worker's input and output."""


def encode_ledger_lines(report: LedgerLines) -> str:
    """What a worker wrote into its ledger, as text."""
    return msgspec.json.encode(report).decode()


def decode_ledger_lines(text: str) -> LedgerLines:
    """The reverse of `encode_ledger_lines`."""
    return msgspec.json.decode(text, type=LedgerLines)
