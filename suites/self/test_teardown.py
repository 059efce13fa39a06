"""The ledger backwards: what was made goes, what hangs on it goes with it, and what stays is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest

from harness import teardown
from harness.catalog import Catalog, Operation, Parameter
from harness.exchange import Exchange, Request, Response
from harness.ledger import Ledger
from harness.records import Listing
from harness.undo import Step

GROUPS = "/api/v2/groups"
CATALOG = Catalog(
    (Operation("zendesk", "ShowGroup", "GET", f"{GROUPS}/{{id}}", parameters=(Parameter("id", "path", True),)),)
)
DELETE = (Step("DELETE", f"{GROUPS}/{{id}}"),)


class Org:
    """Groups by id; keeps what was asked. `stubborn` ones cannot be deleted; it `stumbles` over so many deletions."""

    def __init__(self, *groups: str, stubborn: bool = False, stumbles: int = 0, listing: Listing | None = None) -> None:
        self.groups, self.stubborn, self.stumbles, self.asked = set(groups), stubborn, stumbles, []
        self.target = SimpleNamespace(name="acme", vendor="zendesk", base_url="")
        self.shelf = SimpleNamespace(catalog=CATALOG)
        shape = SimpleNamespace(list_at=lambda path: path == GROUPS and listing)
        self.records = SimpleNamespace(shape=shape, listing=lambda path, query: listing)
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


def test_a_copy_does_not_go_with_its_original(ledger: Ledger) -> None:
    """Its path names a record of ours, yet it lies beside that record, not under it."""
    copy = Listing((("9", {"name": "run-1-4"}),))
    group(ledger, "1")
    ledger.intend("zendesk", "zendesk:CloneGroup", "POST", f"{GROUPS}/1/clone", ["group"], DELETE, "run-1",
                  {"home": GROUPS})  # fmt: skip
    org = Org("1", "9", listing=copy)
    assert swept(ledger, org) == []
    assert org.groups == set()


def test_a_setting_is_put_back(ledger: Ledger) -> None:
    org = Org()
    ledger.keep("zendesk", "zendesk:UpdateSettings", "/api/v2/settings", Step("PUT", "/api/v2/settings", {"a": 1}))
    assert swept(ledger, org) == []
    assert org.asked == ["PUT /api/v2/settings"]
