"""Audits: what they tell of a change."""

from __future__ import annotations


def test_an_audit_tells_what_changed_and_how_it_was(account):
    ticket = account.ticket(subject="old")
    field = ticket["custom_fields"][0]["id"]
    change = {"subject": "new", "custom_fields": [{"id": field, "value": "A-1"}]}
    events = account.put(f"/tickets/{ticket['id']}", {"ticket": change}).body["audit"]["events"]
    assert [(one["field_name"], one["previous_value"], one["value"]) for one in events] == [
        ("subject", "old", "new"),
        (str(field), None, "A-1"),
    ]
