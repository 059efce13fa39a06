"""A Diff holds all changes, and knows which of them break a client."""

from __future__ import annotations

from harness.review.change import Change, Diff

BREAKING = Change("operation", "removed", "zendesk:ShowThing", "removed", breaks_client=True, breaks_suites=True)
RED_SUITES = Change("schema", "changed", "Thing", "property name is now required", breaks_suites=True)
HARMLESS = Change("operation", "added", "zendesk:ListThings", "added")


def test_a_change_breaks_nobody_unless_it_says_so() -> None:
    assert not HARMLESS.breaks_client
    assert not HARMLESS.breaks_suites


def test_only_what_breaks_a_client_is_breaking() -> None:
    assert Diff("old", "new", (BREAKING, RED_SUITES, HARMLESS)).breaking == (BREAKING,)


def test_two_documents_that_are_alike_break_nothing() -> None:
    assert Diff("old", "new", ()).breaking == ()


def test_what_nobody_can_judge_needs_a_look_like_what_breaks() -> None:
    unclear = Change("schema", "changed", "Thing", "frobnicate 1 to 2", understood=False)
    assert Diff("old", "new", (unclear, HARMLESS)).not_understood == (unclear,)
    assert [Diff("old", "new", (change,)).needs_a_look for change in (BREAKING, RED_SUITES, unclear, HARMLESS)] == [
        True,
        True,
        True,
        False,
    ]
