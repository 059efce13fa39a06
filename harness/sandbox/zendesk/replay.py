"""Replay: ids that a recorded account gave, replaced by those of the records that this session created.

Only with `--replay`, or after a reset that asks for it: a real account, and so this one by default, has none of
another's ids.
A recording own_ids jobs, webhooks and content tags by ids that only the recorded account could have given: a job's
hash, or a ULID whose time lies before this account was opened. Such an id stands for the newest record of its
kind that no request has named yet. An id that this account could have given is never taken for another one, and the
Support document's own resources have none of these ids but the jobs, which can only be read.
"""

from __future__ import annotations

import re

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.zendesk import ids

_TABLES = {"job_status_id": "job_statuses", "webhook_id": "webhooks", "invocation_id": "webhooks/invocations",
           "content_tag_id": "guide/content_tags"}  # fmt: skip
_JOB = re.compile(r"V3-[0-9a-f]{32}")


def replace_foreign_ids(org: Org, call: Call) -> Reply | None:
    """Put our own ids in the place of another account's, in path and query, where the sandbox plays a recording."""
    if not call.state.get("replay"):
        return None
    for name in _TABLES.keys() & call.values.keys():
        call.values = {**call.values, name: _own_id(org, _TABLES[name], call.values[name])}
    if call.has("webhook_id"):
        call.query = tuple((key, _own_id(org, "webhooks", value) if key == "webhook_id" else value)
                           for key, value in call.query)  # fmt: skip
    return None


def _own_id(org: Org, table: str, ident: str) -> str:
    records = org.store[table]
    own_ids: dict[str, str] = org.memo.setdefault("adopted", {})
    if ident in own_ids:
        return own_ids[ident]
    if ident in records.rows:
        # Named by its own id, so that no foreign id may stand for it.
        own_ids[ident] = ident
        return ident
    if not _is_foreign(table, ident):
        return ident
    taken = set(own_ids.values())
    newest = next((own for own in reversed(records.rows) if own not in taken), ident)
    if newest != ident:
        own_ids[ident] = newest
    return newest


def _is_foreign(table: str, ident: str) -> bool:
    """Whether an id has the right form and cannot be one of ours."""
    if table == "job_statuses":
        return _JOB.fullmatch(ident) is not None
    return len(ident) in range(22, 27) and ident.isalnum() and ident < ids.FIRST_ULID
