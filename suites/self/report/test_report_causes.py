"""Findings become causes: one fault of one field is one line, however many operations show it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from believable import believable

from harness.finding import Finding
from harness.report.causes import causes, field_of
from harness.results.outcome import Outcome, State, fingerprint

FINDING = Finding(
    "zendesk:ListTickets", "body", 200, "/tickets/3/recipient", "null is not of type string", "type string"
)


def outcome(key: str, *findings: Finding, tier: str = "read", resource: str = "Tickets") -> Outcome:
    own = tuple(replace(finding, operation=key) for finding in findings)
    return Outcome(key, "zendesk", "GET", "/a", resource, tier, "r", State.FINDINGS, findings=own)


@pytest.mark.parametrize(
    ("pointer", "field"),
    [
        ("/tickets/3/recipient", "ticket.recipient"),
        ("/ticket/recipient", "ticket.recipient"),
        ("/tickets/0/via/source/rel", "ticket.via.source.rel"),
        ("/users/12/role", "user.role"),
        ("/data/4/contactId", "sla_policy.contactId"),
        ("/count", "sla_policy.count"),
        ("/policies/1/a~1b", "policy.a/b"),
        ("", ""),
    ],
)
def test_a_pointer_leads_to_the_field_of_a_component(pointer: str, field: str) -> None:
    assert field_of(replace(FINDING, pointer=pointer), "SLA Policies") == field


@pytest.mark.parametrize(
    ("many", "one"),
    [
        ("tickets", "ticket"),
        ("Statuses", "status"),
        ("status", "status"),
        ("entries", "entry"),
        ("boxes", "box"),
        ("addresses", "address"),
        ("business hours", "business_hour"),
        ("news", "news"),
    ],
)
def test_words_are_put_into_the_singular(many: str, one: str) -> None:
    assert field_of(replace(FINDING, pointer=f"/{many}/1/id"), "") == f"{one}.id"
    assert field_of(replace(FINDING, pointer="/data/1/id"), many) == f"{one}.id"


def test_the_same_field_of_three_operations_is_one_cause() -> None:
    single = replace(FINDING, pointer="/ticket/recipient", status=201)
    found = causes(
        [outcome("zendesk:A", FINDING), outcome("zendesk:B", FINDING, tier="write"), outcome("zendesk:C", single)]
    )
    assert [(one.place, one.operations, one.statuses, one.tiers) for one in found] == [
        ("ticket.recipient", ("zendesk:A", "zendesk:B", "zendesk:C"), (200, 201), ("read", "write"))
    ]


def test_what_is_expected_tells_causes_apart() -> None:
    assert len(causes([outcome("zendesk:A", FINDING, replace(FINDING, expected="format email"))])) == 2


def test_an_undeclared_status_is_one_cause_whatever_else_is_declared() -> None:
    bare = replace(FINDING, check="status", pointer="", status=404)
    found = causes(
        [outcome("zendesk:A", replace(bare, expected="200")), outcome("zendesk:B", replace(bare, expected="200, 422"))]
    )
    assert [(one.place, one.expected, len(one.operations)) for one in found] == [("answer 404", "", 2)]


def test_failures_of_two_resources_are_two_causes_and_come_first() -> None:
    failed = replace(FINDING, check="server_error", pointer="", status=500, expected="no 5xx")
    widespread = [outcome(f"zendesk:{n}", FINDING) for n in range(20)]
    found = causes([*widespread, outcome("zendesk:X", failed), outcome("zendesk:Y", failed, resource="Users")])
    assert [one.place for one in found] == ["answer 500 of Tickets", "answer 500 of Users", "ticket.recipient"] or [
        one.place for one in found
    ] == ["answer 500 of Users", "answer 500 of Tickets", "ticket.recipient"]


def test_an_undocumented_field_weighs_least() -> None:
    extra = replace(FINDING, check="undocumented_field", pointer="/tickets/0/extra")
    found = causes([*(outcome(f"zendesk:{n}", extra) for n in range(9)), outcome("zendesk:X", FINDING)])
    assert [one.check for one in found] == ["body", "undocumented_field"]


def test_another_tenants_record_comes_before_any_number_of_wrong_fields() -> None:
    foreign = replace(FINDING, check="unknown_id", pointer="", expected="404")
    found = causes([*(outcome(f"zendesk:{n}", FINDING) for n in range(9)), outcome("zendesk:X", foreign)])
    assert [one.check for one in found] == ["unknown_id", "body"]


def test_the_id_of_a_cause_is_that_of_its_example() -> None:
    assert all(one.id == fingerprint(one.example) for one in causes(believable().outcomes))


def test_no_finding_is_lost_in_the_grouping() -> None:
    run = believable()
    assert sum(one.findings for one in causes(run.outcomes)) == sum(len(one.findings) for one in run.outcomes)
    waived = causes(run.outcomes, waived=True)
    assert sum(one.findings for one in waived) == sum(len(one.waived) for one in run.outcomes)
    assert all(one.waivers for one in waived)
