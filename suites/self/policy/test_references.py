"""Which ids a request acts upon, of which kind, and which of them cannot exist."""

from __future__ import annotations

from typing import Any

import pytest
from contexts import operations
from hypothesis import given
from hypothesis import strategies as st

from harness.openapi.catalog import Operation
from harness.policy import references
from harness.policy.references import References
from harness.risk.tier import Tier

ZENDESK, ZOHO = references.load("zendesk"), references.load("zoho")
BY_ID = {one.operation_id: one for one in operations() if one.vendor == "zendesk"}


@pytest.mark.parametrize(
    ("name", "kind"),
    [("ticket_id", "ticket"), ("ticketIds", "ticket"), ("deleted_tickets", "ticket"), ("deletedAgents", "agent"),
     ("user_identity_id", "user_identity"), ("policies", "policy"), ("custom_object_key", "custom_object"),
     ("id", "id")],
)  # fmt: skip
def test_kinds(name: str, kind: str) -> None:
    assert references.kind_of(name) == kind


def acted(body: Any, tier: Tier, operation: Operation = BY_ID["CreateTicket"]) -> set[tuple[str, str]]:
    return {("/".join(sorted(one.kinds)), one.value) for one in references.in_content(ZENDESK, operation, [body], tier)}


def test_references_count_from_the_tier_on_at_which_they_change_something() -> None:
    body = {"ticket": {"requester_id": 1, "brand_id": 2, "problem_id": 3, "subject": "4"}}
    assert acted(body, Tier.WRITE) == {("ticket", "3")}
    assert acted(body, Tier.OUTBOUND) == {("ticket", "3"), ("user", "1")}
    assert acted(body, Tier.DESTRUCTIVE) == {("ticket", "3"), ("user", "1"), ("brand", "2")}


def test_a_bare_id_is_of_what_its_wrapper_or_the_path_is_about() -> None:
    assert acted({"tickets": [{"id": 1}, {"id": 2}]}, Tier.WRITE) == {("ticket", "1"), ("ticket", "2")}
    assert acted({"ids": "1, 2"}, Tier.WRITE) == {("ticket", "1"), ("ticket", "2")}


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/api/v1/contacts/{contactId}/associateProducts", "product"), ("/api/v1/tickets/moveToTrash", "ticket"),
     ("/api/v1/closeTickets", "ticket"), ("/api/v1/tickets/{ticketId}/pins/unpin", "pin"),
     ("/api/v1/tickets/{ticketId}/draftReply", "reply"), ("/api/v2/users/create_or_update", "user"),
     ("/api/v2/tickets/destroy_many", "ticket"), ("/api/v1/tasks/{entityId}/comments", "comment")],
)  # fmt: skip
def test_what_a_path_is_about(path: str, kind: str) -> None:
    assert references.kind_of_records(References(), Operation("zoho", "x", "POST", path)) == kind


def test_the_path_names_records_by_parameter_and_by_the_word_before_it() -> None:
    redact = BY_ID["RedactChatComment"]
    (name,) = references.in_path(ZENDESK, redact, {"ticket_id": "5"}, Tier.DESTRUCTIVE)
    assert "ticket" in name.kinds


def test_words_out_of_a_list_name_no_record() -> None:
    create = BY_ID["CreateCustomObjectRecord"]
    assert list(references.in_path(ZENDESK, create, {"custom_object_key": "car"}, Tier.WRITE)) == []
    fields = BY_ID["CreateCustomObjectField"]
    assert [one.value for one in references.in_path(ZENDESK, fields, {"custom_object_key": "car"}, Tier.ADMIN)] == [
        "car"
    ]


def test_every_path_parameter_of_every_operation_has_a_kind() -> None:
    for one in operations():
        rules = ZENDESK if one.vendor == "zendesk" else ZOHO
        for name in references.in_path(rules, one, {}, Tier.DESTRUCTIVE):
            assert name.kinds


@given(number=st.integers(min_value=0))
def test_ids_that_cannot_exist_are_those_that_no_column_holds(number: int) -> None:
    assert References().cannot_exist(str(number)) == (number >= 2**63 - 1)


ODD = ("", "-1", "0", "7", "9223372036854775806", "٩٢٢٣٣٧٢٠٣٦٨٥٤٧٧٥٨٠٧", "9223372036854775807x", "1e30")


@pytest.mark.parametrize("value", ODD)
def test_anything_else_may_exist(value: str) -> None:
    assert not References().cannot_exist(value)


@pytest.mark.parametrize(
    ("text", "foreign"),
    [("a@example.com", False), ("a@b.example", False), ("a@sub.example.org", False), ("a@x.test", False),
     ("a@notexample.com", True), ("a@acme.com", True), ("a@example.com,b@acme.com", True), ("Bob <b@acme.com>", True),
     ("no mail", False)],
)  # fmt: skip
def test_addresses_of_real_people_count_when_mail_goes_out(text: str, foreign: bool) -> None:
    assert bool(acted({"ticket": {"x": text}}, Tier.OUTBOUND)) is foreign
    assert not acted({"ticket": {"x": text}}, Tier.ADMIN)


BODIES = st.dictionaries(st.sampled_from(["id", "ids", "ticket_id", "user_id", "brand_id", "x"]), st.integers(1, 99))


@given(tier=st.sampled_from([Tier.WRITE, Tier.ADMIN, Tier.OUTBOUND]), body=BODIES)
def test_a_higher_tier_never_counts_fewer_ids(tier: Tier, body: dict[str, int]) -> None:
    assert acted(body, tier) <= acted(body, Tier(tier + 1))
