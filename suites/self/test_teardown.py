"""The ledger backwards: what was made goes, what hangs on it goes with it, and what stays is told."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness import teardown
from harness.catalog import Catalog, Operation, Parameter
from harness.exchange import Exchange, Request, Response
from harness.ledger import Ledger
from harness.undo import Step

GROUPS = "/api/v2/groups"
CATALOG = Catalog(
    (Operation("zendesk", "ShowGroup", "GET", f"{GROUPS}/{{id}}", parameters=(Parameter("id", "path", True),)),)
)
DELETE = (Step("DELETE", f"{GROUPS}/{{id}}"),)


class Org:
    """Groups by id; keeps what was asked. `stubborn` ones cannot be deleted; it `stumbles` over so many deletions."""

    def __init__(
        self, *groups: str, stubborn: bool = False, stumbles: int = 0, marked: list[str] | None = None
    ) -> None:
        self.groups, self.stubborn, self.stumbles, self.asked = set(groups), stubborn, stumbles, []
        self.target = SimpleNamespace(name="acme", base_url="")
        self.shelf = SimpleNamespace(catalog=CATALOG)
        self.records = SimpleNamespace(marked=lambda collection, mark: marked)
        self.client = self

    def send(self, request: Request) -> Exchange:
        self.asked.append(f"{request.method} {request.url}")
        group = request.url.rsplit("/", 1)[-1]
        if request.method == "DELETE" and self.stumbles:
            self.stumbles -= 1
        elif request.method == "DELETE" and not self.stubborn:
            self.groups.discard(group)
        return Exchange(request, Response(200 if group in self.groups else 404, (), b""))


Run = Callable[[Any], list[str]]


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    monkeypatch.setattr(teardown, "SETTLED", 0.0)
    return Ledger.open(tmp_path / "ledger.ndjson")


def swept(ledger: Ledger, org: Org) -> list[str]:
    return teardown.sweep(ledger, lambda vendor: org)  # type: ignore[arg-type, return-value]


def group(ledger: Ledger, *ids: str, path: str = GROUPS, undo: tuple[Step, ...] = DELETE, mark: str = "") -> str:
    entry = ledger.intend("zendesk", "zendesk:CreateGroup", "POST", path, ["group"], undo, mark)
    if ids:
        ledger.made(entry, *ids)
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


def test_what_cannot_be_removed_is_told(ledger: Ledger) -> None:
    group(ledger, "1")
    assert swept(ledger, Org("1", stubborn=True)) == [f"acme: {GROUPS}/1 (made by zendesk:CreateGroup)"]
    assert len(ledger.open_entries()) == 1


def test_what_nothing_takes_back_is_told(ledger: Ledger) -> None:
    group(ledger, "1", undo=())
    assert swept(ledger, Org("1")) == [f"acme: {GROUPS}/1 (made by zendesk:CreateGroup)"]


@pytest.mark.parametrize("ids", [(), ("9",)], ids=["never proved", "without an undo"])
def test_what_hangs_on_a_record_goes_with_it(ledger: Ledger, ids: tuple[str, ...]) -> None:
    group(ledger, "1")
    group(ledger, *ids, path=f"{GROUPS}/1/options", undo=() if ids else DELETE)
    assert swept(ledger, Org("1")) == []
    assert ledger.open_entries() == ()


def test_what_hangs_on_a_record_that_stays_is_told(ledger: Ledger) -> None:
    group(ledger, "1")
    group(ledger, "9", path=f"{GROUPS}/1/options", undo=())
    assert swept(ledger, Org("1", stubborn=True)) == [
        f"acme: {GROUPS}/1 (made by zendesk:CreateGroup)",
        f"acme: {GROUPS}/1/options (made by zendesk:CreateGroup)",
    ]


def test_what_hangs_on_nothing_of_ours_is_told(ledger: Ledger) -> None:
    group(ledger, "9", path=f"{GROUPS}/5/options", undo=())
    assert swept(ledger, Org()) == [f"acme: {GROUPS}/5/options/9 (made by zendesk:CreateGroup)"]


def test_a_request_without_an_answer_is_looked_for_by_its_mark(ledger: Ledger) -> None:
    org = Org("1", "2", marked=["2"])
    group(ledger, mark="run-1")
    assert swept(ledger, org) == []
    assert org.groups == {"1"}


@pytest.mark.parametrize("mark", ["", "run-1"], ids=["no mark", "a list that cannot be read"])
def test_a_request_that_cannot_be_looked_for_is_told(ledger: Ledger, mark: str) -> None:
    group(ledger, mark=mark)
    (line,) = swept(ledger, Org("1"))
    assert line.endswith("no answer proved ours")


def test_a_setting_is_put_back(ledger: Ledger) -> None:
    org = Org()
    ledger.keep("zendesk", "zendesk:UpdateSettings", "/api/v2/settings", Step("PUT", "/api/v2/settings", {"a": 1}))
    assert swept(ledger, org) == []
    assert org.asked == ["PUT /api/v2/settings"]


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
    assert waits == [teardown.SETTLED, 0.0]


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_a_wait_has_two_bounds_whatever_the_clock_says(begun: float, now: float) -> None:
    assert 0.0 <= teardown.unsettled(begun, now) <= teardown.SETTLED
