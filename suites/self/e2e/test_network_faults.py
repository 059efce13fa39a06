"""A network that fails is not held against the contract, and hides no fault of the server either.

`python -m benchmarks.network_faults` does the same with all operations.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))

from proxy import FAULTS
from strike import Struck, between, strike

SOME = tuple(
    word
    for pattern in ("zendesk:*Organization", "zendesk:ListGroups", "zoho:*Task", "zoho:getSkills")
    for word in ("--only", pattern)
)
GROUPS = "GET /zendesk/api/v2/groups"
# Where no HTTP answer comes at all; the others bring one that a check of its own finds.
SILENT = ("reset_before", "reset_after", "reset_inside", "short", "empty", "garbage")
SPOILT = {"cut": "json", "bad_gzip": "json", "odd_status": "status", "unavailable": "server_error"}


def state(told: Struck, key: str) -> str:
    return next(one["state"] for one in told.outcomes if one["key"] == key)


def checks(told: Struck, key: str) -> set[str]:
    return {found["check"] for one in told.outcomes if one["key"] == key for found in one["findings"]}


def test_a_tenth_of_all_requests_struck_is_no_finding(tmp_path: Path) -> None:
    with between(tmp_path, 0.1, seed=7) as (org, proxy):
        told = strike(org, proxy, *SOME, "--budget", "6", "--allow", "read,write", "--workers", "1")
    assert told.faults.total() > 20, "too few to prove anything"
    assert told.blamed == []
    assert told.ours == []
    assert told.changed == []
    assert any("lost or spoiled on the way" in note for note in told.run["notes"])


@pytest.mark.parametrize("fault", ["garbage", "cut", "unavailable"])
def test_what_one_operation_does_each_time_is_a_finding_though_it_looks_like_the_network(
    fault: str, tmp_path: Path
) -> None:
    with between(tmp_path, 1.0, seed=1, faults=(fault,)) as (org, proxy):
        proxy.only = GROUPS + " "
        told = strike(
            org,
            proxy,
            "--only",
            "zendesk:ListGroups",
            "--only",
            "zendesk:ListBrands",
            "--budget",
            "3",
            "--workers",
            "1",
        )
    assert told.code == 1, told.said
    assert checks(told, "zendesk:ListGroups") >= {SPOILT.get(fault, "answer")}
    assert state(told, "zendesk:ListBrands") == "passed"
    assert told.ours == []


def test_an_org_that_stops_answering_is_an_outage_and_no_finding(tmp_path: Path) -> None:
    with between(tmp_path, 1.0, seed=1, faults=("reset_before",)) as (org, proxy):
        # The first questions and a few operations are answered, and nothing that comes behind them.
        proxy.spared = 12
        told = strike(org, proxy, "--only", "zendesk:List*", "--budget", "2", "--workers", "1")
    assert told.code == 4, told.said
    assert told.blamed == []
    assert "answers no request any more" in told.said


def test_every_fault_has_a_word() -> None:
    assert len(FAULTS) >= 12
    assert {*SILENT, *SPOILT} < set(FAULTS)
