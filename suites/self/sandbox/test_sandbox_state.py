"""The state of a sandbox: which vendor a path is for, what a reset brings back, and what a dump shows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from boxes import DOCUMENT, TREE, service

from harness.errors import UsageError
from harness.sandbox.call import Call
from harness.sandbox.faults import parse
from harness.sandbox.journal import JournalEntry
from harness.sandbox.org import Org
from harness.sandbox.state import SandboxState


def seed(org: Org) -> None:
    org.store["boxes"].add({"id": org.seed, "label": "seeded", "weight": 1, "created_at": "2026-01-06T12:00:00Z"})


@pytest.fixture
def state() -> SandboxState:
    """Two vendors that serve boxes, one of them with a second mount."""
    boxes = service(seed=seed)
    more = service(name="zoho", seed=seed, more_mounts={"accounts": "/zoho-accounts"})
    documents = {name: [replace(DOCUMENT, vendor=name, tree=TREE)] for name in ("zendesk", "zoho")}
    return SandboxState({"zendesk": boxes, "zoho": more}, seed=7, documents=documents.__getitem__)


def send(state: SandboxState, method: str, path: str) -> int:
    """The status of an answer; 0 where the connection is cut."""
    served = state.served_under(path)
    assert served is not None
    mount, vendor = served
    reply = state.answer(mount, vendor, Call(method, path.removeprefix(mount)))
    return reply.status if reply else 0


@pytest.mark.parametrize(
    ("path", "mount"),
    [
        ("/zendesk/api/v2/boxes", "/zendesk"), ("/zendesk", "/zendesk"), ("/zoho-accounts/token", "/zoho-accounts"),
        ("/zoho/api", "/zoho"), ("/zendeskx/api", ""), ("/", ""),
    ],
)  # fmt: skip
def test_a_path_is_for_the_vendor_whose_mount_it_lies_under(state: SandboxState, path: str, mount: str) -> None:
    served = state.served_under(path)
    assert (served[0] if served else "") == mount


def test_all_mounts_are_told_in_words(state: SandboxState) -> None:
    assert state.mounts_in_words() == "/zendesk, /zoho and /zoho-accounts"


def test_each_vendor_knows_its_own_address(state: SandboxState) -> None:
    state.serve_at("http://127.0.0.1:1")
    assert state.vendors["zoho"].base == "http://127.0.0.1:1/zoho"


def test_a_call_finds_its_operation_and_head_asks_like_get(state: SandboxState) -> None:
    assert send(state, "GET", "/zendesk/api/v2/boxes/7") == 200
    assert send(state, "HEAD", "/zendesk/api/v2/boxes/7") == 200
    assert send(state, "GET", "/zendesk/api/v2/cranes") == 404


def test_a_reset_brings_the_seed_back(state: SandboxState) -> None:
    before = state.dump()
    assert send(state, "DELETE", "/zendesk/api/v2/boxes/7") == 204
    assert state.dump() != before
    assert state.dump()["zoho"] == before["zoho"], "another vendor's org is another org"
    state.reset()
    assert state.dump() == before


def test_a_reset_empties_the_journal_and_sets_the_clock_back(state: SandboxState) -> None:
    state.clock.advance(60)
    state.journal.add(JournalEntry(0.0, "GET", "/", "", "", 404, 0))
    state.reset()
    assert (state.clock.ahead, state.journal.entries) == (0.0, [])


def test_faults_outlive_a_reset_unless_asked_otherwise(state: SandboxState) -> None:
    state.faults.set([parse("cut")])
    assert send(state, "GET", "/zendesk/api/v2/boxes") == 0
    state.reset()
    assert send(state, "GET", "/zendesk/api/v2/boxes") == 0
    state.reset(faults=True)
    assert send(state, "GET", "/zendesk/api/v2/boxes") == 200


def test_a_recording_is_played_until_told_otherwise(state: SandboxState) -> None:
    state.reset(replay=True)
    state.reset()
    assert state.replay
    state.reset(replay=False)
    assert not state.replay


def test_a_fault_in_an_operation_that_nobody_serves_is_refused_and_changes_nothing(state: SandboxState) -> None:
    state.set_faults([parse("cut:listBoxes")])
    with pytest.raises(UsageError, match="'listBoxs'") as refused:
        state.set_faults([parse("cut:listBoxs")])
    assert "listBoxes" in refused.value.remedy
    assert [rule.operation for rule in state.faults.rules] == ["listBoxes"]
