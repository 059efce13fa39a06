"""Assessments are those of the rules for every operation, made when they are first asked for."""

from __future__ import annotations

import pinned
import pytest

from harness.risk import overrides, rules
from harness.risk.assessments import Assessments
from harness.vendors import VENDORS


def test_every_operation_has_the_assessment_that_the_rules_give() -> None:
    catalog = pinned.catalog()
    corrections = {vendor: overrides.load(vendor) for vendor in VENDORS}
    assert dict(Assessments(catalog, VENDORS)) == {
        operation.key: rules.assess(operation, corrections[operation.vendor]) for operation in catalog.operations
    }


def test_an_operation_is_assessed_once_and_only_when_somebody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    assessed = []
    monkeypatch.setattr(rules, "assess", lambda operation, corrections: assessed.append(operation.key))
    assessments = Assessments(pinned.catalog(), VENDORS)
    assert "zendesk:ListTickets" in set(assessments)
    assert assessed == []
    assert assessments["zendesk:ListTickets"] is assessments["zendesk:ListTickets"]
    assert assessed == ["zendesk:ListTickets"]


def test_what_is_no_operation_has_no_assessment() -> None:
    with pytest.raises(KeyError):
        Assessments(pinned.catalog(), VENDORS)["zendesk:Nothing"]


@pytest.mark.parametrize(
    ("name", "tier"),
    [
        ("getTicketConversations", "read"),
        ("getThread", "read"),
        ("getLatestThread", "read"),
        ("removePinsUndocumented", "destructive"),
    ],
)
def test_operations_that_no_document_describes_have_the_tier_of_what_they_do(name: str, tier: str) -> None:
    assert str(Assessments(pinned.catalog(), VENDORS)[f"zoho:{name}"].tier) == tier
