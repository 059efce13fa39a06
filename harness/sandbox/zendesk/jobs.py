"""Jobs: work on many records at once, done by the request, answered as queued and shown to progress.

The forms of states, messages and result rows are those recorded 2023-09 to 2024-02; they differ by resource and by
action. A job moves on at each look at it, not with the time, so that no client has to wait and every client sees
the same. Recorded clients looked every five seconds: jobs of one to five rows were mostly completed at the first look;
those of fifty or a hundred were mostly working, half done on average, and completed at the next look.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.store import Record

ACCOUNT = 18_500_001
LIMIT = 100
SMALL = 5
"""Up to so many rows are done before the first look."""

Results = list[Record] | Record
"""The rows of a job, or the one result of a job that has no rows."""


def start(org: Org, call: Call, kind: str, results: Results) -> Reply:
    """A new job that has done its work; `kind` is like "Bulk Create Ticket"."""
    number = hashlib.md5(f"{org.seed}:{org.store.next('job')}".encode(), usedforsecurity=False).hexdigest()
    ident = f"V3-{number}"
    job: Record = {
        "id": ident, "job_type": kind, "url": f"{call.base}/api/v2/job_statuses/{ident}.json",
        "total": len(results) if isinstance(results, list) else None,
        "progress": None, "status": "queued", "message": None, "results": None,
    }  # fmt: skip
    org.store["job_statuses"].add(job)
    _unseen_results(org)[ident] = results
    return Reply(org.engine.plan_of(call).status, {"job_status": dict(job)})


def advance_shown(org: Org, call: Call) -> None:
    """A step before GET job_statuses, its show_many and job_statuses/{id}: the jobs that will be shown move on."""
    if not call.path.startswith("/api/v2/job_statuses"):
        return
    shown = call.values.get("job_status_id")
    idents = [shown] if shown else call.listed("ids")
    for ident in idents or list(_unseen_results(org)):
        if ident in _unseen_results(org):
            _advance(org, call.now, org.store["job_statuses"].rows[ident])


def _unseen_results(org: Org) -> dict[str, Results]:
    """The results of the jobs that no client has seen completed yet, by the job's id."""
    results: dict[str, Results] = org.memo.setdefault("jobs", {})
    return results


def _advance(org: Org, now: float, job: Record) -> None:
    """One step of a job: half done without results yet, or completed with them all."""
    total = job["total"]
    if job["status"] == "queued" and total is not None and total > SMALL:
        job.update(progress=total // 2, status="working", message=_doing(job["job_type"], total // 2))
        return
    at = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d %H:%M:%S +0000")
    job.update(
        progress=total, status="completed", message=f"Completed at {at}", results=_unseen_results(org).pop(job["id"])
    )


def _doing(kind: str, number: int) -> str:
    """What a working job says: "Creating ticket #38", "Updating user #82", but "Creating User #75" (recorded)."""
    verb, _, noun = kind.removeprefix("Bulk ").partition(" ")
    return f"{verb[:-1]}ing {noun if kind == 'Bulk Create User' else noun.lower()} #{number}"


def created(noun: str, index: int, ident: Any) -> Record:
    """A row of a create job: tickets carry the account, the others a word."""
    if noun == "Ticket":
        return {"index": index, "id": ident, "account_id": ACCOUNT}
    return {"index": index, "id": ident, "status": "Created"}


def changed(ident: Any, action: str = "update") -> Record:
    """A row of an update or delete job."""
    word = {"update": "Updated", "delete": "Deleted"}.get(action, action.capitalize())
    return {"id": ident, "action": action, "status": word, "success": True}


def failed(noun: str, index: int, ident: Any, action: str, details: str) -> Record:
    """A row of a record that the job could not do; the job is completed all the same."""
    row = {"index": index, "action": action, "success": False, "error": f"{noun}{action.capitalize()}Failed",
           "details": details}  # fmt: skip
    return {**row, "id": ident} if ident is not None else row
