"""The ledger of a run: what it created or must restore, written before each request leaves, verified when read.

Goes in: entries, the files they are written to, and the proof that no line is missing. Not in: how a record is removed
(`execution/teardown`), and when a request is written down (`transport/tracker`).
"""

from harness.ledger.chain import LostLedgerError
from harness.ledger.entry import Entry
from harness.ledger.files import MAIN, SWEEP, LedgerLines
from harness.ledger.ledger import Ledger

__all__ = ["MAIN", "SWEEP", "Entry", "Ledger", "LedgerLines", "LostLedgerError"]
