"""The server's own router: paths as they come over the wire."""

from __future__ import annotations

import pytest

from harness.openapi.catalog import Operation
from harness.sandbox.router import RequestRouter


def operation(method: str, path: str) -> Operation:
    return Operation("zendesk", f"{method} {path}", method, path)


ROUTER = RequestRouter(
    [
        operation("GET", "/api/v2/tickets/{id}"),
        operation("GET", "/api/v2/tickets/count"),
        operation("DELETE", "/api/v2/tickets/{id}"),
        operation("GET", "/api/v2/{kind}/{id}/fields/{field}"),
        operation("GET", "/files/{name}.{ending}"),
        operation("GET", "/api/v2/counts.json"),
    ],
    suffixes=(".json",),
)


def operation_at(method: str, raw: str) -> str:
    hit = ROUTER.find(method, raw)
    return f"{hit[0].path} {hit[1]}" if hit else "nothing"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("/api/v2/tickets/7", "/api/v2/tickets/{id} {'id': '7'}"),
        ("/api/v2/tickets/7.json", "/api/v2/tickets/{id} {'id': '7'}"),
        ("/api/v2/tickets/7/", "/api/v2/tickets/{id} {'id': '7'}"),
        ("/api/v2/tickets/count", "/api/v2/tickets/count {}"),
        ("/api/v2/tickets/%63ount", "/api/v2/tickets/count {}"),
        ("/api/v2/tickets/a%2Fb", "/api/v2/tickets/{id} {'id': 'a/b'}"),
        ("/api/v2/tickets/%2537", "/api/v2/tickets/{id} {'id': '%37'}"),
        ("/api/v2/users/1/fields/2", "/api/v2/{kind}/{id}/fields/{field} {'kind': 'users', 'id': '1', 'field': '2'}"),
        ("/files/a.b.txt", "/files/{name}.{ending} {'name': 'a.b', 'ending': 'txt'}"),
        ("/api/v2/counts", "/api/v2/counts.json {}"),
        ("/api/v2/counts.json", "/api/v2/counts.json {}"),
        ("/api/v2//tickets/7", "nothing"),
        ("/api/v2/tickets/..", "nothing"),
        ("/api/v2/Tickets/7", "nothing"),
        ("api/v2/tickets/7", "nothing"),
    ],
)
def test_a_path_is_decoded_once_and_matched_word_by_word(raw, expected):
    assert operation_at("GET", raw) == expected


def test_a_path_may_be_known_though_the_method_is_not():
    assert operation_at("POST", "/api/v2/tickets/7") == "nothing"
    assert ROUTER.has_path("/api/v2/tickets/7")
    assert not ROUTER.has_path("/api/v2/nowhere")
