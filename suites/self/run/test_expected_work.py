"""The work that a run expects: each test once, for the org that it is for, with what is forecast for it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from harness.planning import run_context
from harness.planning.run_context import RunContext
from harness.planning.run_options import RunOptions
from harness.risk.tier import Tier
from harness.run.expected_work import expected_work
from harness.settings import Settings
from harness.target import Credentials, Target

OWN_SUITE = """
import pytest


@pytest.mark.zendesk
@pytest.mark.parametrize("size", [1, 2])
def test_tags_of_ours(client, size):
    client.get("/api/v2/tags")
"""


def org(name: str, vendor: str = "zendesk") -> Target:
    return Target(name, vendor, f"http://{name}.example", Credentials("basic", "me", "secret"), org=name)


def context(tmp_path: Path, *targets: Target, own: tuple[Path, ...] = ()) -> RunContext:
    options = RunOptions(
        targets=tuple(target.name for target in targets), allow=(Tier.READ, Tier.WRITE), only=("zendesk:*Tag*",)
    )
    return run_context.build(options, Settings({target.name: target for target in targets}, tmp_path, suites=own))


def test_reads_changes_and_hand_written_tests_are_told_apart(tmp_path: Path) -> None:
    suite = tmp_path / "desk" / "test_tags.py"
    suite.parent.mkdir()
    suite.write_text(OWN_SUITE)
    ids = [
        "suites/zendesk/test_contract_zendesk.py::test_operation[zendesk:ListTags]",
        "suites/zendesk/test_contract_zendesk.py::test_operation[zendesk:SetTagsTicket]",
        "suites/zendesk/test_lifecycle_zendesk.py::test_pages[zendesk:ListTags-cursor]",
        "../desk/test_tags.py::test_tags_of_ours[1]",
        "../desk/test_tags.py::test_tags_of_ours[2]",
    ]
    tasks = expected_work(ids, context(tmp_path, org("acme"), own=(suite.parent,))).tasks
    kinds = {test.rpartition("::")[2]: task.kind for test, task in tasks.items()}
    assert kinds["test_operation[zendesk:ListTags]"] == "zendesk reads"
    assert kinds["test_tags_of_ours[1]"] == kinds["test_tags_of_ours[2]"] == "own tests"
    assert {task.org for task in tasks.values()} == {"zendesk"}
    assert all(task.requests >= 1 for task in tasks.values())


def test_what_the_plan_does_not_send_is_no_work(tmp_path: Path) -> None:
    ids = ["suites/zendesk/test_contract_zendesk.py::test_operation[zendesk:DeleteTicket]"]
    assert not expected_work(ids, context(tmp_path, org("acme"))).tasks


def test_each_org_of_a_vendor_has_its_own(tmp_path: Path) -> None:
    suite = tmp_path / "desk" / "test_tags.py"
    suite.parent.mkdir()
    suite.write_text(OWN_SUITE)
    names = ("eu", "us")
    ids = [f"desk/test_tags.py::test_tags_of_ours[{size}-@{name}]" for name in names for size in (1, 2)]
    ids += [f"suites/zendesk/test_contract_zendesk.py::test_operation[zendesk:ListTags@{name}]" for name in names]
    tasks = expected_work(ids, context(tmp_path, *map(org, names), own=(suite.parent,))).tasks
    assert Counter(task.org for task in tasks.values()) == {"eu": 3, "us": 3}
