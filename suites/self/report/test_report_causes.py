"""Findings become causes: one fault of one field is one line, however many operations show it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from believable import believable
from hypothesis import given
from hypothesis import strategies as st

from harness.exchange import Exchange, Request, Response
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
    new_ids, waived_ids = (
        {member.id for cause in grouped for member in cause.members} for grouped in (causes(run.outcomes), waived)
    )
    assert not new_ids & waived_ids, "what is waived in one place and new in another is new"
    assert new_ids | waived_ids == {fingerprint(one) for row in run.outcomes for one in (*row.findings, *row.waived)}
    assert all(one.waivers for one in waived)


RESOURCES = ("Tickets", "Users", "Views", "Macros", "Groups", "Brands")


def failed(words: bytes) -> Finding:
    exchange = Exchange(Request("GET", "https://org.example.com/a"), Response(500, (), words))
    return replace(FINDING, check="server_error", pointer="", status=500, expected="no 5xx", exchange=exchange)


def spread(finding: Finding, size: int, resources: tuple[str, ...] = RESOURCES) -> list[Outcome]:
    """The finding in as many operations, of these resources in turn."""
    return [outcome(f"zendesk:Op{n}", finding, resource=resources[n % len(resources)]) for n in range(size)]


def test_one_server_fault_that_struck_204_operations_is_one_cause() -> None:
    found = causes(spread(failed(b"Internal Server Error, request 8c1f22aa90b3d2e1, line 17"), 204))
    assert [(one.place, len(one.operations), one.findings) for one in found] == [
        ("answer 500 of 6 resources", 204, 204)
    ]


def test_the_same_fault_says_another_number_and_id_each_time() -> None:
    outcomes = [
        outcome(f"zendesk:Op{n}", failed(b"request %d failed at 2026-11-27T10:%02d" % (n, n)), resource=resource)
        for n, resource in enumerate(RESOURCES)
    ]
    assert len(causes(outcomes)) == 1


def test_two_server_faults_that_say_different_things_are_two_causes() -> None:
    database = spread(failed(b"the database is read-only"), 12)
    cache = [replace(row, key=f"{row.key}Again", findings=(replace(row.findings[0], operation=f"{row.key}Again",
             exchange=failed(b"out of memory").exchange),)) for row in database]  # fmt: skip
    assert sorted(one.findings for one in causes([*database, *cache])) == [12, 12]


def test_failures_of_a_few_resources_stay_apart() -> None:
    found = causes(spread(failed(b"Internal Server Error"), 20, RESOURCES[:4]))
    assert len(found) == 4


def test_a_field_that_many_records_have_wrong_is_one_cause() -> None:
    shared = replace(FINDING, pointer="/data/0/modified_at")
    found = causes(spread(shared, 30))
    assert [(one.place, one.findings) for one in found] == [("modified_at of 6 resources", 30)]
    few = causes(spread(shared, 30, RESOURCES[:3]))
    assert sorted(one.place for one in few) == ["ticket.modified_at", "user.modified_at", "view.modified_at"]


def test_the_same_answer_everywhere_is_one_cause_wherever_it_breaks_each_contract() -> None:
    outcomes = []
    for n, resource in enumerate(RESOURCES):
        answer = replace(failed(b'{"results": [{"success": false}]}'), check="body", status=200, pointer=f"/field{n}")
        outcomes.append(outcome(f"zendesk:Op{n}", answer, resource=resource))
    assert [(one.place, one.findings) for one in causes(outcomes)] == [("answer 200 of 6 resources", 6)]


def test_what_a_hand_written_test_finds_belongs_to_the_operation_that_it_is_about() -> None:
    found = outcome("zendesk:ListTickets", FINDING)
    test = replace(found, key="zendesk:test_tickets", method="", resource="suite")
    (cause,) = causes([found, test])
    assert (cause.operations, cause.tests, cause.findings) == (("zendesk:ListTickets",), ("zendesk:test_tickets",), 1)
    assert cause.place == "ticket.recipient"


finding_values = st.builds(
    replace,
    st.just(failed(b"x")),
    check=st.sampled_from(["server_error", "status", "body", "ignored_auth", "suite"]),
    status=st.sampled_from([200, 404, 500]),
    pointer=st.sampled_from(["", "/tickets/0/id", "/data/1/id", "/user/name", "/x"]),
    expected=st.sampled_from(["", "type string"]),
)
rows = st.tuples(st.integers(0, 30), st.sampled_from(RESOURCES), st.lists(finding_values, max_size=4))


@given(st.lists(rows, max_size=25))
def test_every_distinct_finding_is_a_member_of_one_cause_and_no_id_is_used_twice(drawn: list) -> None:
    outcomes = [outcome(f"zendesk:Op{n}", *findings, resource=resource) for n, resource, findings in drawn]
    found = causes(outcomes)
    members = [member.id for one in found for member in one.members]
    assert sorted(members) == sorted({fingerprint(finding) for row in outcomes for finding in row.findings})
    assert len({one.id for one in found}) == len(found)
    assert all(one.findings == len(one.members) for one in found)
    assert [one.weight for one in found] == sorted((one.weight for one in found), reverse=True)
