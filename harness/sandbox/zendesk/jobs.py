"""Jobs: work on many records at once, answered as queued and read as done.

The forms of the result rows are those recorded 2023-09 to 2024-02; they differ by resource and by action.
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


def start(org: Org, call: Call, kind: str, results: list[Record] | Record) -> Reply:
    """A new job that has done its work; `kind` is like "Bulk Create Ticket", `results` its rows or its one result."""
    number = hashlib.md5(f"{org.seed}:{org.store.next('job')}".encode(), usedforsecurity=False).hexdigest()
    ident = f"V3-{number}"
    total = len(results) if isinstance(results, list) else None
    done = datetime.fromtimestamp(call.now, UTC).strftime("Completed at %Y-%m-%d %H:%M:%S +0000")
    job: Record = {
        "id": ident, "job_type": kind, "url": f"{call.base}/api/v2/job_statuses/{ident}.json", "total": total,
        "progress": total, "status": "completed", "message": done, "results": results,
    }  # fmt: skip
    org.store["job_statuses"].add(job)
    queued = {**job, "progress": None, "status": "queued", "message": None, "results": None}
    assert call.operation is not None
    return Reply(org.engine.plan(call.operation).status, {"job_status": queued})


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
