"""Which scopes of Zendesk are enough for an operation, and which names it does not know."""

from __future__ import annotations

from typing import Any

import pytest

from harness.openapi.catalog import Operation
from harness.vendors.zendesk.scopes import covers, needed, read_current, unknown


@pytest.mark.parametrize(("method", "path", "expected"), [
    ("GET", "/api/v2/tickets/{ticket_id}", ("read", "tickets:read")), ("GET", "/api/v2/views", ("read",)),
    ("DELETE", "/api/v2/tickets/{ticket_id}", ("write", "tickets:write")), ("POST", "/api/v2/views", ("write",)),
    ("GET", "/api/v2/users/{user_id}/tickets/ccd", ("read", "users:read", "tickets:read")),
    ("GET", "/api/v2/audit_logs", ("read", "auditlogs:read")), ("PUT", "/api/v2/help_center/x", ("write", "hc:write")),
])  # fmt: skip
def test_reading_needs_read_and_all_else_write(method: str, path: str, expected: tuple[str, ...]) -> None:
    assert needed(Operation("zendesk", "x", method, path)) == expected


@pytest.mark.parametrize(("held", "wanted", "expected"), [
    ("read", "read", True), ("read", "tickets:read", True), ("tickets:read", "tickets:read", True),
    ("tickets:read", "read", False), ("write", "tickets:read", False), ("write", "read", False),
    ("users:write", "tickets:write", False), ("impersonate", "read", False),
])  # fmt: skip
def test_a_broad_scope_includes_the_narrow_ones_of_its_kind(held: str, wanted: str, expected: bool) -> None:
    assert covers(held, wanted) is expected


@pytest.mark.parametrize(("scope", "expected"), [
    ("read", False), ("write", False), ("impersonate", False), ("tickets:write", False), ("hc:read", False),
    ("reads", True), ("ticket:read", True), ("tickets:delete", True), ("tickets", True), ("", True),
])  # fmt: skip
def test_a_name_that_zendesk_does_not_know_is_told(scope: str, expected: bool) -> None:
    assert unknown(scope) is expected


@pytest.mark.parametrize(("body", "expected"), [
    ({"token": {"scopes": ["read", "write"]}}, frozenset({"read", "write"})), ({"token": {"scopes": []}}, None),
    ({"token": None}, None), ([], None), (None, None), ({"token": {"scopes": "read"}}, None),
])  # fmt: skip
def test_the_org_names_the_scopes_of_the_token_that_asks(body: Any, expected: frozenset[str] | None) -> None:
    assert read_current(body) == expected
