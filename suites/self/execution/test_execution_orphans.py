"""Records with a mark are a lost run's only by evidence: where the mark stands, who created them, and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.cases import marks
from harness.cases.marks import Mark
from harness.execution import authors, orphans
from harness.execution.orphans import Search, Standing
from harness.openapi.catalog import Catalog, Operation, Parameter
from harness.openapi.graph import graph_of
from harness.resources.cleanup import Cleanup, CleanupStep
from harness.resources.pool import Listing

BEGAN = datetime(2026, 11, 27, 3, 0, 0, tzinfo=UTC)
RUN = marks.of_run(f"{BEGAN:%Y%m%d-%H%M%S}-4711")
US, OTHER = 7001, 7002
TICKETS, GROUPS, BIN = "/api/v2/tickets", "/api/v2/groups", "/api/v2/deleted_tickets"
ID = (Parameter("id", "path", True),)
OPERATIONS = (
    *(
        Operation("zendesk", f"{name}{method}", method, path, parameters=ID if "{" in path else ())
        for name, path in (("Tickets", TICKETS), ("Groups", GROUPS), ("Notes", f"{TICKETS}/{{id}}/notes"))
        for method in ("GET", "POST")
    ),
    Operation("zendesk", "DeleteTicket", "DELETE", f"{TICKETS}/{{id}}", parameters=ID),
    Operation("zendesk", "DeleteGroup", "DELETE", f"{GROUPS}/{{id}}", parameters=ID),
    Operation("zendesk", "UploadFiles", "POST", "/api/v2/uploads"),
    Operation("zendesk", "DeleteUpload", "DELETE", "/api/v2/uploads/{id}", parameters=ID),
    Operation("zendesk", "ListDeleted", "GET", BIN),
    Operation("zendesk", "ListReports", "GET", "/api/v2/reports"),
)
CATALOG = Catalog(OPERATIONS)
PURGE = [CleanupStep("DELETE", f"{BIN}/{{id}}")]


class Org:
    """An org whose lists show these rows; `broken` lists break off after them, the org refuses `refused` ones."""

    def __init__(
        self, rows: Mapping[str, list[dict[str, Any]]], broken: tuple[str, ...] = (), refused: tuple[str, ...] = ()
    ) -> None:
        self.rows, self.broken, self.refused, self.listed = rows, broken, refused, []
        self.target = SimpleNamespace(vendor="zendesk", base_url="")
        self.records = SimpleNamespace(graph=graph_of(OPERATIONS), listing=self.listing)

    def listing(self, path: str) -> Listing | None:
        self.listed.append(path)
        if path in self.refused:
            return None
        rows = tuple((str(row["id"]), row) for row in self.rows.get(path, ()))
        return Listing(rows, complete=path not in self.broken)


@pytest.fixture(autouse=True)
def our_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authors, "our_user", lambda org: str(US))
    monkeypatch.setattr(authors, "full_record", lambda org, collection, record: {})


def search(*tickets: dict[str, Any], groups: list[dict[str, Any]] = (), trash: list[dict[str, Any]] = (), **more: Any):  # type: ignore[assignment]
    org: Any = Org({TICKETS: list(tickets), GROUPS: list(groups), BIN: list(trash)}, **more)
    return orphans.search(org, Cleanup(CATALOG, {}, {}, bins={"zendesk": {BIN: PURGE}}))


def ticket(subject: str = f"{RUN} printer on fire", *, after: float = 60.0, by: int | None = US, **more: Any):
    created = (BEGAN + timedelta(seconds=after)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"id": 35, "subject": subject, "created_at": created} | ({} if by is None else {"submitter_id": by}) | more


def standings(found: Search) -> list[Standing]:
    return [judged.standing for judged in found.records]


def test_a_record_of_our_user_and_of_the_run_s_time_is_ours() -> None:
    found = search(ticket())
    (judged,) = found.of(Standing.OURS)
    assert (judged.record.path, judged.record.run) == (f"{TICKETS}/35", RUN)
    assert judged.record.steps == (CleanupStep("DELETE", f"{TICKETS}/{{id}}"),)


@pytest.mark.parametrize("text", [f"Re: {RUN}-1", f"what is {RUN}?", "deskcheck-handbook", "dkabcdefgh12", "lamp", ""])
def test_a_quotation_and_a_likeness_are_not_even_looked_at(text: str) -> None:
    assert search(ticket(text)).records == ()


def test_a_mark_in_a_field_that_a_program_reads_is_no_mark() -> None:
    assert search(ticket("lamp", status=f"{RUN}-1", url=f"{RUN}-1")).records == ()


def test_the_mark_of_another_record_shown_inside_a_row_is_not_the_row_s() -> None:
    assert search(ticket("lamp", contact={"lastName": f"{RUN}-1"}, comments=[{"body": f"{RUN}-1"}])).records == ()


def test_a_copied_title_of_another_user_is_left_alone() -> None:
    found = search(ticket(by=OTHER))
    assert standings(found) == [Standing.FOREIGN]
    assert found.records[0].why == f"another user created it: {OTHER}"


@pytest.mark.parametrize("after", [-86_400.0, -700.0, 25 * 3600.0, 400 * 86_400.0])
def test_a_time_at_which_the_run_did_not_go_on_proves_nothing(after: float) -> None:
    assert standings(search(ticket(after=after))) == [Standing.UNCLEAR]
    assert standings(search(ticket(after=after, by=None))) == [Standing.FOREIGN]


def test_without_a_creator_a_record_must_be_of_the_run_s_first_hours() -> None:
    assert standings(search(ticket(after=3 * 3600.0))) == [Standing.OURS]
    assert standings(search(ticket(after=3 * 3600.0, by=None))) == [Standing.FOREIGN]
    assert standings(search(ticket(after=3600.0, by=None))) == [Standing.OURS]


def test_two_records_with_the_mark_of_one_request_are_left_to_a_person() -> None:
    text = f"{RUN}-3"
    found = search(groups=[ticket(text, by=None), ticket(text, by=None, id=36), ticket(f"{RUN}-4", by=None, id=37)])
    assert standings(found) == [Standing.UNCLEAR, Standing.UNCLEAR, Standing.OURS]


def test_a_record_without_a_time_or_in_an_org_that_hides_us_is_left_to_a_person(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert standings(search({"id": 35, "subject": RUN, "submitter_id": US})) == [Standing.UNCLEAR]
    monkeypatch.setattr(authors, "our_user", lambda org: "")
    assert standings(search(ticket())) == [Standing.UNCLEAR]


def test_what_a_row_leaves_out_its_own_address_may_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authors, "full_record", lambda org, collection, record: {"submitter_id": OTHER})
    assert standings(search(ticket(by=None))) == [Standing.FOREIGN]


def test_a_short_mark_counts_beside_a_whole_one_of_its_run_only() -> None:
    short = ticket(Mark(RUN, 9).short, id=36)
    assert search(short).records == ()
    assert standings(search(short, ticket())) == [Standing.OURS, Standing.OURS]
    assert standings(search(short, ticket(by=OTHER))) == [Standing.FOREIGN]


def test_what_lies_in_the_trash_is_ours_where_our_user_put_it() -> None:
    removed = {"id": 35, "subject": f"{RUN}-1", "deleted_at": "2026-11-27T03:05:00Z"}
    (judged,) = search(trash=[removed | {"actor": {"id": US, "name": "us"}}]).records
    assert (judged.standing, judged.record.steps) == (Standing.OURS, tuple(PURGE))
    assert standings(search(trash=[removed | {"actor": {"id": OTHER}}])) == [Standing.FOREIGN]


def test_what_no_list_shows_whole_is_named_and_nothing_else() -> None:
    assert search(ticket()).unlisted == ("/api/v2/uploads",)
    assert search(ticket(), refused=(GROUPS,)).unlisted == (GROUPS, "/api/v2/uploads")


def test_a_list_that_breaks_off_is_told_and_what_it_showed_still_counts() -> None:
    found = search(ticket(), broken=(TICKETS,))
    assert (found.unread, standings(found)) == ((TICKETS,), [Standing.OURS])


def test_only_lists_are_read_that_can_hold_what_a_run_creates() -> None:
    org: Any = Org({})
    orphans.search(org, Cleanup(CATALOG, {}, {}, bins={"zendesk": {BIN: PURGE}}))
    assert org.listed == [TICKETS, GROUPS, BIN], (
        "no reports, which nobody creates; no notes, which go with their ticket"
    )


@given(
    st.text(max_size=30), st.sampled_from(["", " ", "Re: ", "“", "x", "-"]), st.sampled_from([None, US, OTHER]),
    st.floats(-10**7, 10**7),
)  # fmt: skip
def test_nothing_is_ours_but_by_an_exact_mark_our_user_and_the_run_s_time(
    text: str, before: str, by: int | None, after: float
) -> None:
    for judged in search(ticket(f"{before}{RUN}{text}", after=after, by=by)).of(Standing.OURS):
        assert judged.record.text.startswith(RUN)
        assert by in (None, US)
        assert -600 <= after <= 24 * 3600
