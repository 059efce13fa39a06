"""Taking back in one process: what no answer proves gone is named, and stays open in the ledger."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness import settings
from harness.execution import teardown
from harness.ledger import SWEEP, Ledger
from harness.planning import run_context
from harness.planning.run_options import RunOptions
from harness.policy.permit import Permit
from harness.resources.cleanup import CleanupStep
from harness.run.take_back import take_back
from harness.settings import Settings
from harness.target import Credentials, Target

NOBODY = Target("acme", "zendesk", "http://127.0.0.1:9", Credentials("none"), timeout=1.0)
STEP = CleanupStep("DELETE", "/api/v2/organizations/{id}")


def test_what_no_answer_proves_gone_is_named_and_stays_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teardown, "PAUSES", (0.0,))
    context = run_context.build(RunOptions(targets=("acme",)), Settings({"acme": NOBODY}, settings.cache_folder()))
    with Ledger.open(tmp_path / "ledger.ndjson", SWEEP, "1") as ledger:
        entry = ledger.begin_create("acme", "zendesk:X", "POST", "/api/v2/organizations", ["organization"], [STEP])
        ledger.created(entry, "35")
        left = take_back(ledger, "1", tmp_path, context, {"acme": NOBODY}, {"acme": Permit()})
    assert left == ["acme: /api/v2/organizations/35 (made by zendesk:X)"]
    assert [entry.left for entry in Ledger.read(tmp_path).open_entries()] == [("35",)]
