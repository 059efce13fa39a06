"""A finding: what makes two of them one, and how it is kept beside its exchange."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.finding import Finding, as_row, from_row, general

FINDING = Finding("zendesk:ListTickets", "body", 200, "/tickets/3/recipient", "null is no string", "type string")


def test_indices_and_words_do_not_make_another_cause() -> None:
    assert replace(FINDING, pointer="/tickets/7/recipient", message="5 is no string").cause == FINDING.cause
    for change in ({"pointer": "/tickets/3/subject"}, {"check": "payload"}, {"status": 404}, {"expected": "a number"}):
        assert replace(FINDING, **change).cause != FINDING.cause


@pytest.mark.parametrize(("pointer", "place"), [
    ("", ""), ("/a/0/b/12", "/a/*/b/*"), ("/0", "/*"), ("/a1/b", "/a1/b"), ("/by_id/314000028/name", "/by_id/*/name"),
    ("/a/7B6A0F9E-2c1d-4f5a-9b8c-0d1e2f3a4b5c/b", "/a/*/b"), ("/pins/01KE6P4YM000300000000028AP", "/pins/*"),
    ("/a/ABCDEFGHJKMNPQRSTVWXYZABCD", "/a/ABCDEFGHJKMNPQRSTVWXYZABCD"), ("/a/deadbeef", "/a/deadbeef"),
])  # fmt: skip
def test_a_general_pointer_has_a_star_for_each_index_and_each_id(pointer: str, place: str) -> None:
    assert general(pointer) == place


@given(st.builds(Finding, st.text(), st.text(), st.integers(100, 599), st.text(), st.text(), st.text()))
def test_a_finding_comes_back_from_its_row(finding: Finding) -> None:
    assert from_row(finding.operation, finding.status, as_row(finding)) == finding


def test_a_row_that_lacks_something_is_none() -> None:
    with pytest.raises(KeyError):
        from_row("zendesk:A", 200, {"check": "body"})
