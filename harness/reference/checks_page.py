"""The page of all checks, made from their table."""

from __future__ import annotations

from collections.abc import Iterator

from harness import checks
from harness.checks.check import Check
from harness.reference.markdown_table import plain

_HEAD = """# Checks

One entry a check, in the order in which findings are read. `deskcheck explain CHECK` shows the same with the waivers in
force. Which faults of a server are found by which check: [faults](faults.md).

This page is made from the table in `harness/checks/__init__.py`: `python -m harness.reference` writes it anew.
"""


def text() -> str:
    """The whole page."""
    return _HEAD + "".join(f"\n## {check.name}\n\n{_entry(check)}" for check in checks.TABLE)


def _entry(check: Check) -> str:
    return f"{plain(check.sentence)}\n\n" + "".join(f"- {fact}\n" for fact in _facts(check))


def _facts(check: Check) -> Iterator[str]:
    """What a person asks about a check, a line each."""
    yield f"Severity: {check.severity}"
    yield f"Looks at {check.subject}"
    if check.needs:
        yield f"Needs {', '.join(sorted(check.needs))}"
    if check.on_negative_cases:
        yield "Also applied where a request is meant to be refused"
    if check.network_can_cause:
        yield "A network can cause it too: it counts only if it shows again each time the request is sent"
    if check.status_decides:
        yield "An answer with another status clears it"
