"""The ledger backwards: what was made goes, what hangs on it goes with it, and what stays is told."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from httpx import ReadError
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UnfinishedError
from harness.exchange import Exchange, Request, Response
from harness.execution import teardown
from harness.ledger import Ledger
from harness.openapi.catalog import Catalog, Operation, Parameter
from harness.resources.cleanup import Cleanup, CleanupStep
from harness.resources.pool import Listing

GROUPS, TICKETS, UPLOADS = "/api/v2/groups", "/api/v2/tickets", "/api/v2/uploads"
ID = (Parameter("id", "path", True),)
CATALOG = Catalog(
    (
        Operation("zendesk", "ShowGroup", "GET", f"{GROUPS}/{{id}}", parameters=ID),
        Operation("zendesk", "ShowTicket", "GET", f"{TICKETS}/{{id}}", parameters=ID),
        Operation("zendesk", "ListOptions", "GET", f"{GROUPS}/{{id}}/options", parameters=ID),
    )
)
DELETE = (CleanupStep("DELETE", f"{GROUPS}/{{id}}"),)
PURGE = (CleanupStep("DELETE", f"{TICKETS}/{{id}}"), CleanupStep("DELETE", "/api/v2/deleted_tickets/{id}"))


REFUSED = Response(503, (), b"no upstream")


class Org:
    """Records by path; keeps what was asked.

    `stubborn` ones cannot be deleted; a proxy `stumbles` over so many deletions: it answers `instead` (nothing, where
    that is None) and does not pass them on, or passes them on and loses the answer where it is `late`. An org that
    `refuses_absent` answers 403 where there is nothing to read.
    """

    def __init__(
        self,
        *groups: str,
        stubborn: bool = False,
        stumbles: int = 0,
        listing: Listing | None = None,
        instead: Response | None = REFUSED,
        late: bool = False,
        only: str = "",
        refuses_absent: bool = False,
    ) -> None:
        self.refuses_absent = refuses_absent
        self.groups, self.stubborn, self.stumbles, self.asked = set(groups), stubborn, stumbles, []
        self.instead, self.late, self.only = instead, late, only
        self.trash: set[str] = set()
        self.target = SimpleNamespace(name="acme", base_url="", vendor="zendesk")
        self.documents = SimpleNamespace(catalog=CATALOG)
        listed = (GROUPS, TICKETS) if refuses_absent else (GROUPS,)
        graph = SimpleNamespace(listing_at=lambda path: path in listed and listing)
        self.listing = listing
        self.records = SimpleNamespace(graph=graph, listing=self.listed)
        self.client = self

    def send(self, request: Request) -> Exchange:
        self.asked.append(f"{request.method} {request.url}")
        struck = request.method == "DELETE" and self.stumbles > 0 and self.only in request.url
        self.stumbles -= struck
        if struck and not self.late:
            return self.answer(request, self.instead)
        status = self.carried_out(request)
        return self.answer(request, self.instead if struck else Response(status, (), b""))

    def carried_out(self, request: Request) -> int:
        name = request.url.rsplit("/", 1)[-1]
        there = self.trash if "deleted_tickets" in request.url else self.groups
        if name not in there:
            return 403 if self.refuses_absent and request.method == "GET" else 404
        if request.method == "DELETE" and not self.stubborn:
            there.discard(name)
            if there is self.groups and TICKETS in request.url:
                self.trash.add(name)
        return 200

    def answer(self, request: Request, response: Response | None) -> Exchange:
        if response is None:
            raise ReadError("the connection was reset")
        return Exchange(request, response)

    def listed(self, path: str, query: str = "") -> Listing | None:
        return Listing(tuple((one, {}) for one in self.trash)) if "deleted" in path else self.listing


Run = Callable[[Any], list[str]]


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    monkeypatch.setattr(teardown, "EFFECT_SECONDS", 0.0)
    monkeypatch.setattr(teardown, "PAUSES", (0.0, 0.0, 0.0))
    monkeypatch.setattr(teardown, "SECOND_ROUND_SECONDS", 0.0)
    monkeypatch.setattr(teardown, "JOB_PAUSES", (0.0, 0.0, 0.0))
    return Ledger.open(tmp_path / "ledger.ndjson")


def swept(ledger: Ledger, org: Org) -> list[str]:
    cleanup = Cleanup(CATALOG, {}, {}, {"zendesk": {TICKETS: "/api/v2/deleted_tickets"}})
    return teardown.sweep(ledger, lambda vendor: org, cleanup)  # type: ignore[arg-type, return-value]


def group(
    ledger: Ledger, *ids: str, path: str = GROUPS, cleanup_steps: tuple[CleanupStep, ...] = DELETE, mark: str = ""
) -> str:
    entry = ledger.begin_create("acme", "zendesk:CreateGroup", "POST", path, ["group"], cleanup_steps, mark)
    if ids:
        ledger.created(entry, *ids)
    return entry


def ticket(ledger: Ledger, *ids: str) -> str:
    entry = ledger.begin_create("acme", "zendesk:CreateTicket", "POST", TICKETS, ["ticket"], PURGE)
    ledger.created(entry, *ids)
    return entry


def test_the_newest_goes_first_and_is_looked_for(ledger: Ledger) -> None:
    org = Org("1", "2")
    group(ledger, "1")
    group(ledger, "2")
    assert swept(ledger, org) == []
    assert org.asked == [f"{method} {GROUPS}/{one}" for one in "21" for method in ("DELETE", "GET")]
    assert ledger.open_entries() == ()


@pytest.mark.parametrize("record", ["a\x19b", "a/b", "a?b", "ü"])
def test_an_id_may_hold_anything_that_a_server_takes(ledger: Ledger, record: str) -> None:
    org = Org(quote(record, safe=""))
    group(ledger, record)
    assert swept(ledger, org) == []
    assert org.groups == set()


def test_a_server_that_stumbles_is_asked_again(ledger: Ledger) -> None:
    org = Org("1", stumbles=2)
    group(ledger, "1")
    assert swept(ledger, org) == []
    assert org.asked.count(f"DELETE {GROUPS}/1") == 3


def test_what_three_attempts_missed_is_tried_again_where_others_went(ledger: Ledger) -> None:
    org = Org("1", "2", stumbles=3, only=f"{GROUPS}/2")
    group(ledger, "1")
    group(ledger, "2")
    assert swept(ledger, org) == []
    assert org.groups == set()


def test_an_org_that_removes_nothing_is_not_asked_for_everything_again(ledger: Ledger) -> None:
    org = Org("1", "2", stubborn=True)
    group(ledger, "1")
    group(ledger, "2")
    assert len(swept(ledger, org)) == 2
    assert org.asked.count(f"DELETE {GROUPS}/1") == len(teardown.PAUSES)


NO_PROOF = {
    "refused by a proxy": REFUSED,
    "an odd status": Response(299),
    "cut JSON": Response(200, (), b'{"results": [{"id'),
    "bytes that are not what they say": Response(200, (("content-encoding", "gzip"),), b"\x1f\x8bnonsense"),
    "a page of the proxy's": Response(404, (), b"<html>not here</html>"),
    "a reset": None,
}


@pytest.mark.parametrize("late", [False, True], ids=["not passed on", "passed on"])
@pytest.mark.parametrize("instead", NO_PROOF.values(), ids=NO_PROOF)
@pytest.mark.parametrize("step", ["/tickets/", "/deleted_tickets/"])
def test_every_step_of_a_removal_is_proved(ledger: Ledger, step: str, instead: Response | None, late: bool) -> None:
    org = Org("1", stumbles=1, instead=instead, late=late, only=step)
    ticket(ledger, "1")
    assert swept(ledger, org) == []
    assert (org.groups, org.trash) == (set(), set())


@pytest.mark.parametrize("instead", NO_PROOF.values(), ids=NO_PROOF)
@pytest.mark.parametrize("step", ["/tickets/", "/deleted_tickets/"])
def test_a_removal_without_a_proof_is_told(ledger: Ledger, step: str, instead: Response | None) -> None:
    ticket(ledger, "1")
    assert swept(ledger, Org("1", stumbles=99, instead=instead, only=step)) == [
        f"acme: {TICKETS}/1 (made by zendesk:CreateTicket)"
    ]


def test_what_is_not_found_may_still_lie_in_the_trash(ledger: Ledger) -> None:
    """A server that says 404 to both steps while the record is in its trash."""
    org = Org(stumbles=99, instead=Response(404))
    org.trash.add("1")
    ticket(ledger, "1")
    assert swept(ledger, org) == [f"acme: {TICKETS}/1 (made by zendesk:CreateTicket)"]


def test_what_was_purged_before_is_gone(ledger: Ledger) -> None:
    ticket(ledger, "1")
    assert swept(ledger, Org()) == []


@pytest.mark.parametrize("listed", [False, True], ids=["not listed", "listed"])
def test_what_was_purged_and_is_refused_like_what_may_not_be_read_is_looked_for_in_its_list(
    ledger: Ledger, listed: bool
) -> None:
    """A vendor that answers 403 for a record that is not there."""
    org = Org(listing=Listing((("1", {}),) if listed else ()), refuses_absent=True)
    ticket(ledger, "1")
    assert bool(swept(ledger, org)) is listed


def test_what_is_refused_and_in_no_list_is_not_proved_to_be_gone(ledger: Ledger) -> None:
    ticket(ledger, "1")
    assert swept(ledger, Org(refuses_absent=True)) == [f"acme: {TICKETS}/1 (made by zendesk:CreateTicket)"]


@pytest.mark.parametrize("stumbles", [1, 99])
def test_where_nothing_can_be_read_the_answer_has_to_prove_it(ledger: Ledger, stumbles: int) -> None:
    org = Org("token", stumbles=stumbles)
    group(ledger, "token", path=UPLOADS, cleanup_steps=(CleanupStep("DELETE", f"{UPLOADS}/{{id}}"),))
    left = swept(ledger, org)
    assert bool(left) is bool(org.groups) is (stumbles > 3)


@pytest.mark.parametrize(("there", "told"), [((), False), (("options",), True)], ids=["gone too", "there"])
def test_what_hung_on_a_record_that_went_before_it_is_gone(ledger: Ledger, there: tuple[str, ...], told: bool) -> None:
    """No operation reads an option, and its list cannot be had: the list says itself whether it is still there."""
    org = Org(*there, listing=Listing((), complete=False))
    options = f"{GROUPS}/5/options"
    group(ledger, "9", path=options, cleanup_steps=(CleanupStep("DELETE", f"{options}/{{id}}"),))
    assert bool(swept(ledger, org)) is told


def test_what_cannot_be_removed_is_told(ledger: Ledger) -> None:
    group(ledger, "1")
    assert swept(ledger, Org("1", stubborn=True)) == [f"acme: {GROUPS}/1 (made by zendesk:CreateGroup)"]
    assert len(ledger.open_entries()) == 1


def test_what_nothing_takes_back_is_told(ledger: Ledger) -> None:
    group(ledger, "1", cleanup_steps=())
    assert swept(ledger, Org("1")) == [f"acme: {GROUPS}/1 (made by zendesk:CreateGroup)"]


@pytest.mark.parametrize("ids", [(), ("9",)], ids=["never proved", "without cleanup steps"])
def test_what_hangs_on_a_record_goes_with_it(ledger: Ledger, ids: tuple[str, ...]) -> None:
    group(ledger, "1")
    group(ledger, *ids, path=f"{GROUPS}/1/options", cleanup_steps=() if ids else DELETE)
    assert swept(ledger, Org("1")) == []
    assert ledger.open_entries() == ()


def test_what_a_later_process_took_back_is_gone_for_whoever_reads_the_folder(ledger: Ledger) -> None:
    """A sweep's file is read before that of the controller, which says only then what there was."""
    group(ledger, "1")
    group(ledger, "9", path=f"{GROUPS}/1/options", cleanup_steps=())
    with Ledger.open(ledger.path, "sweep") as later:
        assert swept(later, Org("1")) == []
    assert Ledger.read(ledger.path.parent).open_entries() == ()


