"""Names fall into words the way people read them."""

import pytest

from harness.risk import words


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("reInviteAgents", ("reinvite", "agents")),
        ("unPinConversations", ("unpin", "conversations")),
        ("mark_many_as_spam", ("mark", "many", "as", "spam")),
        ("CreateSLAPolicy", ("create", "sla", "policy")),
        ("___pin_removal", ("pin", "removal")),
        ("moveToTrash", ("move", "to", "trash")),
        ("v2.1", ("v", "2", "1")),
        ("", ()),
    ],
)
def test_split(name: str, expected: tuple[str, ...]) -> None:
    assert words.split(name) == expected


def test_no_word_is_both_a_loss_and_a_question() -> None:
    assert not words.LOSE & words.LOOK


def test_a_word_for_a_thing_has_one_meaning() -> None:
    assert not words.RECORD & words.CONFIG


def test_the_same_word_can_mean_different_things_to_two_vendors() -> None:
    assert words.kind("zendesk", "organization") == "record"
    assert words.kind("zoho", "organization") == "config"
