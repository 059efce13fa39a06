"""What a worker is given, and what it writes into its ledger, comes out of the channel as it went in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from harness.ledger import LedgerLines
from harness.planning.job import Job
from harness.planning.run_options import RunOptions
from harness.policy.permit import Permit
from harness.risk.tier import Tier
from harness.run import channel
from harness.run.channel import decode_job, decode_ledger_lines, encode_job, encode_ledger_lines
from harness.target import Credentials, Target
from harness.tokens.store_place import StorePlace

TARGET = Target("acme", "zendesk", "https://acme.zendesk.example", Credentials("bearer", secret="hunter2-token"))


def test_a_job_comes_out_as_it_went_in(tmp_path: Path) -> None:
    permit = Permit(frozenset({Tier.READ, Tier.WRITE}), frozenset({"zendesk:DeleteTicket"}))
    tokens = StorePlace("redis", tmp_path, "redis://:s3cret@cache.example/0")
    targets, files = {"zendesk": replace(TARGET, tokens=tokens)}, {"ledger.ndjson": (1, 2)}
    job = Job("20260101-120000-1", tmp_path, RunOptions(budget=3), targets, {"zendesk": permit}, workers=4, files=files)
    assert decode_job(encode_job(job)) == job


def test_ledger_lines_come_out_as_they_went_in() -> None:
    lines = LedgerLines("gw3", 17, ('{"event": "made", "ids": ["35"]}', "Grüße, „quoted“"))
    assert decode_ledger_lines(encode_ledger_lines(lines)) == lines


def test_a_worker_that_wrote_nothing_says_so() -> None:
    nothing = LedgerLines("gw0", 1, ())
    assert decode_ledger_lines(encode_ledger_lines(nothing)) == nothing


def test_each_message_has_a_name_of_its_own() -> None:
    names = [channel.JOB, channel.ACCOUNT, channel.OUTCOME, channel.LEDGER_LINES]
    assert len(set(names)) == len(names)
