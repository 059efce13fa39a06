"""A record is created, read, listed, changed and removed; the pages of a list are compared; an unknown id is tried."""

from __future__ import annotations

from pathlib import Path

import pinned
import pytest
from listed_org import Answering, answer_json, org_under_test

from harness.checks.lifecycle import Lifecycle
from harness.exchange import Request, Response
from harness.execution import lifecycle_walk
from harness.execution.api_client import ApiClient
from harness.execution.blame import UnmetError
from harness.planning import run_context
from harness.planning.changed_operations import ChangedOperations
from harness.planning.run_options import RunOptions
from harness.resources.cleanup import CleanupStep
from harness.settings import Settings
from harness.target import Credentials, Target
from harness.vendors import VENDORS

GROUPS = "/api/v2/groups"
BY_KEY = pinned.catalog().by_key
SHOW = BY_KEY["zendesk:ShowGroupById"]
LIST = BY_KEY["zendesk:ListGroups"]
REMOVE = CleanupStep("DELETE", f"{GROUPS}/{{id}}")
LIFE = Lifecycle(BY_KEY["zendesk:CreateGroup"], SHOW, LIST, BY_KEY["zendesk:UpdateGroup"], (REMOVE,))


class Groups:
    """An org with groups. It can refuse a removal, keep what it removes, lose rows, or show all to strangers."""

    def __init__(self, *flaws: str, rows: int = 0) -> None:
        self.flaws = flaws
        self.groups = {str(number): {"id": number, "name": f"group {number}"} for number in range(1, rows + 1)}

    def answer(self, request: Request, signed: bool) -> Response:
        if not signed and "open" not in self.flaws:
            return Response(401)
        ident = request.path.removeprefix(GROUPS).strip("/")
        if request.method == "POST":
            self.groups["900"] = {"id": 900, "name": "run-1 group"}
            return answer_json({"group": self.groups["900"]}, 201)
        if not ident:
            return self.page(dict(request.query))
        if ident not in self.groups and "shows anything" not in self.flaws:
            return Response(404)
        return self.change(request, ident)

    def change(self, request: Request, ident: str) -> Response:
        if request.method == "DELETE" and "refuses removal" in self.flaws:
            return Response(500)
        if request.method == "DELETE":
            if "keeps all" not in self.flaws:
                del self.groups[ident]
            return Response(204)
        group = self.groups.get(ident, {"id": int(ident), "name": "of another account"})
        if request.method == "PUT":
            changed = group | {"name": "run-1 group changed"}
            if "forgets changes" not in self.flaws:
                self.groups[ident] = changed
            return answer_json({"group": changed})
        return answer_json({"group": group})

    def page(self, query: dict[str, str]) -> Response:
        size, number = int(query.get("per_page", 100)), int(query.get("page", 1))
        every = list(self.groups.values())
        rows = every[(number - 1) * size : number * size]
        following = f"{GROUPS}?page={number + 1}&per_page={size}" if number * size < len(every) else None
        if "loses rows" in self.flaws and size < 100:
            rows = rows[:-1]
        return answer_json({"groups": [] if "hides new ones" in self.flaws else rows, "next_page": following})


CURSOR, OFFSET = VENDORS["zendesk"].paging.styles


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch):
    """`clients("open")` is a client of an org with that flaw; a new group has the id 900."""

    def client(*flaws: str, rows: int = 0) -> ApiClient:
        groups = Groups(*flaws, rows=rows)
        org = org_under_test(Answering(groups.answer), mark="run-1")
        groups.answer(Request("POST", GROUPS), True)
        monkeypatch.setattr(type(org.ids), "path_values", lambda *_, **__: {"group_id": "900"})
        client = ApiClient(org)
        client.get(f"{GROUPS}/900")
        client.findings.clear()
        return client

    return client


def checks(client: ApiClient) -> set[str]:
    """The checks of lifecycles that found something; others judge each answer as always."""
    names = {"made_readable", "quota_told", "ignored_auth", "made_listed", "change_kept", "deleted_gone", "unknown_id",
             "page_repeats", "page_loses"}  # fmt: skip
    return {finding.check for finding in client.findings.values()} & names - {"quota_told"}


@pytest.mark.parametrize(("flaw", "check"), [
    ("open", "ignored_auth"), ("hides new ones", "made_listed"), ("forgets changes", "change_kept"),
    ("keeps all", "deleted_gone"),
])  # fmt: skip
def test_each_flaw_of_a_lifecycle_is_one_finding(clients, flaw: str, check: str) -> None:
    client = clients(flaw)
    assert lifecycle_walk.walk_lifecycle(client, LIFE) == ""
    assert checks(client) == {check}


def test_a_sound_lifecycle_has_none_and_takes_its_record_back(clients) -> None:
    client = clients()
    assert lifecycle_walk.walk_lifecycle(client, LIFE) == ""
    assert checks(client) == set()
    assert client.get(f"{GROUPS}/900").status == 404


def test_a_documented_removal_that_is_refused_fails_the_test(clients) -> None:
    with pytest.raises(UnmetError, match="which removes what zendesk:CreateGroup makes, answers 500"):
        lifecycle_walk.walk_lifecycle(clients("refuses removal"), LIFE)


def test_pages_that_lose_a_row_are_a_finding(clients) -> None:
    assert lifecycle_walk.compare_pages(clients(rows=5), LIST, OFFSET) == ""
    client = clients("loses rows", rows=5)
    lifecycle_walk.compare_pages(client, LIST, OFFSET)
    assert checks(client) == {"page_loses"}


def test_a_list_in_another_style_is_nothing_to_compare(clients) -> None:
    assert lifecycle_walk.compare_pages(clients(), LIST, CURSOR) == "it has no such pages: HTTP 200"


def test_an_unknown_id_must_show_nothing(clients) -> None:
    for flaw, found in (("", set()), ("shows anything", {"unknown_id"})):
        client = clients(flaw)
        lifecycle_walk.probe_unknown_id(client, SHOW)
        assert checks(client) == found


def test_of_changed_operations_the_whole_lifecycle_is_walked_again(tmp_path: Path) -> None:
    """The delete of a group alone has changed: its collection is walked, and nothing else is drawn."""
    acme = Target("acme", "zendesk", "https://acme.zendesk.example", Credentials("none"), org="acme")
    options = RunOptions(targets=("acme",), changed_since="old.yaml")
    changed = ChangedOperations("old.yaml", "zendesk", ("zendesk:DeleteGroup",))
    context = run_context.build(options, Settings({"acme": acme}, tmp_path), changed)
    drawn = lifecycle_walk.parameters(context, "zendesk")
    assert [cycle.key for cycle, _ in drawn["collection"]] == ["zendesk:CreateGroup"]
    assert drawn["listing"] == drawn["show"] == []
