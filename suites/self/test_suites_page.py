"""The page about suites of one's own: its example passes as it stands, and fails with evidence on a wrong org."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from harness import pytest_plugin
from harness.results import archive

PAGE = Path(__file__).resolve().parents[2] / "docs" / "suites.md"
FILE, FAULT = "tests/desk/test_comments.py", "missing_field:zendesk:ListTicketComments"


def example() -> str:
    """The test on the page."""
    code, *_ = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return code


def run(folder: Path, *words: str) -> tuple[int, dict[str, Any], str]:
    """The page's own command in a new folder: exit code, the outcome of the test, and what was printed."""
    file = folder / FILE
    file.parent.mkdir(parents=True)
    file.write_text(example())
    (folder / "deskcheck.toml").write_text('suites = ["tests/desk"]\n')
    command = [sys.executable, "-m", "pytest", "-p", "harness.pytest_plugin", "tests/desk", "--target", "embedded"]
    ended = subprocess.run([*command, *words, "--report-dir", "report"], cwd=folder, capture_output=True, text=True)
    (line,) = (folder / "report" / "results.ndjson").read_text().splitlines()
    return ended.returncode, json.loads(line), ended.stdout


def test_the_example_has_few_lines_and_says_its_vendor_and_tier() -> None:
    lines = [line for line in example().splitlines() if line.strip() and not line.startswith("#")]
    assert len(lines) <= 15
    assert FILE in example()


def test_the_example_passes_on_the_embedded_sandbox(tmp_path: Path) -> None:
    code, outcome, output = run(tmp_path)
    assert (code, outcome["state"]) == (0, "passed"), output
    assert outcome["tier"] == "write"
    assert outcome["key"] == f"zendesk:{FILE}::test_a_comment_is_kept"


def test_the_example_fails_with_request_and_answer_where_a_fault_is_put_in(tmp_path: Path) -> None:
    code, outcome, output = run(tmp_path, "--fault", FAULT)
    assert (code, outcome["state"]) == (1, "findings"), output
    (kept,) = archive.load(tmp_path / "report").outcomes
    exchange = kept.findings[0].exchange
    assert exchange is not None
    assert exchange.request.url.endswith("/comments")
    assert exchange.response.status == 200


@pytest.mark.parametrize("mark", ["operations", "requests", "destructive", "zendesk", "zoho"])
def test_the_page_names_every_mark(mark: str) -> None:
    assert f"`{mark}" in PAGE.read_text()


def fixtures_of_the_plugin() -> dict[str, object]:
    """What a suite of a user's can ask for, by name: those with documentation, which are the plugin's own."""
    found = ((name, getattr(pytest_plugin, name)) for name in dir(pytest_plugin))
    return {name: value for name, value in found if type(value).__name__ == "FixtureFunctionDefinition"}


def test_the_page_has_every_fixture_with_its_type() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", PAGE.read_text(), re.MULTILINE))
    # By `contract` the shipped suites test what is drawn from the plan.
    named = {name for name in fixtures_of_the_plugin() if name != "contract"}
    assert rows.keys() == named
    for name, kind in rows.items():
        written = inspect.get_annotations(getattr(pytest_plugin, name)._get_wrapped_function())["return"]
        assert kind.endswith(written), name
