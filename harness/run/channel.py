"""What a run's controller and its xdist workers send each other: by which names, and the values as text."""

from __future__ import annotations

import msgspec

from harness.ledger import LedgerLines
from harness.planning.job import Job

JOB = "deskcheck_job"
ACCOUNT = "deskcheck_recorded"
OUTCOME = "deskcheck"
LEDGER_LINES = "deskcheck_ledger"
SUITE_MISTAKE = "deskcheck_suite_mistake"
"""Outcome and ledger lines are attributes of a test's report, and what is wrong with a suite file is one of the report
on collecting it; job and account are in a worker's input and output.
"""


def encode_job(job: Job) -> str:
    """A job as text; it holds credentials, so it travels in memory only."""
    return msgspec.json.encode(job, enc_hook=str).decode()


def decode_job(text: str) -> Job:
    """The reverse of `encode_job`."""
    return msgspec.json.decode(text, type=Job, dec_hook=lambda kind, value: kind(value))


def encode_ledger_lines(lines: LedgerLines) -> str:
    """What a worker wrote into its ledger, as text."""
    return msgspec.json.encode(lines).decode()


def decode_ledger_lines(text: str) -> LedgerLines:
    """The reverse of `encode_ledger_lines`."""
    return msgspec.json.decode(text, type=LedgerLines)
