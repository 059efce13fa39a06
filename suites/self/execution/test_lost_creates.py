"""A create without an answer: its record is known by its mark, else by what is new, of its time and by our user."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.exchange import Exchange, Request, Response
from harness.execution import lost_creates
from harness.execution.lost_creates import SearchResult
from harness.ledger import Entry, Ledger
from harness.openapi.catalog import Catalog, Operation
from harness.resources.cleanup import CleanupStep
from harness.resources.pool import Listing

HOME = "/api/v2/bookmarks"
DELETE = (CleanupStep("DELETE", f"{HOME}/{{id}}"),)
ME = "500"
CATALOG = Catalog((
    Operation("zendesk", "CreateBookmark", "POST", HOME),
    Operation("zendesk", "MarkRead", "POST", "/api/v2/marks/read"),
))  # fmt: skip


class Org:
    """Lists `rows`, shows each record as `shown` has it, and says that we are user 500."""

    def __init__(self, *rows: dict[str, Any], complete: bool = True, shown: dict[str, Any] | None = None) -> None:
        self.rows, self.shown, self.complete, self.asked = rows, shown or {}, complete, 0
        self.target = SimpleNamespace(vendor="zendesk", base_url="https://acme.example")
        self.documents = SimpleNamespace(catalog=CATALOG)
        self.records = SimpleNamespace(
            graph=SimpleNamespace(listing_at=lambda path: path == HOME), listing=self.listing
        )
        self.client = self

    def listing(self, path: str, query: str) -> Listing:
        self.asked += 1
        return Listing(tuple((str(row.get("id", "")), row) for row in self.rows), self.complete)

    def send(self, request: Request) -> Exchange:
        if request.url.endswith("/users/me"):
            body: Any = {"user": {"id": int(ME), "name": "We"}}
        else:
            body = self.shown.get(request.url.rsplit("/", 1)[-1])
        return Exchange(request, Response(200 if body else 404, (), json.dumps(body).encode()))


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.open(tmp_path / "ledger.ndjson")


def lost(ledger: Ledger, *before: str, path: str = HOME, operation: str = "CreateBookmark", **more: Any) -> Entry:
    """A create whose answer never came; `before` are the ids that its collection held until then."""
    search = {"home": path, "skew": "0", **more.pop("search", {})}
    if before:
        search["before"] = ledger.add_listing("zendesk", path, before)
    cleanup_steps = more.pop("cleanup_steps", DELETE)
    entry = ledger.begin_create(
        "zendesk", f"zendesk:{operation}", "POST", path, ["bookmark"], cleanup_steps, search=search, **more
    )
    return next(one for one in ledger.entries() if one.id == entry)


def search(org: Org, ledger: Ledger, entry: Entry) -> SearchResult:
    return lost_creates.search(entry, ledger, org)  # type: ignore[arg-type]


def at(seconds: float = 0) -> str:
    """A time as rows tell it, so many seconds from now."""
    return datetime.fromtimestamp(time.time() + seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_marked_row_is_ours(ledger: Ledger) -> None:
    org = Org({"id": 1, "name": "others"}, {"id": 2, "name": "RUN_1_7"})
    assert search(org, ledger, lost(ledger, mark="run-1")) == SearchResult(ids=("2",))


def test_a_row_of_another_create_of_the_run_is_not_the_lost_one(ledger: Ledger) -> None:
    ledger.created(lost(ledger, mark="run-1").id, "2")
    found = search(Org({"id": 2, "name": "run-1-4"}), ledger, lost(ledger, mark="run-1", search={"field": "name"}))
    assert (found.ids, found.unproved) == ((), ())


def test_a_mark_that_the_list_does_not_show_is_looked_for_in_the_record(ledger: Ledger) -> None:
    org = Org({"id": 2, "created_at": at()}, shown={"2": {"note": "run-1-4"}})
    assert search(org, ledger, lost(ledger, mark="run-1", search={"field": "note"})) == SearchResult(ids=("2",))


def test_a_new_row_of_our_user_is_ours(ledger: Ledger) -> None:
    org = Org({"id": 1, "creator_id": 500}, {"id": 2, "created_at": at(), "creator_id": 500})
    assert search(org, ledger, lost(ledger, "1")) == SearchResult(ids=("2",))


def test_a_new_row_that_names_a_record_of_the_run_is_ours(ledger: Ledger) -> None:
    ledger.created(lost(ledger).id, "77")
    org = Org({"id": 2, "created_at": at(), "ticket": {"id": 77}})
    assert search(org, ledger, lost(ledger, "1")) == SearchResult(ids=("2",))


@pytest.mark.parametrize(("creator", "seconds"), [
    (9, None), (500, -60), (500, 600),
], ids=["by somebody else", "before the request", "long after the request"])  # fmt: skip
def test_a_new_row_that_cannot_be_ours_is_left_alone_and_nothing_is_told(
    ledger: Ledger, creator: int, seconds: int | None
) -> None:
    row = {"id": 2, "creator_id": creator} | ({} if seconds is None else {"created_at": at(seconds)})
    found = search(Org({"id": 1}, row), ledger, lost(ledger, "1"))
    assert (found.ids, found.unproved) == ((), ())


@pytest.mark.parametrize("row", [
    {"creator_id": 500},
    {"ticket_id": 77},
], ids=["by our user", "upon our record"])  # fmt: skip
def test_a_row_that_tells_no_time_may_be_old_where_no_list_was_taken_before(
    ledger: Ledger, row: dict[str, Any]
) -> None:
    """Our user's records of last year must not go with a lost one of today."""
    ledger.created(lost(ledger).id, "77")
    found = search(Org({"id": 2, **row}), ledger, lost(ledger))
    assert (found.ids, found.unproved) == ((), (f"https://acme.example{HOME}/2",))


