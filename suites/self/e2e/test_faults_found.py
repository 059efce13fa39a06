"""Which faults of the sandbox a run finds, by which check: the sandbox is spoiled, and a whole run has to notice.

`docs/faults.md` is the same table for readers. `FAULTS=all pytest suites/self/e2e/test_faults_found.py` also tries the
faults that take the client's patience.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.sandbox.mutators import NAMES

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "faults.md"


@dataclass(frozen=True)
class Row:
    """`fault` strikes `operation`, and `check` finds it in a test of the suites: the operation's own, or `item`."""

    fault: str
    operation: str
    check: str
    item: str = ""
    chance: float = 1.0

    @property
    def rule(self) -> str:
        """As `--fault` takes it."""
        return f"{self.fault}:{self.operation}" + (f":{self.chance}" if self.chance < 1 else "")

    @property
    def vendor(self) -> str:
        return self.operation.split(":")[0]

    @property
    def node(self) -> str:
        suite = "lifecycle" if self.item else "contract"
        return f"suites/{self.vendor}/test_{suite}_{self.vendor}.py::{self.item or f'test_operation[{self.operation}]'}"

    @property
    def key(self) -> str:
        """Under which the results hold what the test found."""
        return f"{self.vendor}:{self.item}" if self.item else self.operation

    @property
    def line(self) -> str:
        """As the page shows it."""
        return f"| `{self.fault}` | {NAMES[self.fault]} | `{self.check}` | `{self.rule}` | `{self.node}` |"


# Each operation once, so that one run shows them all.
ROWS = (
    Row("undocumented_status", "zendesk:ListGroups", "status"),
    Row("undocumented_status", "zoho:getHolidayLists", "status"),
    Row("missing_field", "zendesk:ListOrganizations", "body"),
    Row("missing_field", "zendesk:DetectBestLocale", "payload"),
    Row("missing_field", "zoho:getContact", "body"),
    Row("extra_field", "zendesk:ListTickets", "undocumented_field"),
    Row("extra_field", "zoho:getTasks", "body"),
    Row("mistyped_field", "zendesk:ListUsers", "body"),
    Row("mistyped_field", "zoho:getSkills", "body"),
    Row("wrong_enum", "zendesk:UpdateTicket", "body"),
    Row("wrong_enum", "zoho:getTicket", "body"),
    Row("wrong_media_type", "zendesk:ListViews", "media_type"),
    Row("wrong_media_type", "zoho:getArticles", "media_type"),
    Row("garbage", "zendesk:ListMacros", "json"),
    Row("garbage", "zoho:getSkillTypes", "json"),
    Row("server_error", "zendesk:ListBrands", "server_error"),
    Row("server_error", "zoho:getTeams", "server_error"),
    Row("negative_accepted", "zendesk:CreateOrganization", "negative_data_rejection"),
    Row("negative_accepted", "zendesk:CountUsers", "negative_data_rejection"),
    Row("negative_accepted", "zoho:createTask", "negative_data_rejection"),
    Row("negative_accepted", "zoho:getRoleCount", "negative_data_rejection"),
    Row("success_false", "zendesk:UpdateOrganization", "undocumented_field"),
    Row("success_false", "zoho:getRoles", "success_flag"),
    Row("auth_ignored", "zendesk:ListTicketForms", "ignored_auth"),
    Row("auth_ignored", "zoho:getEvents", "ignored_auth"),
    Row("still_readable", "zendesk:ShowItamAsset", "deleted_gone", "test_lifecycle[zendesk:CreateItamAsset]"),
    Row("still_readable", "zoho:getProduct", "deleted_gone", "test_lifecycle[zoho:createProduct]"),
    Row("not_readable", "zendesk:ShowOrganizationSubscription", "made_readable",
        "test_lifecycle[zendesk:CreateOrganizationSubscription]"),
    Row("not_readable", "zoho:getCall", "made_readable", "test_lifecycle[zoho:createCall]"),
    Row("foreign_readable", "zendesk:ShowBrand", "unknown_id", "test_unknown_id[zendesk:ShowBrand]"),
    Row("foreign_readable", "zoho:getDepartment", "unknown_id", "test_unknown_id[zoho:getDepartment]"),
    Row("stale", "zendesk:ShowTicket", "change_kept", "test_lifecycle[zendesk:CreateTicket]"),
    Row("stale", "zoho:getTask", "change_kept", "test_lifecycle[zoho:createTask]"),
    Row("rate_header_missing", "zoho:getAccount", "quota_told", "test_lifecycle[zoho:createAccount]"),
    Row("page_repeats", "zendesk:ListTicketFields", "page_repeats", "test_pages[zendesk:ListTicketFields-cursor]"),
    Row("page_repeats", "zendesk:ListCustomStatuses", "page_repeats"),
    Row("page_repeats", "zoho:getAccounts", "page_repeats", "test_pages[zoho:getAccounts]"),
    Row("page_repeats", "zoho:getBadges", "page_repeats"),
    Row("page_loses", "zendesk:ListGroupMemberships", "page_loses", "test_pages[zendesk:ListGroupMemberships-offset]"),
    Row("page_loses", "zendesk:ListCustomRoles", "page_loses"),
    Row("page_loses", "zoho:searchActivities", "page_loses", "test_pages[zoho:searchActivities]"),
)  # fmt: skip
# What takes the client's patience: it asks again and waits in between, a quarter of a minute each.
PATIENT = (
    Row("unavailable", "zendesk:ListLocales", "server_error"),
    Row("unavailable", "zoho:getHelpCenterGroupList", "server_error"),
    Row("throttled", "zendesk:ShowOrganization", "made_readable", "test_lifecycle[zendesk:CreateOrganization]"),
    Row("throttled", "zoho:getLabels", "media_type"),
    # Each time, while others are answered: once in a while it would be the network's.
    Row("cut", "zendesk:SetTagsTicket", "answer"),
    Row("cut", "zoho:updateContact", "answer"),
)  # fmt: skip

