"""What the answer to a cleanup step proves of the record that it was to remove."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from harness.exchange import Response
from harness.formats.json_text import NOT_JSON
from harness.vendors import VENDORS

DONE_STATUSES = frozenset({200, 201, 202, 204})
ABSENT_STATUSES = frozenset({404, 410})
_ERROR_KEYS = ("error", "errors", "errorCode")


class RemovalProof(StrEnum):
    """What one answer proves."""

    DONE = "done"  # the vendor says that the step was carried out
    ABSENT = "absent"  # the vendor says that there is no such record here, which only reading can confirm
    JOB = "job"  # a job will carry it out
    NOTHING = "nothing"  # no answer, or one that the vendor's own server may never have given


def proof(response: Response | None, record: str, vendor: str) -> RemovalProof:
    """What the answer to a step about `record` proves. A success with a body that is no JSON proves nothing.

    Zoho answers removals of several records with a row for each, under 200 whatever became of them (document).
    """
    if response is None or response.status not in DONE_STATUSES | ABSENT_STATUSES:
        return RemovalProof.NOTHING
    body = response.json_or(NOT_JSON) if response.body.strip() else None
    if body is NOT_JSON:
        return RemovalProof.NOTHING
    if response.status in ABSENT_STATUSES:
        return RemovalProof.ABSENT
    if _job_in(body, vendor) is not None:
        return RemovalProof.JOB
    return _of_success(body, record) if isinstance(body, dict) else RemovalProof.DONE


def _job_in(body: Any, vendor: str) -> Mapping[str, Any] | None:
    """The job that an answer names; None where it names none."""
    convention = VENDORS[vendor].jobs
    job = body.get(convention.key) if convention and isinstance(body, dict) else None
    return job if isinstance(job, dict) else None


def _of_success(body: Mapping[str, Any], record: str) -> RemovalProof:
    if isinstance(body.get("results"), list):
        rows = [row for row in body["results"] if isinstance(row, dict) and str(row.get("id")) == record]
        if not rows:
            return RemovalProof.NOTHING
        all_removed = all(row.get("success") in (True, "true") for row in rows)
        return RemovalProof.DONE if all_removed else RemovalProof.ABSENT
    if body.get("success") in (False, "false") or any(body.get(key) for key in _ERROR_KEYS):
        return RemovalProof.NOTHING
    return RemovalProof.DONE


def of_job(response: Response | None, vendor: str) -> RemovalProof:
    """What a job's state proves: `completed` without a failed row is done, `queued` or `working` is not over."""
    body = response.json_or(None) if response is not None and response.status == 200 else None
    job = _job_in(body, vendor)
    if job is None:
        return RemovalProof.NOTHING
    if job.get("status") in ("queued", "working"):
        return RemovalProof.JOB
    results = job.get("results")
    rows = results if isinstance(results, list) else [results]
    failed = any(isinstance(row, dict) and row.get("success") is False for row in rows)
    return RemovalProof.DONE if job.get("status") == "completed" and not failed else RemovalProof.NOTHING


def holds(shown: Any, wanted: Any) -> bool:
    """Whether a setting as it is read now has all the values that were to be restored."""
    if not isinstance(wanted, dict):
        return bool(shown == wanted)
    return isinstance(shown, dict) and all(key in shown and holds(shown[key], wanted[key]) for key in wanted)
