"""What was not judged is counted by reason, with the first place of each."""

from __future__ import annotations

from harness.unjudged import BODY, NO_ANSWER, Unjudged, UnjudgedCounter, closing_line


def test_each_reason_keeps_its_first_place_and_the_most_frequent_comes_first() -> None:
    counter = UnjudgedCounter()
    counter.add(NO_ANSWER, "a.har: entry 1")
    counter.add(BODY, "a.har: entry 2")
    counter.add(BODY, "b.har: entry 0", count=3)
    assert counter.rows() == (Unjudged(BODY, 4, "a.har: entry 2"), Unjudged(NO_ANSWER, 1, "a.har: entry 1"))


def test_the_closing_line_names_the_sum_and_each_reason() -> None:
    rows = [Unjudged("an XML body", 1_200, "x"), Unjudged(NO_ANSWER, 2, "y")]
    assert closing_line(rows) == "Seen, not judged: 1,202 (an XML body 1,200, no answer was recorded 2)"
    assert closing_line([]) == ""