# Why no check finds them, in one sentence each.
UNFOUND = {
    "slow": "No document promises how soon an answer comes. After 30 seconds the client takes it for none.",
    "token_without_expiry": "The accounts host does so now and then (client report); such a token counts for an hour.",
    "token_expiry_in_ms": "Some token hosts do so (vendor page); the flow reads either unit.",
    "token_expiry_as_text": "The flow reads the number.",
    "token_expiry_absurd": "Such a token counts for as long as the vendor's usually do.",
    "token_throttled": "No fault of the contract: the run ends with 4 and says how long to wait.",
    "token_throttled_200": "No fault of the contract: the run ends with 4 and says how long to wait.",
    "token_error_400": "The accounts host does so now and then (client report); the error code decides.",
    "token_login_page": "No answer of a token host: the run ends with 2 and says so.",
    "token_unavailable": "An outage: the run ends with 4 and says so.",
}

Outcomes = dict[str, dict[str, Any]]
"""What each test of a run amounts to, by its key."""


def run(folder: Path, rows: tuple[Row, ...], *faults: str, more: Iterable[str] = ()) -> Outcomes:
    """Run the tests of some rows, and `more`, against the embedded sandbox."""
    words = [word for fault in faults for word in ("--fault", fault)]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--report-dir", str(folder)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    nodes = dict.fromkeys([*(row.node for row in rows), *more])
    done = subprocess.run(
        [*command, "--budget", "8", *words, *nodes], cwd=ROOT, env=kept, capture_output=True, text=True, timeout=300
    )
    results = folder / "results.ndjson"
    assert results.is_file(), done.stdout + done.stderr
    outcomes = [json.loads(line) for line in results.read_text().splitlines()]
    return {one["key"]: one for one in outcomes}


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    """One run in which every row's fault strikes its operation."""
    return run(tmp_path_factory.mktemp("spoiled"), ROWS, *(row.rule for row in ROWS))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    """The same run without faults."""
    return run(tmp_path_factory.mktemp("whole"), ROWS)


def checks(row: Row, outcomes: Outcomes) -> set[str]:
    """The checks that found something in a row's test."""
    return {finding["check"] for finding in outcomes[row.key]["findings"]}


def named(row: Row) -> str:
    return f"{row.fault}-{row.vendor}"


def test_a_list_with_a_broken_page_has_that_finding_and_no_error_of_the_test_beside_it(tmp_path: Path) -> None:
    walks = ("", "test_pages[zendesk:ListGroups-cursor]", "test_pages[zendesk:ListGroups-offset]")
    rows = tuple(Row("garbage", "zendesk:ListGroups", "json", walk) for walk in walks)
    small = "suites/zendesk/test_paging.py::test_small_pages_hold_what_one_large_page_holds[groups-{}]"
    more = (small.format("by_cursor"), small.format("by_offset"))
    outcomes = run(tmp_path, rows, "garbage:zendesk:ListGroups", more=more)
    for one in outcomes.values():
        assert [finding["check"] for finding in one["findings"]] == ["json"], one["key"]
    assert len(outcomes) == 5


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_the_check_finds_the_fault(row: Row, spoiled: Outcomes, whole: Outcomes) -> None:
    """It finds it where the fault is, and finds nothing of the kind where it is not."""
    assert row.check in checks(row, spoiled)
    assert row.check not in checks(row, whole)


@pytest.mark.skipif(os.environ.get("FAULTS") != "all", reason="a quarter of a minute each; FAULTS=all tries them too")
@pytest.mark.parametrize("row", PATIENT, ids=named)
def test_the_check_finds_it_with_patience(row: Row, tmp_path: Path) -> None:
    assert row.check in checks(row, run(tmp_path / "spoiled", (row,), row.rule))
    assert row.check not in checks(row, run(tmp_path / "whole", (row,)))


def test_every_fault_is_found_or_listed_as_not_found() -> None:
    assert sorted({row.fault for row in ROWS + PATIENT} | set(UNFOUND)) == sorted(NAMES)
    assert not {row.fault for row in ROWS + PATIENT} & set(UNFOUND)


def test_the_page_says_the_same() -> None:
    page = PAGE.read_text().splitlines()
    wanted = [row.line for row in ROWS + PATIENT] + [
        f"| `{name}` | {NAMES[name]} | {why} |" for name, why in UNFOUND.items()
    ]
    assert [line for line in wanted if line not in page] == []
    assert len([line for line in page if line.startswith("| `")]) == len(wanted)
