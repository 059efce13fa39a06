"""Talk and engagements: the work of agents on the phone and in messages."""

from __future__ import annotations

import hashlib

from harness.sandbox.behaviours import about_path
from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zendesk import history, paging, tickets


def engagements(org: Org, call: Call) -> Reply:
    """GET engagements: one for each solved ticket with an agent, oldest first."""
    wanted = call.arg("ticket_id")
    rows = [_engagement(row) for row in org.store["tickets"]
            if row["assignee_id"] and (not wanted or str(row["id"]) == wanted)]  # fmt: skip
    return Reply(200, {"agent_engagement_data": rows, "next_page_url": None, "has_more": False, "page_size": len(rows)})


def _engagement(ticket: Record) -> Record:
    return {
        "engagement_id": hashlib.md5(str(ticket["id"]).encode(), usedforsecurity=False).hexdigest().upper(),
        "ticket_id": ticket["id"], "agent_id": ticket["assignee_id"], "group_id": ticket["group_id"] or 0,
        "requester_id": ticket["requester_id"], "offer_time_seconds": 2, "assignment_to_first_reply_time_seconds": 0,
        "agent_messages_count": 1, "agent_replies_count": 1, "total_requester_wait_time_seconds": 90,
        "longest_requester_wait_time_seconds": 90, "channel": "MESSAGING", "engagement_start_reason": "Assigned",
        "engagement_start_time": ticket["created_at"][:19], "engagement_end_time": ticket["updated_at"][:19],
        "ticket_status_start": "NEW", "ticket_status_end": str(ticket["status"]).upper(),
        "engagement_end_reason": "Unknown Remove", "average_requester_wait_time_seconds": 90,
        "end_user_messages_count": 1,
    }  # fmt: skip


def _agents(org: Org) -> list[Record]:
    return [user for user in org.store["users"] if user["role"] != "end-user"]


def activity(org: Org, _: Call) -> Reply:
    """GET stats/agents_activity: every agent, none of them ever called."""
    rows = [{"name": user["name"], "agent_id": user["id"], "via": "client", "avatar_url": None,
             "agent_state": "offline", "call_status": None, "online_time": 0, "available_time": 0, "away_time": 0,
             "calls_accepted": 0, "calls_denied": 0, "calls_missed": 0, "total_call_duration": 0,
             "total_talk_time": 0, "total_wrap_up_time": 0, "accepted_transfers": 0, "started_transfers": 0}
            for user in _agents(org)]  # fmt: skip
    return Reply(200, {"agents_activity": rows, "next_page": None, "previous_page": None, "count": len(rows)})


@about_path("users", "agent_id")
def availability(org: Org, call: Call, _: Record) -> Reply:
    """GET availabilities/{agent}."""
    return Reply(200, {"availability": {"agent_state": "offline", "call_status": None, "via": "client"}})


def zeros(key: str, *names: str) -> Behaviour:
    """A behaviour that answers with one object of zeros."""

    def answer(org: Org, call: Call) -> Reply:
        return Reply(200, {key: {"current_timestamp": int(call.now), **dict.fromkeys(names, 0)}})

    return answer


def empty_list(key: str) -> Behaviour:
    """A behaviour that lists what the account has none of."""

    def answer(org: Org, call: Call) -> Reply:
        if "/incremental/" in call.path:
            return Reply(200, {key: [], "count": 0, "next_page": None})
        return paging.page(org, call, key, [])

    return answer


@about_path("calls", "call_id")
def comment_on_call(org: Org, call: Call, record: Record) -> Reply:
    """POST calls/{id}/comments: a voice comment on the call's ticket, shown bare; without a ticket it gets one."""
    given = call.envelope("comment")
    title = str(given.get("title") or "Call")
    if record["ticket_id"] is None:
        record["ticket_id"] = org.memo["new_ticket"](org, call, title)
    ticket = org.store["tickets"].rows[str(record["ticket_id"])]
    audit = tickets.change(org, call, ticket, {"comment": {"body": title}})
    wanted = given.get("call_fields")
    fields = [str(name) for name in wanted] if isinstance(wanted, list) else []
    data = {"call_id": record["id"], **{name: record.get(name) for name in fields}}
    return Reply(201, {**history.comment_json(org, audit), "type": "TpeVoiceComment", "data": data})


_VOICE = "/api/v2/channels/voice"
BEHAVIOURS = {
    "GET /api/v2/engagements": engagements,
    "POST /api/v2/calls/{call_id}/comments": comment_on_call,
    f"GET {_VOICE}/phone_numbers": empty_list("phone_numbers"),
    f"GET {_VOICE}/availabilities/{{agent_id}}": availability,
    f"GET {_VOICE}/stats/agents_activity": activity,
    f"GET {_VOICE}/stats/account_overview": zeros(
        "account_overview", "total_calls", "average_call_duration", "average_wait_time", "max_calls_waiting"
    ),
    f"GET {_VOICE}/stats/agents_overview": zeros(
        "agents_overview", "total_calls_accepted", "total_calls_denied", "total_calls_missed", "total_talk_time"
    ),
    f"GET {_VOICE}/stats/current_queue_activity": zeros(
        "current_queue_activity", "agents_online", "calls_waiting", "callbacks_waiting", "average_wait_time"
    ),
    f"GET {_VOICE}/stats/incremental/calls": empty_list("calls"),
    f"GET {_VOICE}/stats/incremental/legs": empty_list("legs"),
}
