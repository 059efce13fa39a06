"""Who created a record, as the org shows it: the users that a row names, and which of them we are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from harness.exchange import Request, Response
from harness.execution.org_under_test import OrgUnderTest
from harness.execution.reproduce import read_until_certain
from harness.resources.rows import Row, id_in
from harness.transport.failures import NoAnswerError
from harness.vendors import VENDORS

# Fields that say who created a record (documents of both vendors).
_CREATORS = ("author_id", "submitter_id", "created_by_user_id", "creator_id", "created_by_id", "created_by",
             "createdById", "creatorId", "createdBy", "creator", "authorId", "author", "commenterId",
             "uploaderId")  # fmt: skip
# Fields of a row of the trash that say who removed the record (documents: deleted tickets; recycle bin).
_REMOVERS = ("actor", "deletedById", "deletedBy")


def of(row: Row) -> Iterator[str]:
    """The ids of the users who created a record, as far as its row names them."""
    return _users(row, _CREATORS)


def of_removal(row: Row) -> Iterator[str]:
    """The ids of the users who moved a record to the trash, as far as its row there names them."""
    return _users(row, _REMOVERS)


def _users(row: Row, fields: tuple[str, ...]) -> Iterator[str]:
    for name in fields:
        yield from (user for user in id_of(row.get(name)) if user.isdecimal())


def our_user(org: OrgUnderTest) -> str:
    """The id of the user whose credentials we send; empty where the org does not show it."""
    whoami = VENDORS[org.target.vendor].whoami
    body = _body(get(org, whoami)) if whoami else None
    user = body.get("user", body) if isinstance(body, dict) else {}
    return id_in(user, "users") if isinstance(user, dict) else ""


def full_record(org: OrgUnderTest, collection: str, record: str) -> Row:
    """The record as its own address shows it, bare or wrapped under its own name; nothing where it is not shown."""
    body = _body(get(org, f"{collection}/{quote(record, safe='')}"))
    if not isinstance(body, dict):
        return {}
    inner = next(iter(body.values()), None) if len(body) == 1 else None
    return inner if isinstance(inner, dict) else body


def id_of(value: Any) -> Iterator[str]:
    """The id that a value is, or that an object has."""
    record = value.get("id") if isinstance(value, Mapping) else value
    if isinstance(record, int | str) and not isinstance(record, bool):
        yield str(record)


def get(org: OrgUnderTest, path: str) -> Response | None:
    """The answer to a GET, sent again where it may be the network's; None without one."""

    def send() -> Response | None:
        try:
            return org.client.send(Request("GET", org.target.base_url + path)).response
        except NoAnswerError:
            return None

    return read_until_certain(send)


def _body(response: Response | None) -> Any:
    """The decoded body of a 200, or None."""
    return response.json_or(None) if response and response.status == 200 else None
