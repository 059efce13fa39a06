"""Faults: each strikes where and as often as it was told."""

from __future__ import annotations

import httpx
import pytest
from broken_account import Broken
from zendesk_account import engine

from harness.errors import UsageError
from harness.sandbox.faults import check_operations, parse


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("cut", ("cut", "*", 1.0)),
        ("missing_field:ShowTicket", ("missing_field", "ShowTicket", 1.0)),
        ("missing_field:ShowTicket:0.25", ("missing_field", "ShowTicket", 0.25)),
        ("stale:zendesk:Show*", ("stale", "zendesk:Show*", 1.0)),
        ("stale:zendesk:Show*:1", ("stale", "zendesk:Show*", 1.0)),
    ],
)
def test_a_fault_is_written_as_name_operation_probability(text, rule):
    fault = parse(text)
    assert (fault.name, fault.operation, fault.probability) == rule


@pytest.mark.parametrize("text", ["unheard_of", "cut:*:7", {"name": "cut", "count": "many"}, 5])
def test_a_fault_that_cannot_be_is_refused(text):
    with pytest.raises(UsageError):
        parse(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("missing_field:ShowTickt", "zendesk:ShowTicket"),
        ("missing_field:zendesk:ShowTickt:0.5", "zendesk:ShowTicket"),
        ("missing_field:ShowTicket:0,5", "NAME:OPERATION:PROBABILITY"),
        ("missing_field:Nothing*", "deskcheck plan --list"),
    ],
)
def test_a_fault_in_no_operation_is_refused_with_what_was_meant(text, meant):
    operations = engine().catalog.operations
    with pytest.raises(UsageError, match="no operation is called") as refused:
        check_operations([parse(text)], operations)
    assert meant in refused.value.remedy


@pytest.mark.parametrize("text", ["cut", "cut:*", "cut:zendesk:*", "cut:Show*:0.5", "token_throttled"])
def test_a_fault_in_any_operation_is_taken(text):
    check_operations([parse(text)], engine().catalog.operations)


def test_a_fault_of_token_calls_names_no_operation():
    with pytest.raises(UsageError, match="token calls"):
        parse("token_throttled:ShowTicket")


def test_a_slip_in_the_name_of_a_fault_is_told():
    with pytest.raises(UsageError) as refused:
        parse("missing_feld")
    assert refused.value.remedy == "Did you mean missing_field?"


def test_a_fault_strikes_only_its_operations_and_only_so_often():
    desk = Broken({"name": "server_error", "operation": "ShowTicket", "count": 2})
    assert desk.get("/tickets").status == 200
    assert [desk.get("/tickets/1").status for _ in range(4)] == [500, 500, 200, 200]
    assert desk.faults.dump()[0] | {"hits": 2, "struck": {"zendesk:ShowTicket": 2}} == desk.faults.dump()[0]


def test_chance_is_the_same_for_the_same_seed():
    def run():
        desk = Broken("server_error:*:0.5")
        return [desk.get("/tickets/1").status for _ in range(30)]

    assert run() == run()
    assert set(run()) == {200, 500}


def test_what_was_no_success_counts_as_a_hit_and_not_as_a_struck_operation():
    desk = Broken("server_error")
    assert desk.get("/tickets/4711").status == 500
    assert desk.faults.dump()[0] | {"hits": 1, "struck": {}} == desk.faults.dump()[0]


def test_a_fault_that_changes_nothing_has_not_struck():
    desk = Broken("wrong_enum", "page_loses")
    assert desk.get("/tickets/count").status == 200
    assert [rule["struck"] for rule in desk.faults.dump()] == [{}, {}]


def test_over_the_wire_a_connection_is_cut_and_a_body_breaks_off(control, zendesk):
    control.put("/faults", json={"faults": ["cut:ShowTicket"]})
    with pytest.raises(httpx.RemoteProtocolError):
        zendesk.get("/api/v2/tickets/1")
    assert control.get("/journal").json()[-1]["status"] == 0
    control.put("/faults", json={"faults": ["garbage:ShowTicket"]})
    with pytest.raises(ValueError, match=r"delimiter|Expecting"):
        zendesk.get("/api/v2/tickets/1").json()
    control.put("/faults", json={"faults": []})
    assert zendesk.get("/api/v2/tickets/1").json()["ticket"]["id"] == 1
