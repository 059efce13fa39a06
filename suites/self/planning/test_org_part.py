"""A suite test has one name, by which it is chosen and left out."""

from __future__ import annotations

from harness.planning.org_part import OrgPart, suite_test_name


def test_a_test_is_called_by_its_function_and_what_it_is_drawn_from() -> None:
    assert suite_test_name("test_pins") == "test_pins"
    assert suite_test_name("test_lifecycle", "zendesk:CreateTicket") == "test_lifecycle[zendesk:CreateTicket]"


def test_a_part_leaves_nothing_out_unless_it_says_so() -> None:
    assert OrgPart(4).left_out == frozenset()
