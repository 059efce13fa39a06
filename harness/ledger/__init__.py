"""The ledger of a run: what it created or must put back, written before each request leaves, verified when read.

Here: entries, the files they are written to, and the proof that no line is missing. Not here: how a record is
removed (`teardown`), and when a request is written down (`wire/tracker`).
"""

from harness.ledger.chain import LostLedgerError
from harness.ledger.entry import Entry
from harness.ledger.ledger import MAIN, Ledger, LedgerReport

__all__ = ["MAIN", "Entry", "Ledger", "LedgerReport", "LostLedgerError"]