def test_a_text_of_ours_that_the_vendor_wrote_anew_is_told(ledger: Ledger) -> None:
    org = Org({"id": 2, "created_at": at(), "creator_id": 500, "name": "Default"}, {"id": 3, "name": "others"})
    found = search(org, ledger, lost(ledger, mark="run-1", search={"field": "name"}))
    assert (found.ids, found.unproved) == ((), (f"https://acme.example{HOME}/2",))


@pytest.mark.parametrize(("row", "ours"), [
    ({"ticket": {"id": 77}}, True),
    ({"creator_id": 500}, True),
    ({"creator_id": 9, "ticket": {"id": 77}}, False),
    ({}, None),
], ids=["upon our record", "by our user", "by somebody else", "of nobody"])  # fmt: skip
def test_where_the_vendor_dropped_the_field_of_the_mark_the_row_is_told_by_its_origin(
    ledger: Ledger, row: dict[str, Any], ours: bool | None
) -> None:
    ledger.created(lost(ledger).id, "77")
    entry = lost(ledger, mark="run-1", search={"field": "no_such_field"})
    found = search(Org({"id": 2, "created_at": at(), **row}), ledger, entry)
    assert (bool(found.ids), bool(found.unproved)) == (ours is True, ours is None)


def test_a_list_that_asks_for_what_the_request_left_empty_may_not_show_its_record(ledger: Ledger) -> None:
    entry = lost(ledger, "1", search={"query": "departmentId="})
    assert search(Org({"id": 1}), ledger, entry).unproved == (f"https://acme.example{HOME}",)
    whole = Org({"id": 1}, shown={"bookmarks": {"bookmarks": []}})
    assert search(whole, ledger, entry).unproved == ()
    filled = lost(ledger, "1", search={"query": "departmentId=7"})
    assert search(Org({"id": 1}), ledger, filled).unproved == ()


def test_of_many_that_may_be_ours_the_collection_is_told(ledger: Ledger) -> None:
    rows = [{"id": number} for number in range(2, 9)]
    assert search(Org(*rows), ledger, lost(ledger, "1")).unproved == (f"https://acme.example{HOME}",)


def test_a_new_row_that_nothing_proves_is_told_with_its_address(ledger: Ledger) -> None:
    found = search(Org({"id": 1}, {"id": 2}), ledger, lost(ledger, "1"))
    assert found.unproved == (f"https://acme.example{HOME}/2",)


def test_a_list_as_it_was_says_that_nothing_was_made(ledger: Ledger) -> None:
    found = search(Org({"id": 1}), ledger, lost(ledger, "1"))
    assert (found.ids, found.unproved) == ((), ())
    assert found.why


def test_a_list_that_breaks_off_is_asked_again_and_then_told(ledger: Ledger) -> None:
    org = Org({"id": 1}, complete=False, shown={"bookmarks": {"any": 1}})
    assert search(org, ledger, lost(ledger, "1")).unproved == (f"https://acme.example{HOME}",)
    assert org.asked == lost_creates.TRIES


def test_a_collection_that_is_not_there_got_nothing(ledger: Ledger) -> None:
    found = search(Org(complete=False), ledger, lost(ledger, "1"))
    assert (found.ids, found.unproved) == ((), ())


def test_what_nothing_lists_is_told(ledger: Ledger) -> None:
    assert search(Org(), ledger, lost(ledger, path="/api/v2/uploads")).unproved == (
        "https://acme.example/api/v2/uploads",
    )


@pytest.mark.parametrize("more", [
    {"path": "/api/v2/marks/read", "operation": "MarkRead", "cleanup_steps": ()},
    {"path": "/api/v2/tickets/9223372036854775807/uploads"},
], ids=["an operation that adds nothing", "a path of a record that cannot exist"])  # fmt: skip
def test_what_can_have_made_nothing_is_not_looked_for(ledger: Ledger, more: dict[str, Any]) -> None:
    org = Org()
    found = search(org, ledger, lost(ledger, **more))
    assert (found.ids, found.unproved, org.asked) == ((), (), 0)


def test_a_record_of_another_org_with_the_same_id_is_not_the_lost_one_s(ledger: Ledger) -> None:
    """It must neither hide the record that is to be taken back, nor prove one of this org's to be ours."""
    ledger.created(ledger.begin_create("other", "zendesk:CreateBookmark", "POST", HOME, ["bookmark"], DELETE), "2")
    org = Org({"id": 2, "name": "run-1-4"})
    assert search(org, ledger, lost(ledger, mark="run-1", search={"field": "name"})) == SearchResult(ids=("2",))


def test_a_row_that_names_a_record_of_another_org_with_the_same_id_is_not_proved_ours(ledger: Ledger) -> None:
    ledger.created(ledger.begin_create("other", "zendesk:CreateTicket", "POST", "/api/v2/tickets"), "77")
    org = Org({"id": 2, "created_at": at(), "ticket": {"id": 77}})
    assert search(org, ledger, lost(ledger, "1")).ids == ()
