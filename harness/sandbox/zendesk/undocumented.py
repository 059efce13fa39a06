"""Endpoints that Zendesk has and the Support document does not: account, webhooks, help center, community, talk.

Seen in recordings of 2023-09 to 2024-11 or named by the vendor's pages; written as the small OpenAPI tree that the
engine reads like any other document.
"""

from __future__ import annotations

import re
from typing import Any

# path, field of one record, field of the list, and its operations: List, Create, Show, Update, Delete; M: PATCH.
_COLLECTIONS = (
    ("/api/v2/webhooks", "webhook", "webhooks", "LCSUDM"),
    ("/api/v2/guide/content_tags", "content_tag", "records", "LCSUD"),
    ("/api/v2/guide/permission_groups", "permission_group", "permission_groups", "LCSUD"),
    ("/api/v2/calls", "call", "calls", "LCSM"),
    ("/api/v2/community/topics", "topic", "topics", "LCSUD"),
    ("/api/v2/help_center/community/topics", "topic", "topics", "LCSUD"),
    ("/api/v2/community/posts", "post", "posts", "LCSUD"),
    ("/api/v2/community/posts/{post_id}/comments", "comment", "comments", "LCSUD"),
    ("/api/v2/help_center/categories", "category", "categories", "LCSUD"),
    ("/api/v2/help_center/sections", "section", "sections", "LSUD"),
    ("/api/v2/help_center/categories/{category_id}/sections", "section", "sections", "LC"),
    ("/api/v2/help_center/articles", "article", "articles", "LSUD"),
    ("/api/v2/help_center/sections/{section_id}/articles", "article", "articles", "LC"),
    ("/api/v2/help_center/categories/{category_id}/articles", "article", "articles", "L"),
    ("/api/v2/help_center/articles/{article_id}/comments", "comment", "comments", "LCSUD"),
    ("/api/v2/help_center/articles/{article_id}/translations", "translation", "translations", "LCSUD"),
    ("/api/v2/help_center/articles/{article_id}/labels", "label", "labels", "LCD"),
    ("/api/v2/help_center/articles/{article_id}/subscriptions", "subscription", "subscriptions", "LCSD"),
    ("/api/v2/help_center/articles/{article_id}/votes", "vote", "votes", "L"),
    ("/api/v2/help_center/sections/{section_id}/subscriptions", "subscription", "subscriptions", "LCSD"),
    ("/api/v2/help_center/sections/{section_id}/translations", "translation", "translations", "LCSUD"),
    ("/api/v2/help_center/categories/{category_id}/translations", "translation", "translations", "LCSUD"),
    ("/api/v2/help_center/votes", "vote", "votes", "SD"),
    ("/api/v2/community/posts/{post_id}/subscriptions", "subscription", "subscriptions", "LCSD"),
    ("/api/v2/community/posts/{post_id}/votes", "vote", "votes", "L"),
    ("/api/v2/community/topics/{topic_id}/subscriptions", "subscription", "subscriptions", "LCSD"),
    ("/api/v2/help_center/user_segments", "user_segment", "user_segments", "LCSUD"),
    ("/api/services/jira/links", "link", "links", "LCSD"),
    ("/api/v2/business_hours/schedules", "schedule", "schedules", "LCSUD"),
)
_LOCALES = "/{locale}"
_SINGLES = (
    ("GET", "/api/v2/account", "ShowAccount", "200"),
    ("GET", "/api/v2/account/subscription", "ShowAccountSubscription", "200"),
    ("POST", "/api/v2/calls/{call_id}/comments", "CreateCallComment", "201"),
    ("GET", "/api/v2/engagements", "ListEngagements", "200"),
    ("GET", "/api/v2/community/topics/{topic_id}/posts", "ListTopicPosts", "200"),
    ("POST", "/api/v2/webhooks/test", "TestWebhook", "200"),
    ("GET", "/api/v2/webhooks/{webhook_id}/signing_secret", "ShowWebhookSecret", "200"),
    ("POST", "/api/v2/webhooks/{webhook_id}/signing_secret", "ResetWebhookSecret", "201"),
    ("GET", "/api/v2/webhooks/{webhook_id}/invocations", "ListWebhookInvocations", "200"),
    ("GET", "/api/v2/webhooks/{webhook_id}/invocations/{invocation_id}/attempts", "ListWebhookAttempts", "200"),
    ("GET", "/api/v2/help_center/articles/search", "SearchArticles", "200"),
    ("GET", "/api/v2/help_center/incremental/articles", "IncrementalArticles", "200"),
    ("GET", "/api/v2/help_center/locales", "ListHelpCenterLocales", "200"),
    ("POST", "/api/v2/help_center/articles/{article_id}/up", "VoteArticleUp", "200"),
    ("POST", "/api/v2/help_center/articles/{article_id}/down", "VoteArticleDown", "200"),
    ("POST", "/api/v2/community/posts/{post_id}/up", "VotePostUp", "200"),
    ("POST", "/api/v2/community/posts/{post_id}/down", "VotePostDown", "200"),
    ("GET", "/api/v2/channels/voice/phone_numbers", "ListPhoneNumbers", "200"),
    ("GET", "/api/v2/channels/voice/availabilities/{agent_id}", "ShowAvailability", "200"),
    ("GET", "/api/v2/channels/voice/stats/account_overview", "ShowAccountOverview", "200"),
    ("GET", "/api/v2/channels/voice/stats/agents_overview", "ShowAgentsOverview", "200"),
    ("GET", "/api/v2/channels/voice/stats/agents_activity", "ListAgentsActivity", "200"),
    ("GET", "/api/v2/channels/voice/stats/current_queue_activity", "ShowQueueActivity", "200"),
    ("GET", "/api/v2/channels/voice/stats/incremental/calls", "IncrementalCalls", "200"),
    ("GET", "/api/v2/channels/voice/stats/incremental/legs", "IncrementalLegs", "200"),
    ("GET", "/attachments/token/{token}", "DownloadAttachment", "200"),
)
# The path's words to the table that holds the records.
TABLES = {
    "help_center/community/topics": "community/topics",
    "help_center/categories/sections": "help_center/sections",
    "help_center/sections/articles": "help_center/articles",
    "help_center/categories/articles": "help_center/articles",
    "services/jira/links": "jira/links",
    "help_center/articles/votes": "help_center/votes",
    "community/posts/votes": "help_center/votes",
}


