"""Each check has an entry with its sentence and what a person asks about it."""

from __future__ import annotations

from harness.reference import checks_page


def test_an_entry_says_all_of_its_row() -> None:
    page = checks_page.text()
    entry = page[page.index("## server_error\n") : page.index("## status\n")]
    assert "The server failed with a 5xx code" in entry
    assert "- Severity: critical\n- Looks at an answer\n" in entry
    assert "A network can cause it too" in entry
