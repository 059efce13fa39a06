"""The promises, kept by whole runs: judged by the sandbox's own journal and state, never by our log."""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from benchmarks.lab import Lab, kill, lab
from harness.ledger import Ledger
from harness.openapi.document_cache import open_documents
from harness.risk import overrides, rules
from harness.risk.tier import Tier
from harness.settings import cache_folder

# More for a figure: KILLS=20 pytest suites/self/e2e -k killed
KILLS = int(os.environ.get("KILLS", "1"))
BOTH = ("--target", "acme", "--target", "desk")
# All operations instead: FULL=1 pytest suites/self/e2e -k "may"
SOME = (
    ()
    if os.environ.get("FULL")
    else tuple(
        word
        for pattern in ("zendesk:*Organization", "zendesk:*Ticket", "zoho:*Task", "zoho:*Contact")
        for word in ("--only", pattern)
    )
)
# What a vendor keeps of every job that was ever asked for, and no call removes (document: a job has no DELETE).
JOBS = "job_statuses"


@pytest.fixture
def org(tmp_path: Path) -> Iterator[Lab]:
    with lab(tmp_path) as one:
        yield one


def tiers() -> dict[str, Tier]:
    """Every operation key with its tier by rules and overrides."""
    known = {vendor: overrides.load(vendor) for vendor in ("zendesk", "zoho")}
    catalog = open_documents(cache_folder()).catalog
    return {one.key: rules.assess(one, known[one.vendor]).tier for one in catalog.operations}


def above(org: Lab, most: Tier, cleanup_steps: bool = False) -> list[str]:
    """What arrived and is worse than `most` by the sandbox's own routing; token calls name no operation.

    `cleanup_steps` leaves out what the ledger wrote down for taking back the run's own records.
    """
    known = tiers()
    taken_back = {
        (step.method, step.path)
        for entry in Ledger.read(org.folder / "report").entries()
        for record in entry.ids
        for step in (one.of(record) for one in entry.cleanup_steps)
        if cleanup_steps
    }
    return [
        f"{one['method']} {one['target']}"
        for one in org.journal()
        if known.get(one["operation"], Tier.DESTRUCTIVE) > most
        and not one["target"].startswith("/zoho-accounts/")
        and not one["target"].endswith("/api/v2/account")
        and (one["method"], "/" + one["target"].split("/", 2)[2]) not in taken_back
    ]


def test_a_run_that_may_read_changes_nothing(org: Lab) -> None:
    before = org.rows()
    code, said = org.run("run", *BOTH, *SOME, "--budget", "8", "--report-dir", "report")
    assert code in (0, 1), said
    assert above(org, Tier.READ) == []
    assert org.rows() == before


def test_a_run_on_one_org_leaves_the_other_vendor_alone(org: Lab) -> None:
    code, said = org.run("run", "--target", "desk", "--allow", "read", "--budget", "1", "--report-dir", "report")
    assert code == 0, said
    assert [one["target"] for one in org.journal() if one["target"].startswith("/zendesk")] == []


def test_a_run_that_may_write_leaves_nothing_behind(org: Lab) -> None:
    before = org.rows()
    code, said = org.run("run", *BOTH, *SOME, "--budget", "8", "--allow", "read,write", "--report-dir", "report")
    assert code in (0, 1), said
    assert above(org, Tier.WRITE, cleanup_steps=True) == []
    assert changed(before, org) == []
    assert left(before, org) == []


def test_a_run_that_may_do_anything_changes_and_leaves_only_its_own(org: Lab) -> None:
    before = org.rows()
    every = ",".join(str(tier) for tier in Tier)
    confirmed = ("--confirm", "acme", "--confirm", "desk")
    code, said = org.run("run", *BOTH, *SOME, "--budget", "8", "--allow", every, *confirmed, "--report-dir", "report")
    assert code == 0, said
    assert changed(before, org) == []
    assert left(before, org) == []


def test_a_setting_that_was_named_is_changed_and_put_back(org: Lab) -> None:
    before = org.rows()
    name = "zendesk:UpdateAccountSettings"
    code, said = org.run(
        "run",
        "--target",
        "acme",
        "--confirm",
        "acme",
        "--only",
        name,
        "--allow-operation",
        name,
        "--report-dir",
        "report",
    )
    assert code == 0, said
    sent = [one["method"] for one in org.journal() if one["target"].endswith("/account/settings")]
    assert "PUT" in sent, "it was changed"
    assert sent[-1] == "GET", "and read at the end"
    assert changed(before, org) == []


@pytest.mark.parametrize("attempt", range(KILLS))
def test_a_killed_run_has_touched_nothing_of_others_and_a_sweep_removes_its_own(org: Lab, attempt: int) -> None:
    before = org.rows()
    process = org.start(
        "run", *BOTH, *SOME, "--budget", "8", "--allow", "read,write", "--report-dir", "report", "--seed", str(attempt)
    )
    enough = random.Random(attempt).randint(20, 400)
    wait_for(org, enough, process)
    kill(process)
    assert changed(before, org) == []
    code, said = org.run("sweep", "--run", "report")
    assert code == 0, said
    assert changed(before, org) == []
    assert left(before, org) == []


def wait_for(org: Lab, requests: int, process: subprocess.Popen[str]) -> None:
    """Until so many requests have arrived, or the run has ended."""
    until = time.monotonic() + 120
    while process.poll() is None and len(org.journal()) < requests and time.monotonic() < until:
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.1)


def changed(before: dict[tuple[str, str, str], object], org: Lab) -> list[str]:
    """Records of before that are gone or different."""
    now = org.rows()
    return [" ".join(key) for key, row in before.items() if now.get(key) != row]


def left(before: dict[tuple[str, str, str], object], org: Lab) -> list[str]:
    """New records that are still there, in whatever table; job rows aside."""
    return [" ".join(key) for key in org.rows() if key not in before and key[1] != JOBS]