def document() -> dict[str, Any]:
    """The tree of all these operations."""
    paths: dict[str, Any] = {}
    for path, record, rows, verbs in _COLLECTIONS:
        _add_collection(paths, path, record, rows, verbs)
        # The help center takes a locale in its paths; without one the default locale is meant.
        if path.startswith("/api/v2/help_center/") and "community" not in path:
            localised = path.replace("/help_center/", f"/help_center{_LOCALES}/", 1)
            _add_collection(paths, localised, record, rows, verbs, prefix="Localised")
    for method, path, name, status in _SINGLES:
        paths.setdefault(path, {})[method.lower()] = {"operationId": name, "responses": {status: {"description": ""}}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Zendesk beyond the Support document", "version": "1"},
        "paths": paths,
    }


def _add_collection(paths: dict[str, Any], path: str, record: str, rows: str, verbs: str, prefix: str = "") -> None:
    name = prefix + "".join(word.title() for word in re.findall(r"[a-z]+", re.sub(r"{\w+}|api/v\d", "", path)))
    item = f"{path}/{{{record}_id}}"
    operations = (
        ("L", path, "get", f"List{name}", _answer("200", rows, array=True)),
        ("C", path, "post", f"Create{name}", _answer("201", record)),
        ("S", item, "get", f"Show{name}", _answer("200", record)),
        ("U", item, "put", f"Update{name}", _answer("200", record)),
        ("M", item, "patch", f"Patch{name}", _answer("200", record)),
        ("D", item, "delete", f"Delete{name}", {"204": {"description": ""}}),
    )
    for verb, at, method, operation, responses in operations:
        if verb in verbs:
            paths.setdefault(at, {})[method] = {"operationId": operation, "tags": [record], "responses": responses}


def _answer(status: str, key: str, *, array: bool = False) -> dict[str, Any]:
    record: dict[str, Any] = {"type": "object", "properties": {"id": {}}}
    field = {"type": "array", "items": record} if array else record
    schema = {"type": "object", "required": [key], "properties": {key: field}}
    return {status: {"description": "", "content": {"application/json": {"schema": schema}}}}
