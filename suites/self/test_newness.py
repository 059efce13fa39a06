"""What an answer has to show before its record counts as ours."""

import pytest

from harness.newness import proves_new

DATE = "Sat, 21 Nov 2026 21:00:00 GMT"


@pytest.mark.parametrize(
    ("body", "record", "new"),
    [
        ({"ticket": {"id": 5, "created_at": "2026-11-21T20:59:58Z"}}, "5", True),
        ({"ticket": {"id": 5, "created_at": "2026-01-05T09:54:00Z", "subject": "mark"}}, "5", False),
        ({"ticket": {"id": 5, "created_at": "2026-01-05T09:54:00Z", "updated_at": "2026-11-21T21:00:00Z"}}, "5", False),
        ({"id": "730001", "createdTime": "2026-11-21T21:00:01.000Z"}, "730001", True),
        ({"id": "730001", "pinnedTime": "2026-11-21T21:00:01.000Z"}, "730001", True),
        ({"ticket": {"id": 1}}, "1", False),
        ({"group": {"id": 1, "name": "mark-7"}}, "1", True),
        ({"upload": {"token": "6bk3gql82em5nmfx"}}, "6bk3gql82em5nmfx", True),
        ({"ticket": {"id": 5, "created_at": "yesterday"}}, "5", False),
        (["nothing"], "5", False),
    ],
)
def test_a_record_is_ours_when_the_answer_shows_that_it_is_new(body, record, new):
    assert proves_new(body, record, DATE, "mark") is new


def test_without_a_date_our_own_clock_counts():
    assert not proves_new({"ticket": {"id": 5, "created_at": "2001-01-01T00:00:00Z"}}, "5", "", "")