def test_what_hangs_on_a_record_that_stays_is_told(ledger: Ledger) -> None:
    group(ledger, "1")
    group(ledger, "9", path=f"{GROUPS}/1/options", cleanup_steps=())
    assert swept(ledger, Org("1", stubborn=True)) == [
        f"acme: {GROUPS}/1 (made by zendesk:CreateGroup)",
        f"acme: {GROUPS}/1/options (made by zendesk:CreateGroup)",
    ]


def test_what_hangs_on_nothing_of_ours_is_told(ledger: Ledger) -> None:
    group(ledger, "9", path=f"{GROUPS}/5/options", cleanup_steps=())
    assert swept(ledger, Org()) == [f"acme: {GROUPS}/5/options/9 (made by zendesk:CreateGroup)"]


def test_a_request_without_an_answer_is_looked_for_by_its_mark(ledger: Ledger) -> None:
    org = Org("1", "2", listing=Listing((("1", {"name": "other"}), ("2", {"name": "run-1-4"}))))
    group(ledger, mark="run-1")
    assert swept(ledger, org) == []
    assert org.groups == {"1"}


@pytest.mark.parametrize("listing", [None, Listing((), complete=False)], ids=["no list", "a list that breaks off"])
def test_a_request_that_cannot_be_looked_for_is_told(ledger: Ledger, listing: Listing | None) -> None:
    group(ledger, mark="run-1")
    org = Org("groups", listing=listing)
    (line,) = swept(ledger, org)
    assert line.endswith("no answer proved ours")


