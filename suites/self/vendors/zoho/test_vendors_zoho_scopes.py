"""Which scopes of Zoho Desk are enough for an operation, and which include others."""

from __future__ import annotations

import pytest

from harness.openapi.catalog import Operation
from harness.vendors.zoho.scopes import covers, needed


@pytest.mark.parametrize(("held", "wanted", "expected"), [
    ("Desk.tickets.READ", "Desk.tickets.READ", True), ("desk.tickets.read", "Desk.tickets.READ", True),
    ("Desk.tickets.ALL", "Desk.tickets.READ", True), ("Desk.tickets.ALL", "Desk.tickets.DELETE", True),
    ("Desk.tickets.READ", "Desk.tickets.UPDATE", False), ("Desk.tickets.READ", "Desk.tickets.ALL", False),
    ("Desk.tickets.ALL", "Desk.contacts.READ", False), ("Desk.tickets.READ", "Desk.settings.READ", False),
    ("Desk.tasks.READ", "Desk.activities.tasks.READ", True), ("Desk.activities.tasks.READ", "Desk.tasks.READ", True),
    ("Desk.activities.READ", "Desk.tasks.READ", True), ("Desk.activities.ALL", "Desk.activities.calls.UPDATE", True),
    ("Desk.activities.tasks.READ", "Desk.activities.calls.READ", False), ("Desk.tasks.READ", "Desk.calls.READ", False),
    ("Desk.settings.READ", "Desk.products.READ", True), ("Desk.products.READ", "Desk.settings.READ", False),
    ("Desk.exports.CUSTOM", "Desk.exports.CUSTOM", True), ("Desk.exports.ALL", "Desk.exports.CUSTOM", False),
    ("", "Desk.tickets.READ", False), ("ALL", "Desk.tickets.READ", False),
])  # fmt: skip
def test_a_scope_includes_what_the_vendors_page_says(held: str, wanted: str, expected: bool) -> None:
    assert covers(held, wanted) is expected


def test_what_is_needed_is_spelled_as_consent_takes_it() -> None:
    scopes = ("Desk.tickets.update", "Desk.tickets.UPDATE", "settings.READ", "Desk.Desk.settings.READ")
    operation = Operation("zoho", "x", "GET", "/api/v1/x", scopes=scopes)
    assert needed(operation) == ("Desk.tickets.UPDATE", "Desk.settings.READ")
