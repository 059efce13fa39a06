"""`--only` takes along what touches the operation: a fault that no single request shows is found all the same."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

COMMAND = (sys.executable, "-c", "import sys; from harness.cli.main import main; sys.exit(main())")
KEY, FAULT = "zendesk:UpdateTicket", "stale:zendesk:ShowTicket"


def test_a_fault_in_an_update_is_found_by_the_tests_that_touch_it(tmp_path: Path) -> None:
    """The answer to the update is right; only the next read shows that nothing was changed."""
    words = [*COMMAND, "run", "--only", KEY, "--fault", FAULT, "--budget", "2", "--report-dir", "report"]
    ended = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True)
    assert ended.returncode == 1, ended.stdout + ended.stderr
    lines = (tmp_path / "report" / "results.ndjson").read_text().splitlines()
    states = {outcome["key"]: outcome["state"] for outcome in map(json.loads, lines)}
    assert states[KEY] == "passed"
    assert states["zendesk:test_lifecycle[zendesk:CreateTicket]"] == "findings"
    assert "zendesk:test_a_change_is_there_at_the_next_read" in states
    assert not any("tags" in key.lower() for key in states), "nothing else comes along"
