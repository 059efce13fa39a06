"""Suggestions: a slip of the finger finds the name that was meant, and what is like nothing finds nothing."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from harness.formats.suggestion import SHOWN, did_you_mean, near

NAMES = ("plan", "explain", "run", "observe", "sweep", "replay", "compare", "release", "doctor", "sandbox")


@st.composite
def slips(draw: st.DrawFn) -> tuple[str, str]:
    """A name, and the same with one letter lost, doubled, replaced or swapped with its neighbour."""
    name = draw(st.sampled_from([name for name in NAMES if len(name) > 4]))
    at = draw(st.integers(0, len(name) - 2))
    letter = draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
    head, tail = name[:at], name[at:]
    slip = draw(
        st.sampled_from(
            [head + tail[1:], head + tail[0] + tail, head + letter + tail[1:], head + tail[1] + tail[0] + tail[2:]]
        )
    )
    assume(slip not in NAMES)
    return name, slip


@given(slips())
def test_one_slip_finds_the_name(pair: tuple[str, str]) -> None:
    name, slip = pair
    assert name in near(slip, NAMES)


@given(st.text(max_size=20), st.lists(st.text(max_size=20)))
def test_only_known_names_are_suggested_and_few_of_them(word: str, known: list[str]) -> None:
    names = near(word, known)
    assert set(names) <= set(known)
    assert len(names) <= SHOWN


@pytest.mark.parametrize(
    ("word", "known", "names"),
    [
        ("PLAN", NAMES, ("plan",)),
        ("ShowTickt", ["zendesk:ShowTicket", "zendesk:ListTickets"], ("zendesk:ShowTicket",)),
        ("zendesk:ShowTickt", ["zendesk:ShowTicket", "zoho:ShowTicket"], ("zendesk:ShowTicket",)),
        ("acme", ["acme-eu", "acme-us"], ("acme-eu", "acme-us")),
        ("field", ["missing_field_of_the_answer", "other"], ("missing_field_of_the_answer",)),
        ("xyz", NAMES, ()),
    ],
)
def test_what_is_meant(word: str, known: list[str], names: tuple[str, ...]) -> None:
    assert set(near(word, known)) == set(names)


def test_a_name_that_is_much_less_alike_is_left_out() -> None:
    known = ["zendesk:DeleteTicket", "zendesk:DeleteTicketForm", "zendesk:DeleteTagsTicket"]
    assert near("zendesk:DeletTicket", known) == ("zendesk:DeleteTicket",)


def test_the_sentence() -> None:
    assert did_you_mean("wirte", ["read", "write"]) == "Did you mean write?"
    assert did_you_mean("qqqq", ["read", "write"], "Tiers: read, write.") == "Tiers: read, write."