class Locked(Org):
    """An org whose lists nobody may see, since it gives out no token any more."""

    def listed(self, path: str, query: str = "") -> Listing | None:
        raise UnfinishedError("no access token")


def test_an_error_while_one_is_looked_for_hides_none_of_the_others(ledger: Ledger) -> None:
    group(ledger, "1")
    group(ledger, mark="run-1")
    org = Locked("1", listing=Listing(()))
    assert swept(ledger, org) == [f"acme: {GROUPS} may hold a record of zendesk:CreateGroup that no answer proved ours"]
    assert org.groups == set()


def test_a_copy_does_not_go_with_its_original(ledger: Ledger) -> None:
    """Its path names a record of ours, yet it lies beside that record, not under it."""
    copy = Listing((("9", {"name": "run-1-4"}),))
    group(ledger, "1")
    ledger.begin_create("acme", "zendesk:CloneGroup", "POST", f"{GROUPS}/1/clone", ["group"], DELETE, "run-1",
                  {"home": GROUPS})  # fmt: skip
    org = Org("1", "9", listing=copy)
    assert swept(ledger, org) == []
    assert org.groups == set()


@pytest.mark.parametrize(("value", "keeps", "asked"), [
    (1, True, ["GET"]),
    (2, True, ["GET", "PUT", "GET"]),
], ids=["it was never changed", "it was changed"])  # fmt: skip
def test_a_setting_is_put_back(ledger: Ledger, value: int, keeps: bool, asked: list[str]) -> None:
    org = Settings(value, keeps)
    ledger.begin_change("acme", "zendesk:UpdateSettings", SETTINGS, CleanupStep("PUT", SETTINGS, {"a": 1}))
    assert swept(ledger, org) == []
    assert [one.split()[0] for one in org.asked] == asked


