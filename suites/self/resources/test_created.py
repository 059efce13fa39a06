"""What an answer has to show before its record counts as ours."""

from datetime import UTC, datetime

import pytest

from harness.resources.created import CreatedRecord, created_records, proves_new, removed_at

DATE = "Sat, 21 Nov 2026 21:00:00 GMT"


@pytest.mark.parametrize(
    ("body", "collection", "found"),
    [
        ({"ticket": {"id": 35436}, "audit": {"id": 1}}, "/api/v2/tickets", ["35436"]),
        ({"audit": {"id": 1}, "ticket": {"id": 35436}}, "/api/v2/tickets", ["35436"]),
        ({"id": "1892000000042034", "subject": "x"}, "/api/v1/tickets", ["1892000000042034"]),
        ({"upload": {"token": "6bk3gql82em5nmf", "attachment": {"id": 7}}}, "/api/v2/uploads", ["6bk3gql82em5nmf"]),
        ({"createdBy": "7", "departmentId": "8", "folderId": "9"}, "/api/v1/templateFolders", ["9"]),
        ({"domain": "help.example.com", "verifiedBy": "1"}, "/api/v1/domains", ["help.example.com"]),
        ({"options": [{"id": 1}, {"id": 2}], "count": 2}, "/api/v2/user_fields/5/options", ["1", "2"]),
        ({"job_status": {"id": "V3-1"}}, "/api/v2/tickets/create_many", []),
        ({"ticket": {"id": 0}}, "/api/v2/tickets", []),
        ({"ticket": {"id": True}}, "/api/v2/tickets", []),
        ({"ticket": [{"id": 1}]}, "/api/v2/tickets", []),
        ({"tickets": "none"}, "/api/v2/tickets", []),
        ([{"id": 1}], "/api/v2/tickets", []),
        (None, "/api/v2/tickets", []),
    ],
)
def test_the_new_record_is_recognised(body, collection, found):
    assert [one.id for one in created_records(body, collection, "zendesk")] == found


@pytest.mark.parametrize(
    ("fields", "record", "new"),
    [
        ({"id": 5, "created_at": "2026-11-21T20:59:58Z"}, "5", True),
        ({"id": 5, "created_at": "2026-01-05T09:54:00Z", "subject": "mark"}, "5", False),
        ({"id": 5, "created_at": "2026-01-05T09:54:00Z", "updated_at": "2026-11-21T21:00:00Z"}, "5", False),
        ({"id": "730001", "createdTime": "2026-11-21T21:00:01.000Z"}, "730001", True),
        ({"id": "730001", "pinnedTime": "2026-11-21T21:00:01.000Z"}, "730001", True),
        ({"id": 1}, "1", False),
        ({"id": 1, "name": "mark-7"}, "1", True),
        ({"token": "6bk3gql82em5nmfx"}, "6bk3gql82em5nmfx", True),
        ({"id": 5, "created_at": "yesterday"}, "5", False),
    ],
)
def test_a_record_is_ours_when_the_answer_shows_that_it_is_new(fields, record, new):
    assert proves_new(CreatedRecord(record, fields), DATE, "mark") is new


def test_what_stands_beside_a_record_proves_nothing_of_it():
    body = {"audit": {"ticket_id": 5, "created_at": "2026-11-21T21:00:00Z"},
            "ticket": {"id": 5, "created_at": "2026-01-05T09:54:00Z"}}  # fmt: skip
    (ticket,) = created_records(body, "/api/v2/tickets", "zendesk")
    assert not proves_new(ticket, DATE, "mark")


def test_without_a_date_our_own_clock_counts():
    assert not proves_new(CreatedRecord("5", {"id": 5, "created_at": "2001-01-01T00:00:00Z"}), "", "")


@pytest.mark.parametrize("field", ["deleted_at", "deletedTime"])
def test_a_row_of_the_trash_says_when_its_record_came_there(field: str) -> None:
    assert removed_at({"id": 1, field: "2026-11-27T03:00:00Z"}) == datetime(2026, 11, 27, 3, tzinfo=UTC)
    assert removed_at({"id": 1, "created_at": "2026-11-27T03:00:00Z"}) is None
