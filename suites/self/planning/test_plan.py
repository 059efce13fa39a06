"""A plan says of every operation what becomes of it and why, mildest first, and what it costs."""

from __future__ import annotations

import pinned
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.openapi.catalog import Catalog, Operation
from harness.planning import plan
from harness.planning.org_part import OrgPart
from harness.planning.plan import Plan, as_json, selects
from harness.policy.permit import Permit
from harness.resources.cleanup import Cleanup
from harness.risk import rules
from harness.risk.tier import Assessment, Tier
from harness.target import Credentials, Target

TICKETS = Operation("zendesk", "ListTickets", "GET", "/api/v2/tickets", tags=("Tickets",))
CREATE = Operation("zendesk", "CreateTicket", "POST", "/api/v2/tickets", tags=("Tickets",))
IMPORT = Operation("zendesk", "Import", "POST", "/api/v2/jobs")
DELETE = Operation("zendesk", "DeleteTicket", "DELETE", "/api/v2/tickets/{id}")
BROKEN = Operation("zendesk", "Broken", "GET", "/api/v2/broken", unsupported="its schema is none")
COUNT = Operation("zoho", "count", "GET", "/api/v1/tickets/count")
ALL = (DELETE, IMPORT, CREATE, TICKETS, BROKEN, COUNT)
TIERS = dict(zip((one.key for one in ALL), (4, 1, 1, 0, 0, 0), strict=True))
ASSESSMENTS = {key: Assessment(Tier(tier), "rule", ("evidence",)) for key, tier in TIERS.items()}
TARGETS = {
    name: Target("here", name, "https://org.example", Credentials("none"), quota=60) for name in ("zendesk", "zoho")
}


def make(tiers: set[Tier], operations: frozenset[str] = frozenset(), **more: object) -> Plan:
    permit = Permit(frozenset(tiers), operations)
    permits = dict.fromkeys(TARGETS, permit)
    return plan.make(ALL, ASSESSMENTS, permits, Cleanup(Catalog(ALL), {}, {}), TARGETS, **more)


def decisions(made: Plan) -> dict[str, str]:
    return {step.operation.operation_id: step.decision for step in made.steps}


def test_only_permitted_tiers_run() -> None:
    made = make({Tier.READ})
    assert decisions(made) == {
        "ListTickets": "run", "Broken": "unsupported", "count": "run",
        "CreateTicket": "refused", "Import": "refused", "DeleteTicket": "refused",
    }  # fmt: skip
    reasons = {step.operation.operation_id: step.reason for step in made.steps}
    assert "--allow destructive" in reasons["DeleteTicket"]
    assert reasons["Broken"] == BROKEN.unsupported


def test_what_the_token_is_known_to_lack_the_scope_for_is_refused_with_that_sentence() -> None:
    permit = Permit(frozenset({Tier.READ, Tier.WRITE}), scopes=frozenset({"read"}))
    made = plan.make(ALL, ASSESSMENTS, dict.fromkeys(TARGETS, permit), Cleanup(Catalog(ALL), {}, {}), TARGETS)
    reasons = {step.operation.operation_id: (step.decision, step.reason) for step in made.steps}
    assert reasons["ListTickets"] == ("run", "")
    assert reasons["CreateTicket"] == ("refused", "the token lacks the scope: write or tickets:write")


def test_a_plan_knows_the_scopes_that_it_needs() -> None:
    cleanup = Cleanup(Catalog(ALL), {}, {})
    needed = plan.needed_scopes(make({Tier.READ}), cleanup)
    assert {vendor: [row.any_of for row in rows] for vendor, rows in needed.items()} == {
        "zendesk": [("read", "tickets:read")]
    }


def test_what_nothing_takes_back_is_not_created() -> None:
    """The ticket goes with the DELETE that the document has; nothing removes a job."""
    made = decisions(make({Tier.READ, Tier.WRITE}))
    assert (made["CreateTicket"], made["Import"]) == ("run", "refused")


def test_what_only_takes_away_needs_nothing_that_takes_it_back() -> None:
    trash = Operation("zoho", "trash", "POST", "/api/v1/tickets/moveToTrash")
    loss = {trash.key: rules.assess(trash)}
    assert loss[trash.key].only_removes
    permits = dict.fromkeys(TARGETS, Permit(frozenset(Tier)))
    (step,) = plan.make([trash], loss, permits, Cleanup(Catalog((trash,)), {}, {}), TARGETS).steps
    assert step.decision == "run"


def test_what_leaves_something_beside_its_record_is_refused_with_the_reason() -> None:
    """Though its record could be taken back: the tag that it brings could not."""
    cleanup = Cleanup(Catalog(ALL), {}, {}, side_effects={"zendesk": {"CreateTicket": "a tag stays"}})
    for named, decision in ((frozenset[str](), "refused"), (frozenset({CREATE.key}), "run")):
        permits = dict.fromkeys(TARGETS, Permit(frozenset({Tier.READ, Tier.WRITE}), named))
        steps = plan.make(ALL, ASSESSMENTS, permits, cleanup, TARGETS).steps
        step = next(one for one in steps if one.operation is CREATE)
        assert step.decision == decision
        assert named or step.reason == f"a tag stays (--allow-operation {CREATE.key})"


