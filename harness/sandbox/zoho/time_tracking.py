"""Time tracking: time entries and their sums, and timers that run by the org's clock."""

from __future__ import annotations

from collections.abc import Iterator

from harness.sandbox.behaviours import about_path
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zoho import errors
from harness.sandbox.zoho.ids import FIRST_IDS

_ENTRY_TABLES = {"tickets": "tickets/timeEntry", "tasks": "tasks/timeEntry"}
# What a timer does next, by the word in `action`.
_ACTIONS = {
    "START": "RUNNING",
    "RESUME": "RUNNING",
    "PAUSE": "PAUSED",
    "STOP": "INIT",
    "DELETE": "INIT",
    "CLOSE": "INIT",
}


def entries_of(org: Org, link: str, ident: str) -> Iterator[Record]:
    """Time entries of an agent, or of an account's or contact's tickets and tasks."""
    for parent_table, table in _ENTRY_TABLES.items():
        entries = org.store[table]
        for key, entry in entries.rows.items():
            parent = org.store[parent_table].get(entries.scope.get(key, ("",))[0]) or {}
            linked = entry if link == "ownerId" else parent
            if linked.get(link) == ident:
                yield entry


def listed(table: str, parameter: str, link: str) -> Behaviour:
    """GET …/timeEntry of an account, contact or agent."""

    @about_path(table, parameter)
    def behaviour(org: Org, call: Call, record: Record) -> Reply:
        ident = str(record["id"])
        return org.engine.listed(org, call, list(entries_of(org, link, ident)))

    return behaviour


def summed(table: str, parameter: str, link: str = "") -> Behaviour:
    """GET …/timeEntrySummation: of its own entries, or of those that a field links."""

    @about_path(table, parameter)
    def behaviour(org: Org, call: Call, record: Record) -> Reply:
        ident = str(record["id"])
        rows = list(entries_of(org, link, ident)) if link else org.store[_ENTRY_TABLES[table]].within((ident,))
        return org.engine.shown(call, _sum(rows))

    return behaviour


def _sum(rows: list[Record]) -> Record:
    seconds = sum(
        3600 * _number(row.get("hoursSpent")) + 60 * _number(row.get("minutesSpent")) + _number(row.get("secondsSpent"))
        for row in rows
    )
    costs = sum(_number(row.get("totalCost")) for row in rows)
    hours, rest = divmod(seconds, 3600)
    return {
        "totalHours": str(hours),
        "totalMins": str(rest // 60),
        "totalSeconds": str(rest % 60),
        "totalCosts": str(costs),
    }


def _number(value: object) -> int:
    try:
        return int(float(str(value)))
    except (ValueError, OverflowError):
        return 0


def timer(table: str, parameter: str) -> Behaviour:
    """GET and POST …/timer?action=START|PAUSE|RESUME|STOP."""

    @about_path(table, parameter)
    def behaviour(org: Org, call: Call, record: Record) -> Reply:
        ident = str(record["id"])
        timers = org.store[f"{table}/timer"]
        record = timers.get(ident) or {"id": ident, "state": "INIT", "since": 0.0, "spent": 0.0}
        if call.method == "POST":
            state = _ACTIONS.get(call.arg("action").upper())
            if state is None:
                return errors.argument("action")
            record["spent"] = 0.0 if state == "INIT" else _spent(record, call.now)
            record["since"], record["state"] = call.now, state
            timers.add(record)
        return org.engine.shown(call, _timer_json(record, call.now))

    return behaviour


def _spent(record: Record, now: float) -> float:
    running = now - float(record["since"]) if record["state"] == "RUNNING" else 0.0
    return float(record["spent"]) + running


def _timer_json(record: Record, now: float) -> Record:
    seconds = int(_spent(record, now))
    hours, rest = divmod(seconds, 3600)
    return {"hours": str(hours), "minutes": str(rest // 60), "seconds": str(rest % 60), "state": record["state"]}


def active(*tables: str, parameter: str = "") -> Behaviour:
    """Timers that run, all of some tables or that of one record."""

    def behaviour(org: Org, call: Call) -> Reply:
        if parameter and org.store[tables[0]].get(call.values[parameter]) is None:
            return errors.missing(org, call)
        rows = [
            {"entity": table.capitalize(), "ownerId": FIRST_IDS["agents"], "timer": _timer_json(timer, call.now),
             table.removesuffix("s"): org.store[table].get(timer["id"])}
            for table in tables
            for timer in org.store[f"{table}/timer"].where(state="RUNNING")
            if not parameter or timer["id"] == call.values[parameter]
        ]  # fmt: skip
        return org.engine.listed(org, call, rows)

    return behaviour


BEHAVIOURS: dict[str, Behaviour] = {
    "getAccountTimeEntries": listed("accounts", "accountId", "accountId"),
    "getContactTimeEntries": listed("contacts", "contactId", "contactId"),
    "getTimeEntryByAgentId": listed("agents", "agentId", "ownerId"),
    "getSummationOfTimeEntryForAccount": summed("accounts", "accountId", "accountId"),
    "getSummationOfTimeEntryForContact": summed("contacts", "contactId", "contactId"),
    "getSummationOfTimeEntryForAgent": summed("agents", "agentId", "ownerId"),
    "getSummationOfTimeEntryForTicket": summed("tickets", "ticketId"),
    "getSummationOfTimeEntryForTask": summed("tasks", "taskId"),
    "getTicketTimer": timer("tickets", "caseId"),
    "updateTicketTimerState": timer("tickets", "caseId"),
    "getTaskTimer": timer("tasks", "activityId"),
    "updateTaskTimerState": timer("tasks", "activityId"),
    "getActiveTimersForTicket": active("tickets", parameter="entityId"),
    "getActiveTimersForTask": active("tasks", parameter="entityId"),
    "getMyActiveTimers": active("tickets", "tasks"),
    "getActiveTimers": active("tickets", "tasks"),
}
