"""Mutators: what each named fault changes in a reply, or in the call before it is answered."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from harness.sandbox import reply_parts
from harness.sandbox.answer_plan import AnswerPlan
from harness.sandbox.call import ABSENT, Call, Reply
from harness.sandbox.engine import Engine
from harness.sandbox.org import Org
from harness.sandbox.resolved_schemas import Schema

ReplyMutator = Callable[["FaultContext", Reply], "Reply | None"]
"""Makes one reply wrong; None cuts the connection."""


@dataclass(slots=True)
class FaultContext:
    """What a fault may look at and use: the call, its org and engine, random numbers, and a memory between calls."""

    engine: Engine
    org: Org
    call: Call
    rng: random.Random
    memory: dict[str, Any]

    def plan_of(self, reply: Reply) -> AnswerPlan | None:
        """How the operation was answered; None for a refusal, and for a call that no operation has."""
        return self.engine.plan_of(self.call) if reply.ok and self.call.operation is not None else None

    @property
    def path(self) -> str:
        """The path of the call in one spelling."""
        return self.call.path.removesuffix(".json").rstrip("/")


@dataclass(frozen=True, slots=True)
class Fault:
    """One named fault: its description; a change of the reply, or of the call before it is answered.

    `token` says that it is for token calls, and for nothing else.
    """

    description: str
    reply: ReplyMutator | None = None
    call: Callable[[FaultContext], None] | None = None
    token: bool = False


def own_copy(reply: Reply) -> Reply:
    """A copy, so that what is stored stays as it is; a body that is encoded already becomes data again."""
    body = copy.deepcopy(reply.body)
    if isinstance(body, bytes) and "json" in reply.media_type:
        body = msgspec.json.decode(body)
    return Reply(reply.status, body, dict(reply.headers), reply.media_type)


def record_of(context: FaultContext, reply: Reply) -> dict[str, Any] | None:
    """The record that an answer shows, the first one of a list; None where there is none."""
    plan = context.plan_of(reply)
    return None if plan is None else reply_parts.record(reply.body, plan.key, plan.kind == "list")


def described(context: FaultContext, reply: Reply) -> list[tuple[dict[str, Any], Schema]]:
    """Every object of an answer with its schema: the record first, then from the outermost on."""
    plan = context.plan_of(reply)
    if plan is None or plan.schema is None:
        return []
    record = record_of(context, reply)
    pairs = list(reply_parts.described(context.engine.model(plan).schemas, plan.schema, reply.body))
    return sorted(pairs, key=lambda pair: pair[0] is not record)


def fields(context: FaultContext, reply: Reply) -> Iterator[tuple[dict[str, Any], str, Schema, bool]]:
    """Every declared field of an answer: the object that it stands in, name, merged schema, whether it is required."""
    for value, node in described(context, reply):
        merged = context.engine.model(context.engine.plan_of(context.call)).schemas.merged
        for name, schema in node["properties"].items():
            if name in value:
                yield value, name, merged(schema), name in node["required"]


def undocumented_status(context: FaultContext, reply: Reply) -> Reply:
    """A status that no response of the operation declares."""
    taken = set(context.call.operation.statuses) if context.call.operation else set()
    reply.status = next(code for code in (203, 206, 226, 418) if str(code) not in taken)
    return reply


def missing_field(context: FaultContext, reply: Reply) -> Reply:
    """A required field is left out, of the record before others; where none is required, the record itself."""
    for value, name, schema, required in fields(context, reply):
        if required and not schema.get("writeOnly"):
            del value[name]
            return reply
    plan = context.plan_of(reply)
    if plan is not None and isinstance(reply.body, dict):
        reply.body.pop(plan.key, None)
    return reply


def extra_field(context: FaultContext, reply: Reply) -> Reply:
    """A field that no schema knows."""
    record = record_of(context, reply)
    if record is not None:
        record["x_never_documented"] = "extra"
    return reply


def mistyped_field(context: FaultContext, reply: Reply) -> Reply:
    """A field of a declared type has a value of another."""
    for value, name, schema, _ in fields(context, reply):
        kinds = schema.get("type", ())
        if kinds and "object" not in kinds:
            value[name] = {"of": "another type"}
            break
    return reply


def wrong_enum(context: FaultContext, reply: Reply) -> Reply:
    """A field with a list of values has one that is not in it."""
    for value, name, schema, _ in fields(context, reply):
        if schema.get("enum"):
            value[name] = "none_of_the_listed"
            break
    return reply


def wrong_media_type(_: FaultContext, reply: Reply) -> Reply:
    """The body is what it should be, its label says HTML."""
    if reply.body is not ABSENT:
        reply.media_type = "text/html; charset=utf-8"
    return reply


def server_error(_: FaultContext, reply: Reply) -> Reply:
    """500 with a plain text."""
    return Reply(500, "Internal Server Error", reply.headers, "text/plain; charset=utf-8")


def unavailable(_: FaultContext, reply: Reply) -> Reply:
    """503 that says when to come back."""
    return Reply(503, "Service Unavailable", {**reply.headers, "retry-after": "1"}, "text/plain; charset=utf-8")


def garbage(_: FaultContext, reply: Reply) -> Reply:
    """The body breaks off in the middle of its JSON."""
    if reply.ok and reply.body is not ABSENT and "json" in reply.media_type:
        reply.body = b'{"cut off": [1, 2,'
    return reply


def cut(_: FaultContext, __: Reply) -> None:
    """The connection ends without an answer."""


def slow(context: FaultContext) -> None:
    """The answer takes five seconds."""
    context.call.state["delay"] = 5.0


def auth_ignored(context: FaultContext) -> None:
    """Every caller is taken for an admin."""
    context.call.state["auth_ignored"] = True


def negative_accepted(context: FaultContext) -> None:
    """Bodies are not checked."""
    context.call.state["unchecked"] = True


def still_readable(context: FaultContext, reply: Reply) -> Reply:
    """A record that was deleted is shown as it was when it was last read or created."""
    replies = context.memory.setdefault("still_readable", {})
    key = context.path
    if reply.ok and context.call.method == "GET":
        replies[key] = copy.deepcopy(reply)
    elif reply.ok and context.call.method == "POST" and (record := record_of(context, reply)) is not None:
        ident = record.get("id")
        shown = Reply(200, copy.deepcopy(reply.body), dict(reply.headers), reply.media_type)
        replies[f"{key}/{ident}"] = shown
    elif reply.status == 404 and context.call.method == "GET" and key in replies:
        return own_copy(replies[key])
    return reply


def not_readable(context: FaultContext, reply: Reply) -> Reply:
    """A record that was created cannot be read."""
    if reply.ok and context.call.method == "GET" and context.call.values:
        return context.engine.service.responses.missing(context.org, context.call)
    return reply


def foreign_readable(context: FaultContext, reply: Reply) -> Reply:
    """A record of another tenant is shown for an id that this org does not have."""
    plan = context.engine.plan_of(context.call)
    if reply.status == 404 and plan.kind == "show":
        record = context.engine.fit(plan, context.engine.blank(plan.table, plan))
        return Reply(200, {plan.key: record} if plan.key else record, reply.headers)
    return reply


def page_repeats(context: FaultContext, reply: Reply) -> Reply:
    """A page shows its first row twice and leaves out its last."""
    rows = _rows(context, reply)
    if rows is not None and len(rows) > 1:
        rows.insert(1, copy.deepcopy(rows[0]))
        rows.pop()
    return reply


def page_loses(context: FaultContext, reply: Reply) -> Reply:
    """A page lacks its last row."""
    rows = _rows(context, reply)
    if rows:
        rows.pop()
    return reply


def _rows(context: FaultContext, reply: Reply) -> list[Any] | None:
    """The rows of a list's page; None for every other answer, such as a record that holds lists."""
    plan = context.plan_of(reply)
    if plan is None or context.call.method != "GET":
        return None
    return reply_parts.rows(reply.body, plan.key) if plan.kind == "list" else reply_parts.records(reply.body)


