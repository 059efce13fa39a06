"""What is known before anything is sent: which orgs, which operations, which tiers, and what a permit would be."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache
from pathlib import Path

import pinned
import pytest

from harness.errors import UsageError
from harness.planning import run_context
from harness.planning.changed_operations import ChangedOperations
from harness.planning.run_context import RunContext, find
from harness.planning.run_options import RunOptions
from harness.risk.tier import Tier
from harness.settings import Settings
from harness.target import EMBEDDED, Credentials, Target
from harness.vendors.evidence import Proof

ACME = Target("acme", "zendesk", "https://acme.zendesk.example", Credentials("none"), org="acme")
OTHER = replace(ACME, name="other", base_url="https://other.zendesk.example")
DESK = Target("desk", "zoho", "https://desk.zoho.example", Credentials("none"), org_id="1")
SETTINGS = Settings({one.name: one for one in (ACME, OTHER, DESK)}, Path(os.devnull) / "cache")


@cache
def build(options: RunOptions = RunOptions()) -> RunContext:  # noqa: B008  # a frozen value
    return run_context.build(options, SETTINGS)


def test_without_a_target_both_vendors_are_embedded() -> None:
    context = build()
    assert {name: target.vendor for name, target in context.targets.items()} == {
        "embedded-zendesk": "zendesk",
        "embedded-zoho": "zoho",
    }
    assert context.vendors == ("zendesk", "zoho")
    assert set(context.assessments) == {one.key for one in pinned.catalog().operations}


def test_a_target_brings_its_vendor_only() -> None:
    context = build(RunOptions(targets=("acme",)))
    assert context.targets == {"acme": ACME}
    assert {step.operation.vendor for step in context.plan.steps} == {"zendesk"}


def test_two_orgs_of_one_vendor_get_every_operation_each() -> None:
    context = build(RunOptions(targets=("acme", "other", "desk"), only=("*:ListTickets", "*:getTickets")))
    steps = [(step.operation.key, step.target) for step in context.plan.steps]
    assert steps == [
        ("zendesk:ListTickets", "acme"), ("zendesk:ListTickets", "other"), ("zoho:getTickets", "desk"),
    ]  # fmt: skip
    assert set(build(RunOptions(targets=("acme", EMBEDDED))).targets) == {"acme", "embedded-zendesk", "embedded-zoho"}


def test_an_unknown_target_or_operation_is_named() -> None:
    with pytest.raises(UsageError, match="unknown target 'acmee'"):
        build(RunOptions(targets=("acmee",)))
    with pytest.raises(UsageError, match="unknown operation 'zendesk:DeleteTickett'") as caught:
        build(RunOptions(operations=("zendesk:DeleteTickett",)))
    assert "zendesk:DeleteTicket" in caught.value.remedy


def test_what_nobody_asked_for_is_read_only_on_a_real_org() -> None:
    embedded, real = build().permits["embedded-zendesk"], build(RunOptions(targets=("acme",))).permits["acme"]
    assert embedded.tiers == {Tier.READ, Tier.WRITE}
    assert real.tiers == {Tier.READ}
    assert (embedded.proof, real.proof) == (Proof.EMBEDDED, Proof.SANDBOX)


def test_a_plan_supposes_what_a_run_will_have_to_prove() -> None:
    context = build(RunOptions(targets=("acme",), allow=(Tier.READ, Tier.DESTRUCTIVE)))
    assert context.permits["acme"].tiers == {Tier.READ, Tier.DESTRUCTIVE}


@pytest.mark.parametrize(
    "name",
    ["zendesk:ListTickets", "ListTickets", "GET /api/v2/tickets", "ZENDESK:listtickets"],
)
def test_an_operation_has_several_names(name: str) -> None:
    assert find(build().documents, name).key == "zendesk:ListTickets"


def test_a_name_of_several_operations_asks_which() -> None:
    with pytest.raises(UsageError, match="means several") as caught:
        find(build().documents, "/api/v2/tickets")
    assert "zendesk:ListTickets" in caught.value.remedy
    assert "zendesk:CreateTicket" in caught.value.remedy


@pytest.mark.parametrize("name", ["", "nonsense", "zendesk:", "GET /nowhere"])
def test_a_name_of_nothing_says_so(name: str) -> None:
    with pytest.raises(UsageError, match="unknown operation"):
        find(build().documents, name)


def test_a_worker_takes_over_what_changed_and_does_not_find_it_out_again() -> None:
    changed = ChangedOperations("no/such/file.yaml", "zendesk", ("zendesk:ListTickets", "zendesk:ListGone"))
    context = run_context.build(RunOptions(changed_since="no/such/file.yaml"), SETTINGS, changed)
    assert [step.operation.key for step in context.plan.steps] == ["zendesk:ListTickets"]
    assert set(context.targets) == {"embedded-zendesk"}, "of the other vendor nothing is to be tested"
