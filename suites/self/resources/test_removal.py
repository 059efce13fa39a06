"""What an answer proves: only the vendor's own clear words count as a removal."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.exchange import Response
from harness.resources.removal import Proof, holds, of_job, proof


def answer(status: int, body: Any = b"") -> Response:
    return Response(status, (), body if isinstance(body, bytes) else json.dumps(body).encode())


@pytest.mark.parametrize(
    ("response", "proved"),
    [
        (answer(204), Proof.DONE),
        (answer(200, b" "), Proof.DONE),
        (answer(200, {"group": {"id": 7}}), Proof.DONE),
        (answer(200, {"results": [{"id": "7", "success": True, "errors": None}]}), Proof.DONE),
        (answer(200, {"results": [{"id": "7", "success": False, "errors": "UNPROCESSABLE_ENTITY"}]}), Proof.ABSENT),
        (answer(200, {"results": [{"id": "8", "success": True}]}), Proof.NOTHING),
        (answer(200, {"results": []}), Proof.NOTHING),
        (answer(200, {"job_status": {"id": "a", "status": "queued"}}), Proof.JOB),
        (answer(404, {"error": "RecordNotFound"}), Proof.ABSENT),
        (answer(410), Proof.ABSENT),
        (answer(404, b"<html>no route</html>"), Proof.NOTHING),
        (answer(200, b"<html>sign in</html>"), Proof.NOTHING),
        (answer(200, b'{"results": [{"id": "7", "suc'), Proof.NOTHING),
        (answer(200, b"\x1f\x8b\x08 not unpacked"), Proof.NOTHING),
        (answer(200, {"success": False}), Proof.NOTHING),
        (answer(200, {"errorCode": "FORBIDDEN"}), Proof.NOTHING),
        (answer(299), Proof.NOTHING),
        (answer(302), Proof.NOTHING),
        (answer(503, b"upstream"), Proof.NOTHING),
        (answer(429), Proof.NOTHING),
        (None, Proof.NOTHING),
    ],
)
def test_an_answer_proves_a_removal_or_it_does_not(response: Response | None, proved: Proof) -> None:
    assert proof(response, "7") is proved


@pytest.mark.parametrize(
    ("response", "proved"),
    [
        (answer(200, {"job_status": {"status": "completed", "results": {"success": True}}}), Proof.DONE),
        (answer(200, {"job_status": {"status": "completed", "results": [{"success": True}]}}), Proof.DONE),
        (answer(200, {"job_status": {"status": "completed", "results": [{"success": False}]}}), Proof.NOTHING),
        (answer(200, {"job_status": {"status": "working"}}), Proof.JOB),
        (answer(200, {"job_status": {"status": "failed"}}), Proof.NOTHING),
        (answer(404, {"error": "RecordNotFound"}), Proof.NOTHING),
        (answer(200, b"cut {"), Proof.NOTHING),
        (None, Proof.NOTHING),
    ],
)
def test_a_job_proves_a_removal_when_it_is_completed_without_a_failure(
    response: Response | None, proved: Proof
) -> None:
    assert of_job(response) is proved


def test_a_setting_is_back_when_all_that_was_changed_reads_as_before() -> None:
    assert holds({"settings": {"a": 1, "b": [1, 2]}}, {"settings": {"b": [1, 2]}})
    assert not holds({"settings": {"a": 1, "b": [2]}}, {"settings": {"b": [1, 2]}})
    assert not holds(None, {"a": 1})