def stale(context: FaultContext, reply: Reply) -> Reply:
    """A read after an update shows the record as it was before."""
    replies = context.memory.setdefault("stale", {})
    key = context.path
    if context.call.method == "GET" and reply.ok:
        if key in replies:
            return own_copy(replies[key])
        replies[key] = copy.deepcopy(reply)
    return reply


def success_false(_: FaultContext, reply: Reply) -> Reply:
    """200, and the body says that nothing was done."""
    if not reply.ok:
        return reply
    failed = {"success": False, "errors": [{"errorCode": "UNPROCESSABLE_ENTITY"}], "id": "1"}
    body = reply.body
    if not isinstance(body, dict) or not isinstance(body.get("results"), list):
        return Reply(200, {"results": [failed]}, reply.headers)
    rows = body["results"] or [failed]
    body["results"] = [{**failed, "id": row["id"]} if isinstance(row, dict) and "id" in row else failed for row in rows]
    return reply


def rate_header_missing(_: FaultContext, reply: Reply) -> Reply:
    """No header says how much of the quota is left."""
    reply.headers = {name: value for name, value in reply.headers.items() if "rate" not in name.lower()}
    return reply


def throttled(context: FaultContext, reply: Reply) -> Reply:
    """429 with a wait of one second."""
    return Reply(429, "Number of allowed API requests per minute exceeded",
                 {**reply.headers, "retry-after": "1"}, "text/plain; charset=utf-8")  # fmt: skip


