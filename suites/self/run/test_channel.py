"""What a worker writes into its ledger reaches the controller to the letter."""

from __future__ import annotations

from harness.ledger import LedgerLines
from harness.run import channel
from harness.run.channel import decode_ledger_lines, encode_ledger_lines


def test_ledger_lines_come_out_as_they_went_in() -> None:
    lines = LedgerLines("gw3", 17, ('{"event": "made", "ids": ["35"]}', "Grüße, „quoted“"))
    assert decode_ledger_lines(encode_ledger_lines(lines)) == lines


def test_a_worker_that_wrote_nothing_says_so() -> None:
    nothing = LedgerLines("gw0", 1, ())
    assert decode_ledger_lines(encode_ledger_lines(nothing)) == nothing


def test_each_message_has_a_name_of_its_own() -> None:
    names = [channel.JOB, channel.ACCOUNT, channel.OUTCOME, channel.LEDGER_LINES]
    assert len(set(names)) == len(names)
