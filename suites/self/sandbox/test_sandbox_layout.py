"""The layout of the sandbox: vendors' folders alike, general code without vendors, imports in one direction."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import harness.sandbox
from harness.sandbox.services import installed

SANDBOX = Path(harness.sandbox.__file__).parent
TESTS = Path(__file__).parent
GENERAL = {path.stem for path in SANDBOX.glob("*.py")} - {"__init__"}

SHARED = {
    "associations", "auth", "bulk", "conversations", "derived", "errors", "history", "ids", "lists", "merges", "oauth",
    "paging", "pins", "quota", "search", "seed", "settings", "sideload", "spam", "tags", "ticket_lists", "tickets",
    "trash", "validation",
}  # fmt: skip
"""One job, one file name: whoever knows it from one vendor finds it in every other vendor's folder."""

OF_ONE_VENDOR = {
    "zendesk": {
        "activities": "agents are told what happened to their tickets",
        "attachments": "files are uploaded for a token, and downloaded again",
        "cursors": "a cursor packs the sort values of a row",
        "examples": "records in full are known from recordings",
        "exports": "everything that changed can be exported incrementally",
        "headers": "every answer has an etag, a request id and warnings",
        "help_center": "help center paths name a locale, and texts belong to translations",
        "identities": "a user is known by several addresses and accounts",
        "jobs": "work on many records is a job that clients look at again and again",
        "metrics": "the times of a ticket are measured",
        "misc": "single endpoints of no other file",
        "record_rules": "names, addresses and external ids are judged alike, wherever a record is made",
        "replay": "recordings of another account can be played back",
        "requests": "a ticket has another face for whoever asked",
        "talk": "numbers of calls and messages, beside the tickets",
        "undocumented": "operations that recordings show and no document describes",
        "user_records": "tickets, imports and bulk work make users on the way",
        "users": "users are created, merged and deleted in two steps",
        "views": "a view is a set of conditions that tickets meet",
        "webhooks": "webhooks have secrets, invocations and attempts",
    },
    "zoho": {
        "actions": "verbs at the end of a path change one record",
        "body": "ids and fields stand bare in the body, without a wrapper",
        "beyond_document": "portals take what the document forbids, and refuse some of what it allows",
        "bulk_reply": "work on many records is answered at once, with a row for each",
        "multipart": "files come as parts of a form",
        "organisations": "one host serves several organisations",
        "time_tracking": "time entries are summed, and timers run",
    },
}
"""Jobs that only one vendor has, and what they are."""

WITHOUT_A_FILE = {
    "test_zendesk_clients.py": "the page about the client libraries, held to their tests",
    "test_zendesk_node.py": "a client library",
    "test_zendesk_operations.py": "every operation of the documents at once",
    "test_zendesk_recordings.py": "recorded sessions against the whole account",
    "test_zendesk_robust.py": "random calls against the whole account",
    "test_zendesk_sdk.py": "a client library",
    "test_zendesk_zenpy.py": "a client library",
    "test_zoho_fidelity.py": "recorded answers of portals against the whole account",
    "test_zoho_catalog.py": "every operation of the documents at once",
    "test_sandbox_layout.py": "the layout itself",
}
"""Tests of a whole, which no single file of the sandbox stands for."""

VENDORS = sorted(installed())


def modules(folder: Path) -> set[str]:
    return {path.stem for path in folder.glob("*.py")} - {"__init__"}


def test_a_vendor_is_a_folder_found_by_its_name() -> None:
    assert {folder.parent.name for folder in SANDBOX.glob("*/__init__.py")} == set(VENDORS)
    assert [service.name for service in installed().values()] == VENDORS


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_same_job_has_the_same_file_name(vendor: str) -> None:
    assert modules(SANDBOX / vendor) == SHARED | OF_ONE_VENDOR[vendor].keys()


def test_what_only_one_vendor_has_is_listed_for_that_one_alone() -> None:
    names = [name for jobs in OF_ONE_VENDOR.values() for name in jobs]
    assert len(set(names) - SHARED) == len(names)


def test_no_general_file_names_a_vendor() -> None:
    sources = {name: (SANDBOX / f"{name}.py").read_text().lower() for name in GENERAL}
    assert [(name, vendor) for name, source in sources.items() for vendor in VENDORS if vendor in source] == []


def test_every_test_file_has_the_name_of_a_file_of_the_sandbox() -> None:
    files = {"sandbox": GENERAL, **{vendor: modules(SANDBOX / vendor) for vendor in VENDORS}}
    named = {f"test_{folder}_{name}.py" for folder, names in files.items() for name in names}
    assert {path.name for path in TESTS.rglob("test_*.py")} - named == WITHOUT_A_FILE.keys()


def test_nothing_is_imported_for_its_types_alone() -> None:
    """So that the layers in pyproject.toml, which leave such imports out, count every import of the sandbox."""
    assert [path.name for path in SANDBOX.rglob("*.py") if "TYPE_CHECKING" in path.read_text()] == []


def test_no_imports_go_in_a_circle() -> None:
    """Within a vendor's folder too, and those within functions counted."""
    graph = {path.relative_to(SANDBOX): set(imported(path)) for path in SANDBOX.rglob("*.py")}
    TopologicalSorter(graph).prepare()


def imported(path: Path) -> Iterator[Path]:
    """The files of the sandbox that a file imports from."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("harness.sandbox"):
            place = Path(*str(node.module).split(".")[2:])
            # A name that is imported from a folder is a file of it, or else stands in its `__init__`.
            files = [place / f"{alias.name}.py" for alias in node.names] if (SANDBOX / place).is_dir() else []
            yield from (file for file in files if (SANDBOX / file).is_file())
            yield from (place / "__init__.py" for file in files if not (SANDBOX / file).is_file())
            if not files:
                yield place.with_suffix(".py")
