"""The scorer of recorded answers: what it counts, and how much of what portals answered the sandbox answers too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.zoho_fidelity import Portal, facts, score

RECORDINGS = Path(__file__).resolve().parents[5] / "shared" / "recordings" / "zoho"
TICKETS = "/api/v1/tickets"


@pytest.fixture
def portal(sandbox, control):
    """A portal as the seed leaves it."""
    with Portal(sandbox) as portal:
        yield portal


def scored(portal, tmp_path, *lines):
    file = tmp_path / "behaviours.jsonl"
    file.write_text("\n".join(json.dumps({"method": "GET", **line}) for line in lines))
    return score(portal, facts([file]))


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recorded answers are not on this machine")
def test_what_portals_answered_is_answered(portal):
    result = score(portal, facts([RECORDINGS]))
    assert result.counts["behaviours of"] > 50
    assert result.counts["key paths of"] > 10_000
    assert result.share("behaviours") >= 0.95, result.misses
    assert result.share("messages") >= 0.95, result.misses
    assert result.share("keys") >= 0.97, result.misses
    assert result.share("key paths") >= 0.98, result.misses


def test_a_fact_is_asked_for_with_records_of_this_portal(portal, tmp_path):
    result = scored(
        portal, tmp_path,
        {"path": f"{TICKETS}/{{ticketId}}", "status": 200},
        {"path": f"{TICKETS}/731000000000000001", "status": 200},
        {"path": f"{TICKETS}/{{unknown}}", "status": 404, "body": {"errorCode": "URL_NOT_FOUND"}},
        {"path": f"{TICKETS}/{{trashed}}", "status": 200, "keys": ["isTrashed", "subject"]},
        {"path": f"{TICKETS}?departmentId=731000000000000001", "status": 200},
        {"path": f"{TICKETS}/{{ticketId}} (no orgId)", "status": 422, "errorCode": "UNPROCESSABLE_ENTITY"},
        {"path": f"{TICKETS}/{{ticketId}} status=Closed", "method": "PATCH", "status": 200},
        {"path": f"{TICKETS}/{{ticketId}}", "method": "PATCH", "status": 403, "errorCode": "SCOPE_MISMATCH"},
        {"path": f"{TICKETS}/{{ticketId}}", "method": "PATCH", "status": 422, "errorCode": "INVALID_DATA"},
        {"path": "/api/v1/organizations", "status": 401, "errorCode": "INVALID_OAUTH"},
        {"path": f"{TICKETS}/moveToTrash", "method": "POST", "status": 204},
    )  # fmt: skip
    assert result.share("behaviours") == result.share("keys") == 1, result.misses
    assert result.counts["behaviours of"] == 11


def test_another_status_code_message_or_key_is_a_miss(portal, tmp_path):
    known = {
        "path": f"{TICKETS}/{{unknown}}",
        "status": 404,
        "body": {"errorCode": "URL_NOT_FOUND", "message": "Gone."},
    }
    result = scored(
        portal, tmp_path,
        known,
        {**known, "status": 410},
        {**known, "body": {"errorCode": "FORBIDDEN"}},
        {"path": TICKETS, "status": 200, "keys": ["id", "nonsense"]},
        {"path": TICKETS, "status": 200, "kind": "sample, not scored"},
    )  # fmt: skip
    figures = {name: (result.counts[name], result.counts[f"{name} of"]) for name in ("behaviours", "messages", "keys")}
    assert figures == {"behaviours": (2, 4), "messages": (0, 1), "keys": (1, 2)}


def test_key_paths_count_with_the_types_that_any_answer_of_the_kind_has(portal, tmp_path):
    body = {"data": [{"id": "1", "subject": "text", "phone": None, "source": {"type": "SYSTEM"}, "nonsense": 1}]}
    other = {"data": [{"id": "1", "subject": 7, "phone": "1", "cf": {"cf_of_theirs": None}}]}
    known = {"path": TICKETS, "status": 200}
    result = scored(portal, tmp_path, {**known, "body": body}, {**known, "body": other})
    lost = {line.partition(": ")[2] for line in result.misses}
    assert lost == {"/data/*/nonsense is not there", "/data/*/cf is not there"}
    assert (result.counts["key paths"], result.counts["key paths of"]) == (10, 12)