def no_expiry(_: FaultContext, reply: Reply) -> Reply:
    """A token without a word on how long it works (client report: at random)."""
    if isinstance(reply.body, dict):
        reply.body.pop("expires_in", None)
    return reply


def expiry_in_milliseconds(_: FaultContext, reply: Reply) -> Reply:
    """Seconds under one name and milliseconds under the usual one (a vendor's page: OAuth, step 4)."""
    if isinstance(reply.body, dict) and "expires_in" in reply.body:
        seconds = reply.body["expires_in"]
        reply.body |= {"expires_in_sec": seconds, "expires_in": seconds * 1000}
    return reply


def expiry_as_text(_: FaultContext, reply: Reply) -> Reply:
    """The lifetime as a text of digits."""
    if isinstance(reply.body, dict) and "expires_in" in reply.body:
        reply.body["expires_in"] = str(reply.body["expires_in"])
    return reply


def absurd_expiry(_: FaultContext, reply: Reply) -> Reply:
    """A lifetime that no token has."""
    if isinstance(reply.body, dict) and "expires_in" in reply.body:
        reply.body["expires_in"] = -(10**15)
    return reply


def tokens_throttled(_: FaultContext, reply: Reply) -> Reply:
    """Too many tokens were asked for: the code is English, the words are the account's language (client reports)."""
    words = "Sie haben ununterbrochen zu viele Anfragen gestellt. Bitte versuchen Sie es nach einiger Zeit erneut."
    return Reply(400, {"error": "Access Denied", "error_description": words, "status": "failure"}, reply.headers)


def tokens_throttled_under_200(context: FaultContext, reply: Reply) -> Reply:
    """The same under 200 (one client report)."""
    throttled = tokens_throttled(context, reply)
    throttled.status = 200
    return throttled


def error_under_400(_: FaultContext, reply: Reply) -> Reply:
    """A refused token call that says so by its status too (client report: sometimes)."""
    if isinstance(reply.body, dict) and "error" in reply.body and reply.ok:
        reply.status = 400
    return reply


def login_page(_: FaultContext, reply: Reply) -> Reply:
    """A page for people where a token was asked for."""
    return Reply(200, "<html><title>Sign in</title></html>", reply.headers, "text/html;charset=UTF-8")


FAULTS: Mapping[str, Fault] = {
    "undocumented_status": Fault("answers with a status that the document does not list", undocumented_status),
    "missing_field": Fault("leaves out a required field", missing_field),
    "extra_field": Fault("adds a field that no schema knows", extra_field),
    "mistyped_field": Fault("gives a field a value of another type", mistyped_field),
    "wrong_enum": Fault("gives a field a value outside its list", wrong_enum),
    "wrong_media_type": Fault("labels the body as text/html", wrong_media_type),
    "garbage": Fault("breaks the JSON off in the middle", garbage),
    "server_error": Fault("answers 500", server_error),
    "unavailable": Fault("answers 503 with Retry-After", unavailable),
    "throttled": Fault("answers 429 with Retry-After", throttled),
    "slow": Fault("waits five seconds", call=slow),
    "cut": Fault("cuts the connection", cut),
    "still_readable": Fault("shows records after their deletion", still_readable),
    "not_readable": Fault("does not show records that exist", not_readable),
    "auth_ignored": Fault("takes any caller for an admin", call=auth_ignored),
    "foreign_readable": Fault("shows another tenant's record", foreign_readable),
    "page_repeats": Fault("repeats a row and loses another", page_repeats),
    "page_loses": Fault("loses the last row of a page", page_loses),
    "negative_accepted": Fault("accepts bodies that the document forbids", call=negative_accepted),
    "stale": Fault("shows the state before the last update", stale),
    "success_false": Fault("says success:false under 200", success_false),
    "token_without_expiry": Fault("gives tokens without expires_in", no_expiry, token=True),
    "token_expiry_in_ms": Fault("gives a token's lifetime in milliseconds", expiry_in_milliseconds, token=True),
    "token_expiry_as_text": Fault("gives a token's lifetime as text", expiry_as_text, token=True),
    "token_expiry_absurd": Fault("gives a token a lifetime that none has", absurd_expiry, token=True),
    "token_throttled": Fault("throttles token calls, in the account's language", tokens_throttled, token=True),
    "token_throttled_200": Fault("throttles token calls under 200", tokens_throttled_under_200, token=True),
    "token_error_400": Fault("refuses token calls under 400 where 200 is usual", error_under_400, token=True),
    "token_login_page": Fault("answers token calls with a page for people", login_page, token=True),
    "token_unavailable": Fault("answers token calls with 503", unavailable, token=True),
    "rate_header_missing": Fault("leaves out the rate-limit headers", rate_header_missing),
}
NAMES = {name: fault.description for name, fault in FAULTS.items()}
