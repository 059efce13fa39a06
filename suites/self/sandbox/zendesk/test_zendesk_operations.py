"""Every operation that the documents describe: a valid request gets the declared success in some state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from zendesk_account import Account, engine

from harness.openapi.catalog import Operation
from harness.sandbox import reply_parts
from harness.sandbox.call import ABSENT
from harness.sandbox.conventions import UNDOCUMENTED
from harness.sandbox.zendesk import metrics, oauth

OPERATIONS = [one for one in engine().catalog.operations if one.document != UNDOCUMENTED]
TEXT = {"comment": {"body": "x"}}


def comment(account: Account) -> int:
    return account.get("/tickets/1/comments").body["comments"][0]["id"]


def customer(account: Account) -> int:
    return account.org.memo["people"]["customer@example.com"]["id"]


def deleted_user(account: Account) -> int:
    user = account.user()
    account.delete(f"/users/{user['id']}")
    return user["id"]


def identity(account: Account) -> dict[str, Any]:
    user = account.user(email="identity@example.com")
    one = account.get(f"/users/{user['id']}/identities").body["identities"][0]
    return {"user_id": user["id"], "user_identity_id": one["id"]}


def membership(account: Account, kind: str) -> dict[str, Any]:
    row = next(iter(account.org.store[f"{kind}_memberships"]))
    return {"user_id": row["user_id"], f"{kind}_membership_id": row["id"], f"{kind}_id": row[f"{kind}_id"]}


def attached(account: Account) -> dict[str, Any]:
    token = account.post("/uploads", filename="a.txt").body["upload"]["token"]
    ticket = account.ticket(comment={"body": "x", "uploads": [token]})["id"]
    shown = account.get(f"/tickets/{ticket}/comments").body["comments"][0]
    return {"ticket_id": ticket, "comment_id": shown["id"], "attachment_id": shown["attachments"][0]["id"]}


def pinned(account: Account) -> str:
    body = {"ticket_id": "1", "content_id": "7", "content_type": "article", "locale": "en-us"}
    return account.post("/ticket_content_pins", {"ticket_content_pin": body}).body["id"]


def gone(account: Account) -> int:
    ident = account.ticket()["id"]
    account.delete(f"/tickets/{ident}")
    return ident


def company(account: Account) -> int:
    return account.post("/organizations", {"organization": {"name": "Winner"}}).body["organization"]["id"]


def joined(account: Account, kind: str) -> dict[str, Any]:
    """A customer who joins a group or organization that they are not in yet."""
    other = membership(account, "group")["group_id"] if kind == "group" else company(account)
    return {f"{kind}_membership": {"user_id": customer(account), f"{kind}_id": other}}


GRANT = {"grant_type": "client_credentials", "client_id": oauth.CLIENT[0], "client_secret": oauth.CLIENT[1]}
PIN = {"ticket_content_pin": {"ticket_id": "1", "content_id": "7", "content_type": "article", "locale": "en-us"}}
Recipe = Callable[[Account], dict[str, Any]]
# What a request needs beyond the first record of each table and a body made from the schema.
RECIPES: dict[str, Recipe] = {
    "CreateTicketContentPin": lambda account: {"body": PIN},
    "DeleteTicketContentPin": lambda account: {"content_pin_id": pinned(account)},
    "DeleteTicketPermanently": lambda account: {"ticket_id": gone(account)},
    "RestoreDeletedTicket": lambda account: {"ticket_id": gone(account)},
    "ShowDeletedUser": lambda account: {"deleted_user_id": deleted_user(account)},
    "PermanentlyDeleteUser": lambda account: {"deleted_user_id": deleted_user(account)},
    "CreateManyDynamicContentVariants": lambda account: {"body": {"variants": [{"locale_id": 2, "content": "x"}]}},
    "ShowEndUserIdentity": identity,
    "DeleteEndUserIdentity": identity,
    "MakeEndUserIdentityPrimary": identity,
    "RequestEndUserVerification": identity,
    "ListEndUserIdentities": identity,
    "CreateEndUserIdentity": identity,
    "CreateGroupMembership": lambda account: {"body": joined(account, "group")},
    "CreateUserGroupMembership": lambda account: {"user_id": customer(account), "body": joined(account, "group")},
    "GroupMembershipBulkCreate": lambda account: {"body": {"group_memberships": [{"user_id": 1, "group_id": 1}]}},
    "CreateOrganizationMembership": lambda account: {"body": joined(account, "organization")},
    "CreateUserOrganizationMembership": lambda account: {
        "user_id": customer(account),
        "body": joined(account, "organization"),
    },
    "CreateManyOrganizationMemberships": lambda account: {"body": {"organization_memberships": [{"user_id": 1}]}},
    "SetOrganizationMembershipAsDefault": lambda account: membership(account, "organization"),
    "SetOrganizationAsDefault": lambda account: membership(account, "organization"),
    "UnassignOrganization": lambda account: membership(account, "organization"),
    "CreateOrganizationMerge": lambda account: {"body": {"organization_merge": {"winner_id": company(account)}}},
    # Names that are not blank and addresses that are addresses: the document knows both as texts.
    **dict.fromkeys(
        ("CreateUser", "UpdateUser", "CreateOrUpdateUser"),
        lambda _: {"body": {"user": {"name": "One", "email": "one@example.com"}}},
    ),
    "CreateOrUpdateOrganization": lambda _: {"body": {"organization": {"name": "One"}}},
    "CreateManyOrganizations": lambda account: {"body": {"organizations": [{"name": "One"}]}},
    "TicketImport": lambda account: {"body": {"ticket": {"subject": "old", "comments": [{"body": "x"}]}}},
    "IncrementalSampleExport": lambda account: {"incremental_resource": "tickets", "query": {"start_time": 1}},
    "IncrementalTicketExportCursor": lambda account: {"query": {"start_time": 1}},
    "IncrementalUserExportCursor": lambda account: {"query": {"start_time": 1}},
    "CreateRequest": lambda account: {"body": {"request": {"subject": "x", **TEXT}}},
    "ShowComment": lambda account: {"ticket_comment_id": comment(account)},
    "ExportSearchResults": lambda account: {"query": {"query": "*", "filter[type]": "ticket"}},
    "UpdateTicket": lambda account: {"body": {"ticket": {"subject": "new"}}},
    "CreateTicket": lambda account: {"body": {"ticket": TEXT}},
    "ShowTicketAudit": lambda account: {"ticket_audit_id": comment(account) - 1},
    "MakeTicketCommentPrivateFromAudits": lambda account: {"ticket_audit_id": comment(account) - 1},
    "MakeTicketCommentPrivate": lambda account: {"ticket_comment_id": comment(account)},
    "RedactStringInComment": lambda account: {"ticket_comment_id": comment(account), "body": {"text": "printer"}},
    "RedactTicketCommentInAgentWorkspace": lambda account: {"ticket_comment_id": comment(account)},
    "RedactCommentAttachment": attached,
    "DeleteUpload": lambda account: {"token": account.post("/uploads", filename="a.txt").body["upload"]["token"]},
    "UploadFiles": lambda account: {"query": {"filename": "a.txt"}},
    "MergeEndUsers": lambda account: {"user_id": account.user()["id"], "body": {"user": {"id": customer(account)}}},
    "DeleteUser": lambda account: {"user_id": account.user()["id"]},
    "CreateTokenForGrantType": lambda account: {"body": GRANT},
    "ShowManyEmailNotifications": lambda account: {"query": {"ids": first(account, "email_notifications", ())}},
    "CreateCustomObjectRecordAttachment": lambda account: {"body": b'name="uploaded_data"; filename="a.txt"'},
    "ShowActivity": lambda account: {"activity_id": account.get("/activities").body["activities"][0]["id"]},
    "ShowTicketMetrics": lambda _: {"ticket_metric_id": metrics.metric_id({"id": 1})},
    "BulkDeleteTickets": lambda account: {"query": {"ids": "1"}},
}  # fmt: skip


def ready(operation: Operation, account: Account) -> tuple[str, Any, dict[str, Any]]:
    """Path, body and query of a valid request."""
    plan = engine().plan(operation)
    recipe = dict(RECIPES.get(operation.operation_id, lambda _: {})(account))
    body = recipe.pop("body", ABSENT)
    query = recipe.pop("query", None)
    if body is ABSENT and plan.request is not None:
        body = engine().model(plan).examples.value(plan.request)
    if query is None:
        needed = [one for one in operation.parameters if one.place == "query" and (one.required or one.name == "ids")]
        query = {one.name: one.enum[0] if one.enum else "1" for one in needed}
    values, scope = {}, ()
    for parent in plan.parents:
        values[parent.parameter] = str(recipe.get(parent.parameter) or first(account, parent.table, scope))
        scope = (*scope, values[parent.parameter])
    if plan.target:
        values[plan.target] = str(recipe.get(plan.target) or first(account, plan.table, scope))
    path = operation.path
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", value)
    return path, body, query


def first(account: Account, table: str, scope: tuple[str, ...]) -> str:
    records = account.org.store[table]
    rows = records.within(scope) if scope and records.scope else list(records)
    return str(rows[0][records.key]) if rows else "1"


# Nothing in a fresh account, or nothing that a request can bring about, lets these succeed.
NOT_YET = {
    "GetSourcesByTarget": "a lookup field must point from one object to another first",
    "RedactChatComment": "there are no chats",
    "RedactChatCommentAttachment": "there are no chats",
}


@pytest.mark.parametrize("described", OPERATIONS, ids=lambda one: one.operation_id)
def test_a_valid_request_gets_a_declared_success(described):
    operation = described
    account = Account()
    path, body, query = ready(operation, account)
    reply = account.send(operation.method, path, body, **query)
    assert reply.status < 500
    if operation.operation_id in NOT_YET:
        pytest.skip(NOT_YET[operation.operation_id])
    assert reply.ok, (path, body, reply.status, reply.body)
    assert str(reply.status) in operation.statuses
    plan = engine().plan(operation)
    if plan.schema is not None and "json" in reply.media_type:
        assert list(engine().model(plan).schemas.problems(plan.schema, reply.body)) == []


# Documented fields that an answer need not have, and why.
LEFT_OUT = {
    "only where the request includes it": "app_installation permissions categories usage_1h usage_24h usage_7d "
    "usage_30d comment_count incident_count dates metric_set slas metric_events",
    "sent, never shown": "comment add_short_url channel_back channel_source_id translate_to uploads remote_photo_url "
    "all any",
    "of one kind of field or target only": "custom_field_options relationship_filter relationship_target_type tag "
    "system_field_options custom_statuses sub_type_id preserve_format room ssl subdomain api_id attribute from method "
    "to us_small_business_account email subject api_token account_name owner_by requested_by story_labels "
    "story_title story_type secret content_type group_id",
    "only in exports": "generated_timestamp permanently_deleted",
    "only of what was deleted": "deleted deleted_at",
    "in no answer recorded 2023-09 to 2024-11": "agent_can_edit creator_app_name creator_user_id agent_brand_ids "
    "chat_only encoded_id satisfaction_probability brand_id restriction dns_results",
}
OPTIONAL = frozenset(name for names in LEFT_OUT.values() for name in names.split())
RECORDS = [one for one in OPERATIONS if engine().plan(one).kind in ("list", "show", "create", "update", "delete")]


@pytest.mark.parametrize("described", RECORDS, ids=lambda one: one.operation_id)
def test_an_answer_has_every_documented_field_of_its_record(described):
    """Search results are records of several kinds, and have the fields of theirs."""
    account, plan = Account(), engine().plan(described)
    path, body, query = ready(described, account)
    reply = account.send(described.method, path, body, **query)
    record = reply_parts.record(reply.body, plan.key, plan.kind == "list") if reply.ok and plan.item else None
    if record is None or plan.table.startswith("search"):
        return
    schemas = engine().model(plan).schemas
    properties = schemas.properties(schemas.form(plan.item, record))
    documented = {name for name, schema in properties.items() if not schemas.merged(schema).get("writeOnly")}
    assert documented - record.keys() <= OPTIONAL


def test_the_share_of_operations_that_succeed_is_as_promised():
    assert len(NOT_YET) <= 0.03 * len(OPERATIONS)
