"""Ids are listed for reading and made for anything else, asked for once and then kept."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.exchange import Response
from harness.openapi.catalog import Catalog, Operation
from harness.openapi.graph import graph_of
from harness.resources.pool import RecordPool

PATHS = {
    "/api/v2/tickets": ("GET", "POST"),
    "/api/v2/tickets/{ticket_id}": ("GET", "PUT", "DELETE"),
    "/api/v2/tickets/{ticket_id}/comments": ("GET",),
    "/api/v2/tickets/{ticket_id}/comments/{comment_id}": ("GET", "PUT"),
    "/api/v2/groups": ("GET",),
    "/api/v2/groups/{group_id}": ("GET", "DELETE"),
    "/api/v2/locales": ("GET",),
    "/api/v2/locales/{locale}": ("GET",),
}
CATALOG = Catalog(
    tuple(Operation("zendesk", f"{method} {path}", method, path) for path in PATHS for method in PATHS[path])
)
BODIES = {
    "/api/v2/tickets": {"count": 1, "tickets": [{"id": 11, "name": "x"}, {"id": 12}]},
    "/api/v2/tickets/11/comments": {"comments": [{"id": 111}]},
    "/api/v2/tickets/made-1/comments": {"comments": [{"id": 777}]},
    "/api/v2/groups": {"groups": []},
    "/api/v2/locales": {"locales": [{"locale": "en-US"}]},
}


class Org:
    """An org that lists what `bodies` says and numbers what is made."""

    pages: tuple[str, ...] = ()

    def __init__(self, bodies: dict[str, object] | None = None, status: int = 200, makes: bool = True) -> None:
        self.bodies, self.status, self.makes = BODIES if bodies is None else bodies, status, makes
        self.asked: Counter[str] = Counter()
        self.made: list[str] = []
        self.records = RecordPool(graph_of(CATALOG.operations), self.fetch, self.make, self.walk)

    def fetch(self, operation: Operation, path: str) -> Response | None:
        self.asked[path] += 1
        return Response(self.status, (), json.dumps(self.bodies[path]).encode()) if path in self.bodies else None

    def walk(self, operation: Operation, path: str, query: str) -> Iterator[Response | None]:
        yield self.fetch(operation, path)
        yield from (self.fetch(operation, f"{path}?{page}") for page in self.pages)

    def make(self, operation: Operation, path: str) -> str:
        self.made.append(path)
        return f"made-{len(self.made)}" if self.makes else ""

    def values(self, key: str, **how: bool) -> dict[str, str]:
        return self.records.values(CATALOG.by_key[f"zendesk:{key}"], **{"own": False, **how})


def test_reading_uses_what_is_there() -> None:
    org = Org()
    found = org.values("GET /api/v2/tickets/{ticket_id}/comments/{comment_id}")
    assert found == {"ticket_id": "11", "comment_id": "111"}
    assert org.made == []


def test_an_id_may_be_a_word() -> None:
    assert Org().values("GET /api/v2/locales/{locale}") == {"locale": "en-US"}


def test_a_list_is_asked_for_once() -> None:
    org = Org()
    for _ in range(5):
        org.values("GET /api/v2/tickets/{ticket_id}/comments/{comment_id}")
    assert set(org.asked.values()) == {1}


def test_changing_uses_only_what_was_made() -> None:
    org = Org()
    assert org.values("PUT /api/v2/tickets/{ticket_id}", own=True) == {"ticket_id": "made-1"}
    assert org.values("DELETE /api/v2/tickets/{ticket_id}", own=True) == {"ticket_id": "made-1"}
    assert org.made == ["/api/v2/tickets"]


def test_a_record_that_is_used_up_is_made_anew() -> None:
    org = Org()
    first = org.values("DELETE /api/v2/tickets/{ticket_id}", own=True, fresh=True)
    second = org.values("DELETE /api/v2/tickets/{ticket_id}", own=True, fresh=True)
    assert (first, second) == ({"ticket_id": "made-1"}, {"ticket_id": "made-2"})


def test_what_hangs_on_our_record_is_ours() -> None:
    found = Org().values("PUT /api/v2/tickets/{ticket_id}/comments/{comment_id}", own=True)
    assert found == {"ticket_id": "made-1", "comment_id": "777"}


def test_nothing_foreign_stands_in_for_what_cannot_be_made() -> None:
    """No create is documented for groups, and this org refuses to make tickets."""
    assert Org().values("DELETE /api/v2/groups/{group_id}", own=True) == {}
    org = Org(makes=False)
    assert org.values("DELETE /api/v2/tickets/{ticket_id}", own=True) == {}
    assert org.values("PUT /api/v2/tickets/{ticket_id}/comments/{comment_id}", own=True) == {}


def test_fields_refer_to_records_by_name() -> None:
    org = Org()
    assert [org.records.reference(name) for name in ("ticket_id", "ticketId", "ticket_ids", "nothing_id")] == [
        "11", "11", "11", "",
    ]  # fmt: skip


def test_bare_ids_name_what_the_path_is_about() -> None:
    many = Operation("zendesk", "DestroyMany", "DELETE", "/api/v2/tickets/destroy_many")
    org = Org()
    assert org.records.collection("ids", many) == "/api/v2/tickets"
    assert org.records.reference("ids", many) == "11"
    assert org.records.own_reference("ids", many) == "made-1"
    assert org.records.reference("ids") == ""


@pytest.mark.parametrize("status", [204, 403, 500])
def test_a_list_that_is_refused_holds_nothing(status: int) -> None:
    assert Org(status=status, makes=False).values("GET /api/v2/tickets/{ticket_id}") == {}


def test_where_nothing_is_there_to_read_a_record_is_made() -> None:
    assert Org(bodies={}).values("GET /api/v2/tickets/{ticket_id}") == {"ticket_id": "made-1"}


ROWS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "tickets", "name"]), inner),
    max_leaves=8,
)


@given(ROWS)
def test_any_list_answer_gives_usable_ids_or_none(body: object) -> None:
    found = Org({"/api/v2/tickets": body}).values("GET /api/v2/tickets/{ticket_id}")
    assert set(found) <= {"ticket_id"}
    assert all(isinstance(value, str) and value for value in found.values())


@given(st.text(min_size=1, max_size=10))
def test_an_id_stays_inside_its_segment(record: str) -> None:
    org = Org({"/api/v2/tickets": {"tickets": [{"id": record}]}})
    org.values("GET /api/v2/tickets/{ticket_id}/comments/{comment_id}")
    (nested,) = org.asked.keys() - {"/api/v2/tickets"}
    assert unquote(nested.removeprefix("/api/v2/tickets/").removesuffix("/comments")) == record
    assert nested.count("/") == 5


def listed(org: Org, path: str, most: int = 0) -> tuple[list[str], bool] | None:
    """The ids of a listing, and whether it is whole."""
    listing = org.records.listing(path, most=most)
    return ([record for record, _ in listing.rows], listing.complete) if listing else None


def test_a_listing_asks_anew_each_time() -> None:
    org = Org()
    assert listed(org, "/api/v2/tickets") == (["11", "12"], True)
    assert listed(org, "/api/v2/tickets") == (["11", "12"], True)
    assert org.asked["/api/v2/tickets"] == 2


@pytest.mark.parametrize("path", ["/api/v2/nowhere", "/api/v2/tickets/11"])
def test_what_no_operation_lists_has_no_listing(path: str) -> None:
    assert listed(Org(), path) is None


def test_a_listing_goes_through_every_page() -> None:
    org = Org({"/api/v2/tickets": {"tickets": [{"id": 1}]}, "/api/v2/tickets?2": {"tickets": [{"id": 2}]}})
    org.pages = ("2",)
    assert listed(org, "/api/v2/tickets") == (["1", "2"], True)
    assert listed(org, "/api/v2/tickets", most=1) == (["1"], False)


@pytest.mark.parametrize(("row", "found"), [({"ticketId": "7"}, "7"), ({"ticket": "7"}, "7"), ({"other": "7"}, "")])
def test_a_row_whose_id_cannot_be_read_has_none(row: dict[str, str], found: str) -> None:
    """A guessed id would make of a record's removal one of something else."""
    assert listed(Org({"/api/v2/tickets": {"tickets": [row]}}), "/api/v2/tickets") == ([found], True)


def test_a_page_that_cannot_be_had_leaves_a_listing_incomplete() -> None:
    org = Org()
    org.pages = ("lost",)
    assert listed(org, "/api/v2/tickets") == (["11", "12"], False)
