"""Who created a record: every field by which either vendor names a user, and our own name by the org's own answer."""

from __future__ import annotations

from typing import Any

import pytest
from listed_org import Answering, answer_json, org_under_test

from harness.exchange import Request, Response
from harness.execution import authors


@pytest.mark.parametrize(
    ("row", "creators"),
    [
        ({"submitter_id": 7, "requester_id": 8}, ["7"]),
        ({"author": {"id": "7", "name": "x"}}, ["7"]),
        ({"createdBy": {"id": 7}, "ownerId": "8"}, ["7"]),
        ({"creatorId": "7"}, ["7"]),
        ({"author": "somebody"}, []),
        ({"author_id": None, "created_by": True}, []),
        ({}, []),
    ],
)
def test_a_row_names_its_creator_in_one_of_many_ways(row: dict[str, Any], creators: list[str]) -> None:
    assert list(authors.of(row)) == creators


def test_a_row_of_the_trash_names_who_put_it_there() -> None:
    assert list(authors.of_removal({"actor": {"id": 7}, "submitter_id": 8})) == ["7"]
    assert list(authors.of_removal({"deletedById": "7"})) == ["7"]
    assert list(authors.of_removal({"subject": "x"})) == []


def org(bodies: dict[str, Any]) -> Any:
    """An org that shows these bodies, and else answers 404."""

    def answer(request: Request, signed: bool) -> Response:
        return answer_json(bodies[request.path]) if request.path in bodies else answer_json({}, 404)

    return org_under_test(Answering(answer))  # type: ignore[arg-type]


def test_our_user_is_whom_the_org_takes_us_for() -> None:
    assert authors.our_user(org({"/api/v2/users/me": {"user": {"id": 7}}})) == "7"
    assert authors.our_user(org({})) == ""


def test_a_record_is_shown_bare_or_under_its_own_name() -> None:
    shown = org({"/api/v2/tickets/1": {"ticket": {"id": 1}}, "/api/v2/tickets/2": {"id": 2, "subject": "x"}})
    assert authors.full_record(shown, "/api/v2/tickets", "1") == {"id": 1}
    assert authors.full_record(shown, "/api/v2/tickets", "2") == {"id": 2, "subject": "x"}
    assert authors.full_record(shown, "/api/v2/tickets", "3") == {}
