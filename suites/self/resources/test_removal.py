"""What an answer proves: only the vendor's own clear words count as a removal."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.exchange import Response
from harness.resources.removal import RemovalProof, holds, of_job, proof


def answer(status: int, body: Any = b"") -> Response:
    return Response(status, (), body if isinstance(body, bytes) else json.dumps(body).encode())


@pytest.mark.parametrize(
    ("response", "proved"),
    [
        (answer(204), RemovalProof.DONE),
        (answer(200, b" "), RemovalProof.DONE),
        (answer(200, {"group": {"id": 7}}), RemovalProof.DONE),
        (answer(200, {"results": [{"id": "7", "success": True, "errors": None}]}), RemovalProof.DONE),
        (
            answer(200, {"results": [{"id": "7", "success": False, "errors": "UNPROCESSABLE_ENTITY"}]}),
            RemovalProof.ABSENT,
        ),
        (answer(200, {"results": [{"id": "8", "success": True}]}), RemovalProof.NOTHING),
        (answer(200, {"results": []}), RemovalProof.NOTHING),
        (answer(200, {"job_status": {"id": "a", "status": "queued"}}), RemovalProof.JOB),
        (answer(404, {"error": "RecordNotFound"}), RemovalProof.ABSENT),
        (answer(410), RemovalProof.ABSENT),
        (answer(404, b"<html>no route</html>"), RemovalProof.NOTHING),
        (answer(200, b"<html>sign in</html>"), RemovalProof.NOTHING),
        (answer(200, b'{"results": [{"id": "7", "suc'), RemovalProof.NOTHING),
        (answer(200, b"\x1f\x8b\x08 not unpacked"), RemovalProof.NOTHING),
        (answer(200, {"success": False}), RemovalProof.NOTHING),
        (answer(200, {"errorCode": "FORBIDDEN"}), RemovalProof.NOTHING),
        (answer(299), RemovalProof.NOTHING),
        (answer(302), RemovalProof.NOTHING),
        (answer(503, b"upstream"), RemovalProof.NOTHING),
        (answer(429), RemovalProof.NOTHING),
        (None, RemovalProof.NOTHING),
    ],
)
def test_an_answer_proves_a_removal_or_it_does_not(response: Response | None, proved: RemovalProof) -> None:
    assert proof(response, "7") is proved


@pytest.mark.parametrize(
    ("response", "proved"),
    [
        (answer(200, {"job_status": {"status": "completed", "results": {"success": True}}}), RemovalProof.DONE),
        (answer(200, {"job_status": {"status": "completed", "results": [{"success": True}]}}), RemovalProof.DONE),
        (answer(200, {"job_status": {"status": "completed", "results": [{"success": False}]}}), RemovalProof.NOTHING),
        (answer(200, {"job_status": {"status": "working"}}), RemovalProof.JOB),
        (answer(200, {"job_status": {"status": "failed"}}), RemovalProof.NOTHING),
        (answer(404, {"error": "RecordNotFound"}), RemovalProof.NOTHING),
        (answer(200, b"cut {"), RemovalProof.NOTHING),
        (None, RemovalProof.NOTHING),
    ],
)
def test_a_job_proves_a_removal_when_it_is_completed_without_a_failure(
    response: Response | None, proved: RemovalProof
) -> None:
    assert of_job(response) is proved


def test_a_setting_is_back_when_all_that_was_changed_reads_as_before() -> None:
    assert holds({"settings": {"a": 1, "b": [1, 2]}}, {"settings": {"b": [1, 2]}})
    assert not holds({"settings": {"a": 1, "b": [2]}}, {"settings": {"b": [1, 2]}})
    assert not holds(None, {"a": 1})
