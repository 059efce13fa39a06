"""Escalations raise the tier of a request by what it carries, and never lower it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.openapi.catalog import Operation
from harness.risk import escalate
from harness.risk.escalate import UNREADABLE, RepeatedValues, tree_of
from harness.risk.tier import Assessment, Tier

ZENDESK, ZOHO = escalate.load("zendesk"), escalate.load("zoho")
UPDATE = Operation("zendesk", "UpdateTicket", "PUT", "/api/v2/tickets/{ticket_id}")
WRITE = Assessment(Tier.WRITE, "record")


def escalated(
    body: Any, query: list[tuple[str, str]] | None = None, operation: Operation = UPDATE, start: Assessment = WRITE
) -> Assessment:
    rules = ZENDESK if operation.vendor == "zendesk" else ZOHO
    return escalate.escalate(start, query or [], body, [rule for rule in rules if rule.fits(operation)])


def tier(body: Any = None, query: list[tuple[str, str]] | None = None, operation: Operation = UPDATE) -> str:
    return str(escalated(body, query, operation).tier)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"ticket": {"subject": "x"}}, "write"),
        ({"ticket": {"comment": {"body": "x", "public": False}}}, "write"),
        ({"ticket": {"comment": {"body": "x", "public": "false"}}}, "write"),
        ({"ticket": {"comment": {"body": "x", "public": True}}}, "outbound"),
        ({"ticket": {"comment": {"body": "x"}}}, "outbound"),
        ({"ticket": {"comment": {"body": "x", "public": None}}}, "outbound"),
        ({"ticket": {"comment": "x"}}, "outbound"),
        ({"ticket": {"comment": None}}, "write"),
        ({"ticket": {"status": "closed"}}, "destructive"),
        ({"ticket": {"status": " CLOSED "}}, "destructive"),
        ({"ticket": {"status": "pending"}}, "write"),
        ({"ticket": {"followers": [{"user_id": 1, "action": "delete"}]}}, "destructive"),
        ({"TICKET": {"Status": "closed"}}, "destructive"),
        ({"ticket": RepeatedValues([{"status": "open"}, {"status": "closed"}])}, "destructive"),
        ({"ticket": {"comment": {"body": "x", "public": RepeatedValues([False, True])}}}, "outbound"),
        (UNREADABLE, "destructive"),
    ],
)
def test_ticket_updates(body: Any, expected: str) -> None:
    assert tier(body) == expected


def test_a_query_counts_like_a_body() -> None:
    assert tier(query=[("ticket[status]", "closed")]) == "destructive"
    assert tier(query=[("ticket[comment][body]", "x"), ("ticket[comment][public]", "false")]) == "write"
    assert tier(query=[("ticket[comment][body]", "x")]) == "outbound"


def test_anything_but_true_detaches() -> None:
    products = Operation("zoho", "associateX", "POST", "/api/v1/contacts/{contactId}/associateX")
    assert tier({"associate": False, "ids": ["1"]}, operation=products) == "destructive"
    assert tier({"associate": None}, operation=products) == "destructive"
    assert tier({"associate": True}, operation=products) == "write"


def test_wherever_an_address_to_call_stands_it_counts() -> None:
    anything = Operation("zoho", "whatever", "POST", "/api/v1/whatever")
    assert tier({"a": [{"b": {"callBackUrl": "https://x"}}]}, operation=anything) == "outbound"


def test_evidence_keeps_what_was_known_and_says_what_is_new() -> None:
    found = escalated({"ticket": {"status": "closed"}})
    assert found.rule == "escalation closed-for-good"
    assert "'closed'" in found.evidence[0]


def test_form_pairs_become_the_tree_of_a_lenient_server() -> None:
    assert tree_of([("a[b][]", "1"), ("a[b][]", "2"), ("c", "3")]) == {"a": {"b": ["1", "2"]}, "c": "3"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.sampled_from(["closed", "delete", "false"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["ticket", "comment", "public", "status", "action", "_destroy", "send_email"])
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(body=JSON, start=st.sampled_from(list(Tier)))
def test_never_lower(body: Any, start: Tier) -> None:
    assert escalated(body, start=Assessment(start, "x")).tier >= start


@given(body=JSON, extra=JSON)
def test_carrying_more_is_never_safer(body: Any, extra: Any) -> None:
    alone = escalated(body).tier
    both = escalated(RepeatedValues([body, extra])).tier
    assert both >= alone


KEYS = st.sampled_from(["ticket", "Comment", "public", "ids", "x"])
TREES = st.recursive(
    st.none() | st.booleans() | st.text(max_size=3) | st.just(UNREADABLE),
    lambda below: (
        st.lists(below, max_size=3)
        | st.lists(below, max_size=3).map(RepeatedValues)
        | st.dictionaries(KEYS, below, max_size=3)
    ),
    max_leaves=12,
)
PATTERNS = st.lists(KEYS | st.sampled_from(["*", "**"]), min_size=1, max_size=4).map(
    lambda parts: "/" + "/".join(parts)
)


@given(TREES, st.lists(PATTERNS, max_size=4))
def test_no_rule_is_passed_over_that_would_have_found_something(body: Any, patterns: list[str]) -> None:
    """Rules are settled by the names in a body where that is possible; the result is that of looking everywhere."""
    rules = [
        escalate.Escalation(f"rule {number}", ("*",), pattern, Tier.OUTBOUND, "why", frozenset(), frozenset(), None)
        for number, pattern in enumerate(patterns)
    ]
    trees = [] if body is None else [body]
    finding = [rule for rule in rules if trees and escalate._evidence(rule, trees)]
    result = escalate.escalate(WRITE, [], body, rules)
    assert result.tier == (Tier.OUTBOUND if finding else Tier.WRITE)
    assert not finding or result.rule == f"escalation {finding[0].name}"