def test_a_setting_that_does_not_read_as_before_is_told(ledger: Ledger) -> None:
    """A server may answer 200 to a change and keep what it had."""
    ledger.begin_change("acme", "zendesk:UpdateSettings", SETTINGS, CleanupStep("PUT", SETTINGS, {"a": 1}))
    assert swept(ledger, Settings(2, keeps=False)) == [
        f"acme: zendesk:UpdateSettings could not be put back: PUT {SETTINGS}"
    ]


SETTINGS = "/api/v2/settings"


class Settings(Org):
    """One setting, with this value; it takes another only where it `keeps` what it is sent."""

    def __init__(self, value: int, keeps: bool) -> None:
        super().__init__()
        self.value, self.keeps = value, keeps

    def send(self, request: Request) -> Exchange:
        self.asked.append(f"{request.method} {request.url}")
        if request.method == "PUT" and self.keeps:
            self.value = json.loads(request.body)["a"]
        return Exchange(request, Response(200, (), b'{"a": %d, "b": 0}' % self.value))


HOUR, DAY = 3600.0, 86400.0


@pytest.mark.parametrize("off", [0.0, HOUR, -HOUR, DAY, -DAY])
def test_no_wait_depends_on_the_time_that_an_entry_names(
    off: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock was set between the run and its sweep: the wait is the one for a request on its way, once."""
    now, waits = [500.0], []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        now[0] += seconds

    made = time.time()
    ledger = Ledger.open(tmp_path / "ledger.ndjson")
    group(ledger, mark="mark-1")
    group(ledger, mark="mark-2")
    monkeypatch.setattr(teardown.time, "time", lambda: made + off)
    monkeypatch.setattr(teardown.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(teardown.time, "sleep", wait)
    swept(ledger, Org())
    assert waits == [teardown.EFFECT_SECONDS, 0.0]


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_a_wait_has_two_bounds_whatever_the_clock_says(begun: float, now: float) -> None:
    assert 0.0 <= teardown.seconds_until_effect(begun, now) <= teardown.EFFECT_SECONDS


def test_each_org_gets_back_what_was_made_in_it(ledger: Ledger) -> None:
    """Both orgs gave the id 1, and a record of the second hangs on another one of its own."""
    for target, record in (("acme", "1"), ("other", "1"), ("other", "2")):
        entry = ledger.begin_create(target, "zendesk:CreateGroup", "POST", GROUPS, ["group"], DELETE)
        ledger.created(entry, record)
    orgs = {"acme": Org("1", "2"), "other": Org("1", "2")}
    cleanup = Cleanup(CATALOG, {}, {}, {})
    assert teardown.sweep(ledger, orgs.__getitem__, cleanup) == []  # type: ignore[arg-type]
    assert (orgs["acme"].groups, orgs["other"].groups) == ({"2"}, set())


def test_what_hangs_on_another_org_s_record_of_the_same_id_does_not_go_with_it(ledger: Ledger) -> None:
    ledger.created(ledger.begin_create("acme", "zendesk:CreateGroup", "POST", GROUPS, ["group"], DELETE), "1")
    part = ledger.begin_create("other", "zendesk:CreateGroup", "POST", f"{GROUPS}/1/options", ["option"], ())
    ledger.created(part, "9")
    left = teardown.sweep(ledger, lambda name: Org("1"), Cleanup(CATALOG, {}, {}, {}))  # type: ignore[arg-type, return-value]
    assert left == [f"acme: {GROUPS}/1/options/9 (made by zendesk:CreateGroup)"]
    assert [entry.target for entry in ledger.open_entries()] == ["other"]
