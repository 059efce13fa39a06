"""The rows of a list answer, and what in a row names its record."""

from __future__ import annotations

from typing import Any

import pytest

from harness.resources.rows import id_in, rows_of, value_for


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ([{"id": 1}, {"id": 2}], 2),
        ({"count": 2, "tickets": [{"id": 1}, {"id": 2}]}, 2),
        ({"tickets": [], "users": [{"id": 1}]}, 1),
        ({"ids": [1, 2]}, 0),
        ({"mixed": [{"id": 1}, 2]}, 0),
        ([], 0),
        ("tickets", 0),
        (None, 0),
    ],
)
def test_the_rows_are_the_first_list_of_objects(body: Any, count: int) -> None:
    assert len(rows_of(body)) == count


@pytest.mark.parametrize(
    ("row", "name", "value"),
    [
        ({"id": 5, "ticket_id": 7}, "ticket_id", "7"),
        ({"id": 5}, "ticket_id", "5"),
        ({"templateId": "7"}, "emailTemplateId", "7"),
        ({"locale": "en-US"}, "locale", "en-US"),
        ({"id": True, "name": "x"}, "ticket_id", "x"),
        ({"id": "", "other": 7}, "ticket_id", ""),
    ],
)
def test_a_parameter_takes_what_names_the_record_best(row: dict[str, Any], name: str, value: str) -> None:
    assert value_for(row, name) == value


@pytest.mark.parametrize(
    ("row", "collection", "record"),
    [
        ({"id": 5}, "/api/v2/tickets", "5"),
        ({"folderId": "9", "createdBy": "7"}, "/api/v1/templateFolders", "9"),
        ({"token": "6bk3"}, "/api/v2/uploads", "6bk3"),
        ({"domain": "help.example.com"}, "/api/v1/domains", "help.example.com"),
        ({"name": "a name is no id"}, "/api/v2/tickets", ""),
        ({"ticket_id": 7}, "/api/v2/tickets/5/comments", ""),
        ({"id": 0}, "/api/v2/tickets", ""),
    ],
)
def test_the_id_of_a_record_is_never_guessed(row: dict[str, Any], collection: str, record: str) -> None:
    assert id_in(row, collection) == record
