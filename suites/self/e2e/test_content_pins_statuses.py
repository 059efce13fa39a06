"""One run of the pins' hand-written tests reaches every status that the document has for pins, and results say so."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from harness.openapi.document import pinned

PAGE = {"200", "201", "400", "404", "409", "422"}
"""The statuses of the vendor's page."""


def run(folder: Path, *words: str) -> tuple[int, str]:
    """A run on the embedded sandbox: exit code, and what it printed."""
    command = [sys.executable, "-c", "import sys; from harness.cli.main import main; sys.exit(main())", "run", *words]
    done = subprocess.run([*command, "--report-dir", str(folder)], capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout + done.stderr


def outcomes(folder: Path) -> dict[str, dict[str, object]]:
    rows = [json.loads(line) for line in (folder / "results.ndjson").read_text().splitlines()]
    return {row["key"]: row for row in rows}


def test_the_document_has_these_six_statuses() -> None:
    (document,) = (one for one in pinned("zendesk") if one.name == "ticket-content-pins")
    paths = document.tree["paths"].values()
    assert {code for path in paths for operation in path.values() for code in operation["responses"]} >= PAGE


@pytest.mark.parametrize("only", ["zendesk:*Pin*", "*TicketContentPin"])
def test_whichever_pins_are_selected_all_six_statuses_are_reached(tmp_path: Path, only: str) -> None:
    code, said = run(tmp_path / "run", "--only", only, "--budget", "2")
    assert code == 0, said
    written = {key: row for key, row in outcomes(tmp_path / "run").items() if row["rule"] == "hand-written"}
    statuses: Counter[str] = sum((Counter(row["statuses"]) for row in written.values()), Counter())
    assert statuses.keys() >= PAGE
    assert {key for key, row in written.items() if row["state"] not in ("passed", "refused")} == {
        "zendesk:test_reorder_is_promised_and_not_documented"
    }


def test_where_a_tier_is_missing_each_test_says_so(tmp_path: Path) -> None:
    code, said = run(tmp_path / "run", "--only", "zendesk:*Pin*", "--allow", "read", "--budget", "2")
    row = outcomes(tmp_path / "run")["zendesk:test_create_shows_the_pin"]
    assert (code, row["state"]) == (0, "refused"), said
    assert "--allow write" in str(row["detail"])