def test_an_operation_can_be_named() -> None:
    made = decisions(make({Tier.READ}, frozenset({"zendesk:Import", "zendesk:DeleteTicket"})))
    assert (made["Import"], made["DeleteTicket"], made["CreateTicket"]) == ("run", "run", "refused")


@given(st.sets(st.sampled_from(Tier)), st.sets(st.sampled_from([one.key for one in ALL])))
def test_every_operation_is_there_once_mildest_first_and_explained(tiers: set[Tier], named: set[str]) -> None:
    made = make(tiers, frozenset(named))
    assert sorted(step.operation.key for step in made.steps) == sorted(one.key for one in ALL)
    for step in made.steps:
        assert bool(step.reason) == (step.decision != "run")
        permitted = step.assessment.tier in tiers or step.operation.key in named
        assert step.decision != "run" or permitted
    ranks = [(step.operation.vendor, step.assessment.tier) for step in made.steps]
    assert ranks == sorted(ranks)


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("zendesk:*", True), ("*Ticket*", True), ("/api/v2/tickets*", True), ("Tickets", True), ("GET /api/*", True),
        ("listtickets", False), ("zoho:*", False), ("[", False), ("", False),
    ],
)  # fmt: skip
def test_a_pattern_fits_key_id_path_or_tag(pattern: str, fits: bool) -> None:
    assert selects([pattern], TICKETS) is fits
    assert selects(["nothing", pattern], TICKETS) is fits


def test_a_selection_of_nothing_is_an_error() -> None:
    with pytest.raises(UsageError, match="nothing matches 'zendesk:ListTicket'"):
        make({Tier.READ}, only=["zendesk:ListTicket"])
    with pytest.raises(UsageError, match="hold no operation"):
        plan.make((COUNT,), ASSESSMENTS, {}, Cleanup(Catalog(ALL), {}, {}), {"zendesk": TARGETS["zendesk"]})


def test_what_does_not_fit_is_skipped_on_its_own_org_alone() -> None:
    part = OrgPart(1, frozenset({TICKETS.key, CREATE.key, COUNT.key}))
    cut = plan.without(make({Tier.READ}), "zendesk", part)
    assert decisions(cut) == decisions(make({Tier.READ})) | {"ListTickets": "skipped"}
    assert {step.reason for step in cut.steps if step.decision == "skipped"} == {plan.LEFT_OUT}
    assert as_json(cut)["totals"]["zendesk/read"] == {"run": 0, "refused": 0, "unsupported": 1, "skipped": 1}


def test_as_json_has_the_promised_keys() -> None:
    data = as_json(make({Tier.READ}))
    assert set(data) == {"operations", "totals"}
    assert set(data["operations"][0]) == {
        "key", "vendor", "operation_id", "method", "path", "tier", "rule", "evidence", "decision", "reason"
    }  # fmt: skip
    assert data["totals"]["zendesk/read"] == {"run": 1, "refused": 0, "unsupported": 1}


def test_all_pinned_operations_can_be_planned() -> None:
    operations = pinned.catalog().operations
    known = {one.key: Assessment(Tier.READ, "all") for one in operations}
    permits = dict.fromkeys(TARGETS, Permit())
    made = plan.make(operations, known, permits, Cleanup(pinned.catalog(), {}, {}), TARGETS)
    assert len(made.steps) == len(operations)
    assert not [step for step in made.steps if step.decision == "unsupported"]


ORGS = {
    name: Target(name, vendor, "https://org.example", Credentials("none"), quota=60)
    for name, vendor in {"eu": "zendesk", "us": "zendesk", "desk": "zoho"}.items()
}


def of_orgs(**tiers: Tier) -> Plan:
    permits = {name: Permit(frozenset({Tier.READ, tiers.get(name, Tier.READ)})) for name in ORGS}
    return plan.make(ALL, ASSESSMENTS, permits, Cleanup(Catalog(ALL), {}, {}), ORGS)


def test_each_org_of_a_vendor_has_a_step_by_its_own_permit() -> None:
    made = of_orgs(us=Tier.DESTRUCTIVE)
    decided = {(step.target, step.operation.operation_id): step.decision for step in made.steps}
    assert len(decided) == len(made.steps) == 2 * 5 + 1
    assert (decided["eu", "DeleteTicket"], decided["us", "DeleteTicket"]) == ("refused", "run")
    assert {name for name, _ in decided if _ == "count"} == {"desk"}


def test_orgs_of_one_vendor_take_turns() -> None:
    assert [step.target for step in of_orgs().steps if step.operation is TICKETS] == ["eu", "us"]
    keys = [step.operation.key for step in of_orgs().steps if step.operation.vendor == "zendesk"]
    assert keys[::2] == keys[1::2]


def test_the_json_form_names_the_org_of_each_row_where_a_vendor_has_several() -> None:
    data = as_json(of_orgs())
    assert [row["target"] for row in data["operations"] if row["key"] == TICKETS.key] == ["eu", "us"]
    assert {name for name in data["totals"] if name.endswith("/read")} == {"eu/read", "us/read", "desk/read"}
